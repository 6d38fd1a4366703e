"""Absences: nothing is asked, due or mailed while a person is away. No reason is kept."""

from datetime import date

from sqlalchemy import delete, select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx, one_or_404
from app.db.periods import not_over
from app.errors import Conflict, NotFound
from app.models import Absence
from app.people.schemas.people import AbsenceChange, AbsenceIn
from app.people.services.leaving import morning_after, refuse_wrong_order
from app.platform import audit, outbox
from app.platform.audit import Act
from app.platform.outbox import JobKind
from app.policies.services import returning as policies_returning
from app.roster import people as roster
from app.training.services import returning as training_returning
from app.wording import N_


def record(ctx: Ctx, person_id: str, data: AbsenceIn) -> Absence:
    """Note from when to when a person is away; without a last day, until further notice.

    Conflict ``absence_overlaps`` if they are away on one of these days already.
    """
    ctx.require(Permission.WRITE_PEOPLE)
    roster.person(ctx, person_id)
    refuse_wrong_order(data.starts_on, data.ends_on, "/ends_on")
    _refuse_overlap(ctx, person_id, data.starts_on, data.ends_on)
    absence = Absence(person_id=person_id, starts_on=data.starts_on, ends_on=data.ends_on)
    ctx.session.add(absence)
    ctx.session.flush()
    audit.record(ctx, Act.ABSENCE_RECORDED, person_id)
    _plan_return(ctx, absence)
    return absence


def change(ctx: Ctx, person_id: str, absence_id: str, data: AbsenceChange) -> Absence:
    """Set another last day. Conflict ``absence_over`` once it is past: days that were given back stay given."""
    ctx.require(Permission.WRITE_PEOPLE)
    absence = _held(ctx, person_id, absence_id)
    refuse_wrong_order(absence.starts_on, data.ends_on, "/ends_on")
    _refuse_overlap(ctx, person_id, absence.starts_on, data.ends_on, but=absence_id)
    absence.ends_on = data.ends_on
    ctx.session.flush()
    audit.record(ctx, Act.ABSENCE_CHANGED, person_id)
    _plan_return(ctx, absence)
    return absence


def remove(ctx: Ctx, person_id: str, absence_id: str) -> None:
    """Take back an absence that was noted by mistake; Conflict ``absence_over`` once it is past."""
    ctx.require(Permission.WRITE_PEOPLE)
    _held(ctx, person_id, absence_id)
    ctx.session.execute(delete(Absence).where(col(Absence.company_id) == ctx.company_id, col(Absence.id) == absence_id))
    audit.record(ctx, Act.ABSENCE_REMOVED, person_id)


def come_back(ctx: Ctx, absence_id: str, ends_on: str) -> None:
    """Give back the days that were left, on the morning after an absence; nothing if its last day was changed."""
    absence = ctx.session.get(Absence, (ctx.company_id, absence_id))
    if absence is None or absence.ends_on is None or absence.ends_on.isoformat() != ends_on:
        return
    policies_returning.give_back(ctx, absence.person_id, absence.starts_on, ctx.today)
    training_returning.give_back(ctx, absence.person_id, absence.starts_on, ctx.today)


def _plan_return(ctx: Ctx, absence: Absence) -> None:
    if absence.ends_on is None:
        return
    ends_on = absence.ends_on.isoformat()
    if absence.ends_on < ctx.today:
        come_back(ctx, absence.id, ends_on)
        return
    run_at, key = morning_after(ctx, absence.ends_on), f"return:{absence.id}:{ends_on}"
    outbox.add(ctx, JobKind.COME_BACK, run_at=run_at, dedupe_key=key, absence_id=absence.id, ends_on=ends_on)


def _held(ctx: Ctx, person_id: str, absence_id: str) -> Absence:
    absence = one_or_404(ctx, Absence, absence_id, locked=True)
    if absence.person_id != person_id:
        raise NotFound
    if absence.ends_on is not None and absence.ends_on < ctx.today:
        raise Conflict("absence_over", N_("This absence is over and cannot be changed any more. Note a new one."))
    return absence


def _refuse_overlap(ctx: Ctx, person_id: str, starts_on: date, ends_on: date | None, but: str = "") -> None:
    wanted = select(col(Absence.id)).where(
        col(Absence.person_id) == person_id,
        col(Absence.id) != but,
        not_over(Absence, starts_on),
    )
    if ends_on is not None:
        wanted = wanted.where(col(Absence.starts_on) <= ends_on)
    if ctx.session.scalars(wanted).first():
        detail = N_("This person is noted as away on some of these days already. Change that absence instead.")
        raise Conflict("absence_overlaps", detail)
