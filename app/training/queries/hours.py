"""The hours of people, by name: only for whoever sees names. Their own they see themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict
from app.models import CorrectionReason, PayrollMapping, PayrollMonth, Person, RecognisedMinutes
from app.roster import people
from app.training.rows import hours as rows
from app.training.rows.hours import MonthHours
from app.training.rules.payroll import PayrollForm
from app.wording import N_


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries to list; None for all."""

    month: date | None = None
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class PayrollFile:
    """How a payroll file is written; ``provisional`` while its month can still change."""

    form: PayrollForm
    provisional: bool


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


def months(ctx: Ctx, after: date | None, limit: int) -> list[MonthHours]:
    """Return up to ``limit`` months, the newest first, from before the month ``after``."""
    ctx.require_names(Permission.READ_HOURS)
    return rows.months(ctx, after, limit)


def one_month(ctx: Ctx, month: date) -> MonthHours:
    """Return one of these months; NotFound if nothing was ever booked into it and nobody closed it."""
    ctx.require_names(Permission.READ_HOURS)
    return rows.one_month(ctx, month)


def mapping(ctx: Ctx) -> PayrollMapping | None:
    """Return how the payroll program wants hours; None while nobody said so."""
    ctx.require_names(Permission.READ_HOURS)
    return ctx.session.scalars(select(PayrollMapping)).first()


def payroll_file(ctx: Ctx, month: date) -> PayrollFile:
    """Return how the file of a month is written, and whether the month is closed.

    Conflict ``no_payroll_mapping`` while nobody said how, ``no_employee_number`` if somebody with hours has none.
    """
    ctx.require_names(Permission.READ_HOURS)
    saved = mapping(ctx)
    if saved is None:
        detail = N_("Nobody has said yet how your payroll program wants the hours. Save its codes first.")
        raise Conflict("no_payroll_mapping", detail)
    _refuse_without_numbers(ctx, month)
    wanted = select(col(PayrollMonth.closed_at)).where(col(PayrollMonth.month) == month)
    form = PayrollForm(**saved.model_dump(exclude={"company_id"}))
    return PayrollFile(form, provisional=ctx.session.scalars(wanted).first() is None)


def of_person(ctx: Ctx, person_id: str, language: str) -> tuple[Person, Sequence[Any]]:
    """Return a person with their entries, the newest month first; rows as in ``own``."""
    ctx.require_names(Permission.READ_HOURS)
    return people.person(ctx, person_id), rows.of_person(ctx, person_id, language)


def own(ctx: Ctx, language: str) -> Sequence[Any]:
    """Return the actor's own entries, the newest month first: what HR sees, and no more.

    Rows hold month, minutes, kind, happened_on, closed_at, reason of a correction, and title of a course.
    """
    person_id = ctx.require_person()
    return rows.of_person(ctx, person_id, language)


def exported(ctx: Ctx, month: date, limit: int, after: str) -> list[tuple[str, int]]:
    """Return up to ``limit`` employee numbers with minutes of a month, in their order from behind one.

    People come first, then their sums, so that a part costs the same wherever it begins.
    """
    ctx.require_names(Permission.READ_HOURS)
    wanted = select(col(Person.id), col(Person.external_id)).where(col(Person.external_id) > after, _booked(month))
    part = ctx.session.execute(wanted.order_by(col(Person.external_id)).limit(limit)).all()
    minutes = rows.minutes_of(ctx, month, [person.id for person in part])
    return [(str(person.external_id), minutes[person.id]) for person in part]


def _refuse_without_numbers(ctx: Ctx, month: date) -> None:
    without = select(func.count()).select_from(Person).where(col(Person.external_id).is_(None), _booked(month))
    number = ctx.session.execute(without).scalar_one()
    if number:
        detail = N_(
            "Some people with hours in this month have no employee number (%(number)s), and the payroll file needs it. "
            "Add it on their page, then come back."
        )
        raise Conflict("no_employee_number", detail, number=number)


def _entries() -> Select[Any]:
    known = ("id", "person_id", "month", "minutes", "kind", "source_id", "happened_on", "at")
    columns = [col(getattr(RecognisedMinutes, name)) for name in known]
    return select(*columns, col(CorrectionReason.reason)).outerjoin_from(
        RecognisedMinutes, CorrectionReason, rows.REASON
    )


def _booked(month: date) -> ColumnElement[bool]:
    """Return the condition that something was booked for a person into a month."""
    return exists().where(
        col(RecognisedMinutes.company_id) == col(Person.company_id),
        col(RecognisedMinutes.month) == month,
        col(RecognisedMinutes.person_id) == col(Person.id),
    )
