"""Where and when a person works, as subqueries that the statements of each part share."""

from typing import Any

from sqlalchemy import ScalarSelect, select
from sqlmodel import col

from app.context import Ctx
from app.db.periods import covers
from app.models import Absence, Employment, Team
from app.roster import employment

_LATEST_FIRST = (col(Employment.starts_on).desc(), col(Employment.id).desc())


def team_of(person_id: Any, company_id: Any) -> Any:
    """Return the scalar subquery for the team of a person's latest employment."""
    return (
        select(col(Employment.team_id))
        .where(col(Employment.company_id) == company_id, col(Employment.person_id) == person_id)
        .order_by(*_LATEST_FIRST)
        .limit(1)
        .correlate_except(Employment)
        .scalar_subquery()
    )


def team_name_of(person: Any) -> Any:
    """Return the scalar subquery for the name of that team; NULL for people in none."""
    name = select(col(Team.name)).where(
        col(Team.company_id) == col(person.company_id),
        col(Team.id) == team_of(col(person.id), col(person.company_id)),
    )
    return name.correlate_except(Team).scalar_subquery()


def hours_of(ctx: Ctx, person_id: str) -> str | None:
    """Return the hours of a person's employment of today; None if they do not work here."""
    wanted = select(col(Employment.working_window)).where(
        col(Employment.person_id) == person_id, employment.running(ctx.today)
    )
    return ctx.session.scalars(wanted.order_by(*_LATEST_FIRST)).first()


def is_absent(ctx: Ctx, person_id: str) -> bool:
    """Tell whether a person is absent today."""
    away = select(col(Absence.id)).where(col(Absence.person_id) == person_id, covers(Absence, ctx.today))
    return ctx.session.scalars(away).first() is not None


def window_today(ctx: Ctx, of: Any) -> ScalarSelect[Any]:
    """Return the subquery for the hours of today's employment of ``of.person_id``.

    It is NULL for people who do not work here today, and for people who are absent.
    """
    wanted = select(col(Employment.working_window)).where(
        col(Employment.company_id) == col(of.company_id),
        col(Employment.person_id) == col(of.person_id),
        employment.running(ctx.today),
        ~absent_on(ctx.today, of),
    )
    return wanted.order_by(*_LATEST_FIRST).limit(1).correlate_except(Employment, Absence).scalar_subquery()


def absent_on(day: Any, of: Any) -> Any:
    """Return the condition that ``of.person_id`` is absent on this day, a date or a parameter."""
    return (
        select(col(Absence.id))
        .where(
            col(Absence.company_id) == col(of.company_id),
            col(Absence.person_id) == col(of.person_id),
            covers(Absence, day),
        )
        .correlate_except(Absence)
        .exists()
    )
