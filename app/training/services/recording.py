"""Recording what people did in another system of the company.

The rule for late, repeated and mixed-up records:

- The same ``external_id`` again changes nothing, and neither does a lesson that was done already.
- A completion counts from the moment that it names. The first one of a cycle stands: its time never moves.
- A lesson counts for the version that the person follows; after the completion nothing more is recorded of it.
- What happened before the course was last asked again belongs to the time before, and is refused.
- Whoever was not enrolled is, by the first record.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict, DomainError, FieldError, Invalid, NotFound
from app.models import Enrolment, TrainingEvent, TrainingEventKind
from app.platform import attempts
from app.training.rows import enrolments, lessons
from app.training.rules.enrolment import UNFINISHED, EnrolmentState
from app.training.schemas.enrolment import RecordIn
from app.training.services import enrolling, taking
from app.wording import N_


@dataclass(frozen=True, slots=True)
class Recorded:
    """The enrolment that a record is about, and whether the record told anything new."""

    enrolment_id: str
    is_new: bool


def record_rows(ctx: Ctx, rows: list[RecordIn]) -> list[Recorded | DomainError]:
    """Record each of these for itself; return what became of it: Recorded, or its refusal."""
    ctx.require(Permission.RECORD_TRAINING)
    return [attempts.attempt(ctx, record, row) for row in rows]


def record(ctx: Ctx, data: RecordIn) -> Recorded:
    """Record one thing that a person did. Invalid for what cannot be, Conflict for a leaver or a course taken back."""
    ctx.require(Permission.RECORD_TRAINING)
    if data.at > ctx.now:
        detail = N_("This has not happened yet. Record it when it has.")
        raise Invalid([FieldError("/at", "in_the_future", detail)])
    enrolment = _enrolled(ctx, data)
    known = select(col(TrainingEvent.enrolment_id)).where(col(TrainingEvent.external_id) == data.external_id)
    of_known = ctx.session.scalars(known).first()
    if of_known not in {None, enrolment.id}:
        detail = N_("Another record has this external_id. Give each record its own.")
        raise Conflict("external_id_taken", detail)
    if of_known is not None or enrolment.state not in UNFINISHED:
        return Recorded(enrolment.id, is_new=False)
    _refuse_time_before(ctx, enrolment, data.at)
    return Recorded(enrolment.id, is_new=_told(ctx, enrolment, data))


def _told(ctx: Ctx, enrolment: Enrolment, data: RecordIn) -> bool:
    version = taking.follow(ctx, enrolment)
    facts = {"language": data.language, "external_id": data.external_id}
    if data.kind == "passed":
        return taking.complete(ctx, enrolment, data.at, **facts)
    key = next((one.key for one in lessons.of_version(ctx, version.id) if one.key == data.lesson_key), None)
    if key is None:
        detail = N_("The course has no such lesson now. Read its lessons and send one of their keys.")
        raise Invalid([FieldError("/lesson_key", "unknown_lesson", detail)])
    before = lessons.how_far(ctx, enrolment).lessons_done
    done = taking.lesson_done(ctx, enrolment, key, at=data.at, **facts)
    return done.lessons_done > before


def _enrolled(ctx: Ctx, data: RecordIn) -> Enrolment:
    """Return the enrolment, locked; whoever has none, or a cancelled one, is enrolled."""
    try:
        enrolling.refuse_leaver(ctx, data.person_id)
    except NotFound as missing:
        detail = N_("The company has no such person. Check the id, or take them on first.")
        raise Invalid([FieldError("/person_id", "unknown_person", detail)]) from missing
    found = enrolments.of_person(ctx, data.course_id, data.person_id)
    if found is None or found.state is EnrolmentState.CANCELLED:
        found = _take_in(ctx, data)
    return enrolments.held(ctx, found.id)


def _take_in(ctx: Ctx, data: RecordIn) -> Enrolment:
    try:
        return enrolling.take_in(ctx, data.person_id, data.course_id)
    except NotFound as missing:
        detail = N_("The company has no such course to take now. Check the id, or publish it first.")
        raise Invalid([FieldError("/course_id", "unknown_course", detail)]) from missing


def _refuse_time_before(ctx: Ctx, enrolment: Enrolment, at: datetime) -> None:
    asked_again = select(col(TrainingEvent.id)).where(
        col(TrainingEvent.enrolment_id) == enrolment.id,
        col(TrainingEvent.kind) == TrainingEventKind.RENEWED,
        col(TrainingEvent.at) > at,
    )
    if ctx.session.scalars(asked_again).first():
        detail = N_("The course was asked again after this. What was done before counts for the time before.")
        raise Conflict("before_renewal", detail)
