"""People who still owe an answer, as asking and reminding need them, for any kind of duty."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlmodel import col

from app.context import Ctx
from app.duties.rules.kinds import DutyKind
from app.models import Company, Person
from app.roster.people import ADDRESS
from app.roster.placement import team_of, window_today


def maximum_reminders(ctx: Ctx) -> int:
    """Return how often the company reminds a person of one thing at most."""
    wanted = select(col(Company.maximum_reminders)).where(col(Company.id) == ctx.company_id)
    return int(ctx.session.execute(wanted).scalar_one())


def pending(
    ctx: Ctx, kind: DutyKind, subject_id: str, following: str, limit: int, team_id: str | None = None
) -> list[Row[Any]]:
    """Return up to ``limit`` of those who still have to answer, in order of their id, from behind ``following``.

    Rows hold id, person_id, state, due_on, reminders_sent, last_reminded_at, has_email and working_window, which is
    None for people who do not work here today or are absent.
    """
    wanted = _duties(ctx, kind).where(kind.owed(ctx, subject_id), col(kind.model.person_id) > following)
    if team_id is not None:
        wanted = wanted.where(team_of(col(kind.model.person_id), col(kind.model.company_id)) == team_id)
    return list(ctx.session.execute(wanted.order_by(col(kind.model.person_id)).limit(limit)))


def among(ctx: Ctx, kind: DutyKind, subject_id: str, ids: Collection[str]) -> list[Row[Any]]:
    """Return those of these duties that still ask for an answer; rows as above."""
    wanted = _duties(ctx, kind).where(kind.owed(ctx, subject_id), col(kind.model.id).in_(ids))
    return list(ctx.session.execute(wanted))


def unannounced(ctx: Ctx, kind: DutyKind, subject_id: str, first: str, last: str) -> list[Row[Any]]:
    """Return the pending from person to person who got no mail about it yet; rows as above."""
    wanted = _duties(ctx, kind).where(
        kind.owed(ctx, subject_id),
        col(kind.model.person_id).between(first, last),
        col(kind.model.last_reminded_at).is_(None),
    )
    return list(ctx.session.execute(wanted))


def overdue(ctx: Ctx, kind: DutyKind, subject_id: str) -> int:
    """Return how many of those who work here still have to answer though their last day in time has passed."""
    wanted = select(func.count()).where(
        kind.owed(ctx, subject_id),
        col(kind.model.due_on) < ctx.today,
        window_today(ctx, kind.model).is_not(None),
    )
    return int(ctx.session.execute(wanted).scalar_one())


def _duties(ctx: Ctx, kind: DutyKind) -> Select[Any]:
    model = kind.model
    address = select(ADDRESS).where(
        col(Person.company_id) == col(model.company_id), col(Person.id) == col(model.person_id)
    )
    return select(
        col(model.id),
        col(model.person_id),
        col(model.state),
        col(model.due_on),
        col(model.reminders_sent),
        col(model.last_reminded_at),
        address.scalar_subquery().is_not(None).label("has_email"),
        window_today(ctx, model).label("working_window"),
    )
