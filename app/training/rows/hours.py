"""The ledger of recognised minutes as services and queries read it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlmodel import col

from app.context import Ctx
from app.errors import NotFound
from app.models import (
    Certificate,
    CorrectionReason,
    Course,
    CourseText,
    CourseVersion,
    PayrollMonth,
    RecognisedMinutes,
)
from app.training.rules.hours import MinutesKind, following

REASON = and_(
    col(CorrectionReason.company_id) == col(RecognisedMinutes.company_id),
    col(CorrectionReason.entry_id) == col(RecognisedMinutes.id),
)
"""What joins a correction with its reason."""


@dataclass(frozen=True, slots=True)
class MonthHours:
    """What was booked into a month: minutes in all and by kind, and of how many people."""

    month: date
    closed_at: datetime | None
    people: int
    minutes: int
    by_kind: dict[MinutesKind, int]


def passed_before(ctx: Ctx, certificate: Certificate) -> int:
    """Return the number of the newest version that was passed before this pass in the same cycle, 0 if none was."""
    wanted = select(func.coalesce(func.max(col(CourseVersion.number)), 0)).where(
        col(Certificate.enrolment_id) == certificate.enrolment_id,
        col(Certificate.cycle) == certificate.cycle,
        col(Certificate.id) != certificate.id,
        col(CourseVersion.company_id) == col(Certificate.company_id),
        col(CourseVersion.id) == col(Certificate.version_id),
    )
    return int(ctx.session.execute(wanted).scalar_one())


def entry_of(ctx: Ctx, person_id: str, kind: MinutesKind, source_id: str) -> str:
    """Return the id of the entry that a source was credited with to a person."""
    wanted = select(col(RecognisedMinutes.id)).where(
        col(RecognisedMinutes.person_id) == person_id,
        col(RecognisedMinutes.kind) == kind,
        col(RecognisedMinutes.source_id) == source_id,
    )
    return ctx.session.scalars(wanted).one()


def months(ctx: Ctx, after: date | None, limit: int) -> list[MonthHours]:
    """Return up to ``limit`` months, the newest first, from before the month ``after``."""
    wanted = select(PayrollMonth).order_by(col(PayrollMonth.month).desc()).limit(limit)
    if after is not None:
        wanted = wanted.where(col(PayrollMonth.month) < after)
    found = ctx.session.scalars(wanted).all()
    sums = {row.month: row for row in ctx.session.execute(_by_month([one.month for one in found]))}
    return [_month_hours(one, sums.get(one.month)) for one in found]


def one_month(ctx: Ctx, month: date) -> MonthHours:
    """Return one month; NotFound if nothing was ever booked into it and nobody closed it."""
    found = months(ctx, following(month), 1)
    if not found or found[0].month != month:
        raise NotFound
    return found[0]


def minutes_of(ctx: Ctx, month: date, person_ids: Collection[str]) -> dict[str, int]:
    """Return what each of these people has in a month, for those who have an entry."""
    wanted = (
        select(col(RecognisedMinutes.person_id), func.sum(col(RecognisedMinutes.minutes)).label("minutes"))
        .where(col(RecognisedMinutes.month) == month, col(RecognisedMinutes.person_id).in_(person_ids))
        .group_by(col(RecognisedMinutes.person_id))
    )
    return {row.person_id: row.minutes for row in ctx.session.execute(wanted)}


def of_person(ctx: Ctx, person_id: str, language: str) -> Sequence[Any]:
    """Return the entries of a person, the newest month first, with the title of a course in this language."""
    about = col(RecognisedMinutes.company_id)
    certificate = and_(col(Certificate.company_id) == about, col(Certificate.id) == col(RecognisedMinutes.source_id))
    course = and_(col(Course.company_id) == about, col(Course.id) == col(Certificate.course_id))
    text = and_(
        col(CourseText.company_id) == about,
        col(CourseText.version_id) == col(Certificate.version_id),
        col(CourseText.language) == language,
    )
    month = and_(col(PayrollMonth.company_id) == about, col(PayrollMonth.month) == col(RecognisedMinutes.month))
    columns = [col(getattr(RecognisedMinutes, name)) for name in ("id", "month", "minutes", "kind", "happened_on")]
    title = func.coalesce(col(CourseText.title), col(Course.name), "").label("title")
    wanted: Select[Any] = select(*columns, col(PayrollMonth.closed_at), col(CorrectionReason.reason), title)
    wanted = (
        wanted.select_from(RecognisedMinutes)
        .join(PayrollMonth, month)
        .outerjoin(CorrectionReason, REASON)
        .outerjoin(Certificate, certificate)
        .outerjoin(Course, course)
        .outerjoin(CourseText, text)
        .where(col(RecognisedMinutes.person_id) == person_id)
    )
    # Sorted here: for the order's sake a planner would go through the months of everybody.
    return sorted(ctx.session.execute(wanted), key=lambda row: (row.month, row.id), reverse=True)


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
