"""What tells the demo from other data: ids that are the same in every demo."""

from sqlalchemy.orm import Session
from sqlmodel import select

from app.db import NO_COMPANY, Database
from app.models import Company, OAuthClient

AGENCY_ID = "01990000-0000-7000-8000-00000000a9e0"
COMPANY_IDS = {
    "aurora": "01990000-0000-7000-8000-00000000a001",
    "santelmo": "01990000-0000-7000-8000-00000000a002",
    "brenta": "01990000-0000-7000-8000-00000000a003",
}
AGENCY_CLIENT_ID = "01990000-0000-7000-8000-00000000c001"
COMPANY_CLIENT_ID = "01990000-0000-7000-8000-00000000c002"


async def is_empty(database: Database) -> bool:
    """Tell whether there is no company at all."""
    return not await database.read(NO_COMPANY, _any_company)


async def is_demo(database: Database) -> bool:
    """Tell whether the demo was ever loaded here, be it in part."""
    return await database.read(NO_COMPANY, _has, Company, COMPANY_IDS["aurora"])


async def is_complete(database: Database) -> bool:
    """Tell whether the demo was loaded to its end: the API clients come last."""
    return await database.read(NO_COMPANY, _has, OAuthClient, AGENCY_CLIENT_ID)


def _any_company(session: Session) -> bool:
    return session.execute(select(Company.id).limit(1)).first() is not None


def _has(session: Session, model: type[Company | OAuthClient], row_id: str) -> bool:
    return session.get(model, row_id) is not None
