"""Recognising training as working time: entries of a ledger, each booked into a month that is open."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.db.upsert import insert_new
from app.errors import DomainError, FieldError, Invalid
from app.models import Certificate, CorrectionReason, Course, PayrollMonth, Person, RecognisedMinutes
from app.models.recognised_minutes import ONCE
from app.models.types import new_id
from app.platform import attempts, audit
from app.platform.audit import Act
from app.training.rows import hours, lessons
from app.training.rules.hours import MinutesKind, following, month_of, pass_minutes
from app.training.schemas.hours import CorrectionIn
from app.wording import N_

_MONTH = ("company_id", "month")


def credit(ctx: Ctx, person_id: str, minutes: int, kind: MinutesKind, source_id: str, on: date) -> str | None:
    """Credit minutes for something that happened ``on`` a day, and return the entry's id; None if nothing is new.

    The same source credits a person once. They are booked into the month of the day, or else into the first one after
    it that is not closed.
    """
    if not minutes:
        return None
    row = {
        "person_id": person_id,
        "month": _held_open(ctx, month_of(on)),
        "minutes": minutes,
        "kind": kind,
        "source_id": source_id,
        "happened_on": on,
        "recorded_by": ctx.actor.id,
        "at": ctx.now,
    }
    return next(iter(insert_new(ctx.session, RecognisedMinutes, [row], ONCE)), None)


def credit_pass(ctx: Ctx, certificate: Certificate) -> None:
    """Credit the pass that a certificate stands for, if its course is mandatory.

    Whether it is, the firm decides (D.Lgs. 104/2022 art. 11: what the law or the contract asks for is working time).
    """
    course = ctx.session.get_one(Course, (ctx.company_id, certificate.course_id))
    if course.mandatory:
        minutes = pass_minutes(lessons.of_version(ctx, certificate.version_id), hours.passed_before(ctx, certificate))
        on = ctx.company.day(certificate.issued_at)
        credit(ctx, certificate.person_id, minutes, MinutesKind.COURSE, certificate.id, on)


@dataclass(frozen=True, slots=True)
class Corrected:
    """The entry of a correction, and whether it is new."""

    entry_id: str
    is_new: bool


def correct_rows(ctx: Ctx, rows: list[CorrectionIn]) -> list[Corrected | DomainError]:
    """Record each of these for itself; return what became of it: Corrected, or its refusal."""
    ctx.require_names(Permission.WRITE_HOURS)
    return [attempts.attempt(ctx, correct, row) for row in rows]


def correct(ctx: Ctx, data: CorrectionIn) -> Corrected:
    """Add minutes to a person's hours, or take some back, for a reason. The same ``external_id`` again changes nothing.

    Invalid for nought minutes, a day to come and a person who is not known.
    """
    ctx.require_names(Permission.WRITE_HOURS)
    on = data.on or ctx.today
    _refuse_impossible(ctx, data, on)
    source_id = _source_id(ctx, data.external_id)
    entry_id = credit(ctx, data.person_id, data.minutes, MinutesKind.CORRECTION, source_id, on)
    if entry_id is None:
        return Corrected(hours.entry_of(ctx, data.person_id, MinutesKind.CORRECTION, source_id), is_new=False)
    ctx.session.add(CorrectionReason(entry_id=entry_id, reason=data.reason))
    audit.record(ctx, Act.HOURS_CORRECTED, entry_id, person_id=data.person_id, minutes=data.minutes)
    return Corrected(entry_id, is_new=True)


def _source_id(ctx: Ctx, external_id: str | None) -> str:
    """Return an id for a correction: a new one, or the one that its name in another system always leads to."""
    return new_id() if external_id is None else str(uuid5(UUID(ctx.company_id), external_id))


def _refuse_impossible(ctx: Ctx, data: CorrectionIn, on: date) -> None:
    errors = []
    if not data.minutes:
        detail = N_("This changes nothing. Write the minutes to add, or with a minus those to take back.")
        errors.append(FieldError("/minutes", "nothing", detail))
    if on > ctx.today:
        detail = N_("This day has not come yet. Hours are recognised when the training is over.")
        errors.append(FieldError("/on", "in_the_future", detail))
    if ctx.session.get(Person, (ctx.company_id, data.person_id)) is None:
        detail = N_("The company has no such person. Check the id, or take them on first.")
        errors.append(FieldError("/person_id", "unknown_person", detail))
    if errors:
        raise Invalid(errors)


def _held_open(ctx: Ctx, month: date) -> date:
    """Return the first month from this one on that is not closed; nobody can close it in this transaction."""
    while True:
        insert_new(ctx.session, PayrollMonth, [{"month": month}], _MONTH)
        wanted = select(col(PayrollMonth.closed_at)).where(col(PayrollMonth.month) == month)
        if ctx.session.execute(wanted.with_for_update(read=True)).scalar_one() is None:
            return month
        month = following(month)
