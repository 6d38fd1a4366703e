"""Whether somebody belongs to a company that wrote their e-mail down: the owner of the account decides."""

from typing import Any

from sqlalchemy import update
from sqlmodel import col

from app.context import Ctx
from app.errors import NotFound
from app.models import Person
from app.platform import audit
from app.platform.audit import Act


def accept(ctx: Ctx, account_id: str) -> None:
    """Let the account into this company; NotFound if it was not asked."""
    audit.record(ctx, Act.PERSON_ACCEPTED, _decide(ctx, account_id, {"accepted": True}))


def decline(ctx: Ctx, account_id: str) -> None:
    """Take the account away from the person; to the company they stay somebody who did not accept."""
    _decide(ctx, account_id, {"account_id": None})


def _decide(ctx: Ctx, account_id: str, values: dict[str, Any]) -> str:
    decided = (
        update(Person)
        .where(
            col(Person.company_id) == ctx.company_id,
            col(Person.account_id) == account_id,
            col(Person.accepted).is_(False),
        )
        .values(values)
        .returning(col(Person.id))
        .execution_options(synchronize_session=False)
    )
    person_id = ctx.session.execute(decided).scalar()
    if person_id is None:
        raise NotFound
    return str(person_id)
