"""The clients of an agency: which they are, and where each of them stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select, tuple_
from sqlmodel import col

from app.authz import EngagementScope, Permission
from app.context import AgencyCtx, Ctx
from app.models import Assignment, Company, Employment, Engagement, PolicyKind, PolicyVersion
from app.policies.rows import asked, policies
from app.policies.rules.assignment import READ, UNANSWERED
from app.policies.rules.version import VersionState
from app.roster.employment import running
from app.rules.small_groups import shown


@dataclass(frozen=True, slots=True)
class Client:
    """A company an agency has to do with. ``open`` tells whether the agency may enter today."""

    company_id: str
    name: str
    scopes: tuple[EngagementScope, ...]
    starts_on: date
    ends_on: date | None
    has_agreement: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one client stands. ``acknowledged`` is None if the group is too small or the viewer may not see it."""

    people: int
    version_state: VersionState | None
    acknowledged: int | None
    asked: int
    may_see_counts: bool


def of_agency(ctx: AgencyCtx) -> list[Client]:
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


def standing(ctx: Ctx) -> Standing:
    """Return where this company stands; counts only for whoever may see them, and never of a small group."""
    latest = _latest_internal(ctx)
    people = ctx.session.execute(select(func.count(col(Employment.id))).where(running(ctx.today))).scalar_one()
    may_see = ctx.actor.may(Permission.SUMMARISE_ACKNOWLEDGEMENTS)
    asked, acknowledged = _answers(ctx, latest.id) if latest and may_see else (0, 0)
    return Standing(
        people=people,
        version_state=latest.state if latest else None,
        acknowledged=shown(acknowledged, asked, aggregate_only=not ctx.actor.sees_names) if may_see else None,
        asked=asked,
        may_see_counts=may_see,
    )


def _client(engagement: Engagement, name: str, time_zone: str, now: datetime) -> Client | None:
    today = now.astimezone(ZoneInfo(time_zone)).date()
    if engagement.ends_on is not None and engagement.ends_on < today:
        return None
    signed = engagement.agreement_signed_on is not None
    return Client(
        company_id=engagement.company_id,
        name=name,
        scopes=tuple(map(EngagementScope, engagement.scopes)),
        starts_on=engagement.starts_on,
        ends_on=engagement.ends_on,
        has_agreement=signed,
        open=signed and engagement.starts_on <= today,
    )


def _latest_internal(ctx: Ctx) -> PolicyVersion | None:
    """Return the version people are asked to read now, else the newest one in the making."""
    current = policies.current_internal(ctx)
    if current:
        return current[0]
    internal = [policy.id for policy in policies.policies(ctx) if policy.kind is PolicyKind.INTERNAL]
    made = [version for policy_id in internal for version in policies.versions(ctx, policy_id)[:1]]
    return made[0] if made else None


def _answers(ctx: Ctx, version_id: str) -> tuple[int, int]:
    """Return how many were asked and how many of them have read and acknowledged."""
    answered = and_(col(Assignment.version_id) == version_id, col(Assignment.state).in_(READ))
    counted = ctx.session.execute(
        select(col(Assignment.state), func.count(col(Assignment.id)))
        .where(or_(answered, asked.unanswered(ctx, version_id, UNANSWERED)))
        .group_by(col(Assignment.state))
    )
    counts = {row[0]: int(row[1]) for row in counted}
    return sum(counts.values()), sum(counts.get(state, 0) for state in READ)
