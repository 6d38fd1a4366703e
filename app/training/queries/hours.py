"""The hours of people, by name: only for whoever sees names. Their own they see themselves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict, NotFound
from app.models import CorrectionReason, PayrollMapping, PayrollMonth, Person, RecognisedMinutes
from app.training.rules.hours import MinutesKind, following
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


@dataclass(frozen=True, slots=True)
class MonthHours:
    """What was booked into a month: minutes in all and by kind, and of how many people."""

    month: date
    closed_at: datetime | None
    people: int
    minutes: int
    by_kind: dict[MinutesKind, int]


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
    wanted = select(PayrollMonth).order_by(col(PayrollMonth.month).desc()).limit(limit)
    if after is not None:
        wanted = wanted.where(col(PayrollMonth.month) < after)
    found = ctx.session.scalars(wanted).all()
    sums = {row.month: row for row in ctx.session.execute(_by_month([one.month for one in found]))}
    return [_month_hours(one, sums.get(one.month)) for one in found]


def one_month(ctx: Ctx, month: date) -> MonthHours:
    """Return one of these months; NotFound if nothing was ever booked into it and nobody closed it."""
    ctx.require_names(Permission.READ_HOURS)
    found = months(ctx, following(month), 1)
    if not found or found[0].month != month:
        raise NotFound
    return found[0]


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


def exported(ctx: Ctx, month: date, limit: int, after: str) -> Sequence[Any]:
    """Return up to ``limit`` sums of a person's month with their employee number, in its order from behind one."""
    ctx.require_names(Permission.READ_HOURS)
    wanted = _sums(month).where(col(Person.external_id) > after)
    return ctx.session.execute(wanted.order_by(col(Person.external_id)).limit(limit)).all()


def _month_hours(month: PayrollMonth, sums: Any) -> MonthHours:
    by_kind = {kind: getattr(sums, kind.value) if sums else 0 for kind in MinutesKind}
    people = sums.people if sums else 0
    return MonthHours(month.month, month.closed_at, people, sum(by_kind.values()), by_kind)


def _by_month(months: Collection[date]) -> Select[Any]:
    minutes, kind_of = col(RecognisedMinutes.minutes), col(RecognisedMinutes.kind)
    columns: list[Any] = [func.sum(case((kind_of == kind, minutes), else_=0)).label(kind.value) for kind in MinutesKind]
    columns += [col(RecognisedMinutes.month), func.count(col(RecognisedMinutes.person_id).distinct()).label("people")]
    wanted = select(*columns).where(col(RecognisedMinutes.month).in_(months))
    return wanted.group_by(col(RecognisedMinutes.month))


def _refuse_without_numbers(ctx: Ctx, month: date) -> None:
    without = _sums(month).where(col(Person.external_id).is_(None)).subquery()
    number = ctx.session.execute(select(func.count()).select_from(without)).scalar_one()
    if number:
        detail = N_(
            "Some people with hours in this month have no employee number (%(number)s), and the payroll file needs it. "
            "Add it on their page, then come back."
        )
        raise Conflict("no_employee_number", detail, number=number)


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
