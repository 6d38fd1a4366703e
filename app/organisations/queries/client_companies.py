"""The clients of an agency: which they are, and where each of them stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, tuple_
from sqlmodel import col

from app.authz import EngagementScope, Permission
from app.context import AgencyCtx, Ctx
from app.models import Company, Employment, Engagement
from app.policies.queries import standing as policies_standing
from app.roster.employment import running
from app.roster.standing import Standing
from app.training.queries import standing as training_standing


@dataclass(frozen=True, slots=True)
class ClientCompany:
    """A company an agency has to do with. ``open`` tells whether the agency may enter today."""

    company_id: str
    name: str
    scopes: tuple[EngagementScope, ...]
    starts_on: date
    ends_on: date | None
    has_agreement: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Inside:
    """What an agency sees of a client whose door is open: how many work there, and where each part stands."""

    people: int
    standings: list[Standing]


def of_agency(ctx: AgencyCtx) -> list[ClientCompany]:
    """Return the clients of the agency by name: those of today, those ahead, and those without an agreement.

    An engagement that has ended is gone: an agency leaves without a trace of access.
    """
    statement = select(Engagement, col(Company.name), col(Company.time_zone)).where(
        col(Company.id) == col(Engagement.company_id), col(Engagement.agency_id) == ctx.agency_id
    )
    found = [_client(row[0], row[1], row[2], ctx.now) for row in ctx.session.execute(statement)]
    return sorted(
        (client for client in found if client is not None), key=lambda client: (client.name, client.company_id)
    )


def companies(ctx: AgencyCtx, after: tuple[Any, str] | None, limit: int) -> Sequence[Company]:
    """Return at most ``limit`` companies the agency may enter today, by name."""
    ctx.require(Permission.READ_COMPANY)
    ids = {client.company_id for client in of_agency(ctx) if client.open}
    statement = select(Company).where(col(Company.id).in_(ids)).order_by(col(Company.name), col(Company.id))
    if after is not None:
        statement = statement.where(tuple_(col(Company.name), col(Company.id)) > tuple_(*after))
    return ctx.session.scalars(statement.limit(limit)).all()


def inside(ctx: Ctx) -> Inside:
    """Return where this company stands with what each part runs, one line for each."""
    people = ctx.session.execute(select(func.count(col(Employment.id))).where(running(ctx.today))).scalar_one()
    return Inside(people, [policies_standing.standing(ctx), training_standing.standing(ctx)])


def _client(engagement: Engagement, name: str, time_zone: str, now: datetime) -> ClientCompany | None:
    today = now.astimezone(ZoneInfo(time_zone)).date()
    if engagement.ends_on is not None and engagement.ends_on < today:
        return None
    signed = engagement.agreement_signed_on is not None
    return ClientCompany(
        company_id=engagement.company_id,
        name=name,
        scopes=tuple(map(EngagementScope, engagement.scopes)),
        starts_on=engagement.starts_on,
        ends_on=engagement.ends_on,
        has_agreement=signed,
        open=signed and engagement.starts_on <= today,
    )
