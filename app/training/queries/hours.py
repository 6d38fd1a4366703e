"""The hours of people, by name: only for whoever sees names. Their own they see themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict
from app.models import CorrectionReason, PayrollMapping, PayrollMonth, Person, RecognisedMinutes
from app.wording import N_


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries to list; None for all."""

    month: date | None = None
    person_id: str | None = None


def entries(ctx: Ctx, wanted: EntryFilter, after: tuple[Any, ...] | None, limit: int) -> Sequence[Any]:
    """Return up to ``limit`` + 1 entries, the oldest first, each with the reason of a correction."""
    ctx.require_names(Permission.READ_HOURS)
    statement = _entries().order_by(col(RecognisedMinutes.id)).limit(limit + 1)
    if wanted.month is not None:
        statement = statement.where(col(RecognisedMinutes.month) == wanted.month)
    if wanted.person_id is not None:
        statement = statement.where(col(RecognisedMinutes.person_id) == wanted.person_id)
    if after is not None:
        statement = statement.where(col(RecognisedMinutes.id) > after[1])
    return ctx.session.execute(statement).all()


def entry(ctx: Ctx, entry_id: str) -> Any:
    """Return one entry as the list holds it."""
    ctx.require_names(Permission.READ_HOURS)
    return ctx.session.execute(_entries().where(col(RecognisedMinutes.id) == entry_id)).one()


def closed(ctx: Ctx, month: date) -> bool:
    """Tell whether a month is closed."""
    ctx.require_names(Permission.READ_HOURS)
    wanted = select(col(PayrollMonth.closed_at)).where(col(PayrollMonth.month) == month)
    return ctx.session.scalars(wanted).first() is not None


def mapping(ctx: Ctx) -> PayrollMapping | None:
    """Return how the payroll program wants hours; None while nobody said so."""
    ctx.require_names(Permission.READ_HOURS)
    return ctx.session.scalars(select(PayrollMapping)).first()


def refuse_without_numbers(ctx: Ctx, month: date) -> None:
    """Raise Conflict ``no_employee_number`` if somebody with hours in this month has none."""
    ctx.require_names(Permission.READ_HOURS)
    without = _sums(month).where(col(Person.external_id).is_(None)).subquery()
    number = ctx.session.execute(select(func.count()).select_from(without)).scalar_one()
    if number:
        detail = N_(
            "Some people with hours in this month have no employee number (%(number)s), and the payroll file needs it. "
            "Add it on their page, then come back."
        )
        raise Conflict("no_employee_number", detail, number=number)


def exported(ctx: Ctx, month: date, limit: int, after: str) -> Sequence[Any]:
    """Return up to ``limit`` sums of a person's month with their employee number, in its order from behind one."""
    ctx.require_names(Permission.READ_HOURS)
    wanted = _sums(month).where(col(Person.external_id) > after)
    return ctx.session.execute(wanted.order_by(col(Person.external_id)).limit(limit)).all()


def _entries() -> Select[Any]:
    reason = and_(
        col(CorrectionReason.company_id) == col(RecognisedMinutes.company_id),
        col(CorrectionReason.entry_id) == col(RecognisedMinutes.id),
    )
    known = ("id", "person_id", "month", "minutes", "kind", "source_id", "happened_on", "at")
    columns = [col(getattr(RecognisedMinutes, name)) for name in known]
    return select(*columns, col(CorrectionReason.reason)).outerjoin_from(RecognisedMinutes, CorrectionReason, reason)


def _sums(month: date) -> Select[Any]:
    """Return the statement for the minutes of each person who has some left in a month; erased people have no row."""
    theirs = and_(
        col(Person.company_id) == col(RecognisedMinutes.company_id), col(Person.id) == col(RecognisedMinutes.person_id)
    )
    total = func.sum(col(RecognisedMinutes.minutes))
    columns: list[Any] = [col(Person.id), col(Person.external_id), total.label("minutes")]
    return (
        select(*columns)
        .join_from(RecognisedMinutes, Person, theirs)
        .where(col(RecognisedMinutes.month) == month)
        .group_by(col(Person.id), col(Person.external_id))
        .having(total != 0)
    )
