"""Taking a course: lessons are done when the person says so, and the course is passed once.

A lesson with a quiz of its own is done by that (attempting.py). Nothing is concluded from scrolling, from seconds or
from the share of a film that was watched: that would be watching people.
"""

from datetime import datetime
from typing import Any

from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict, NotFound
from app.models import CourseVersion, Enrolment, TrainingEventKind
from app.platform import audit
from app.platform.audit import Act
from app.platform.transitions import move
from app.training.rows import enrolments, lessons, prerequisites
from app.training.rules.enrolment import DONE, LIFECYCLE, UNFINISHED, EnrolmentEvent, EnrolmentState
from app.training.rules.progress import Progress
from app.training.services import certifying, crediting, history
from app.wording import N_


def finish_lesson(ctx: Ctx, course_id: str, lesson_key: str, language: str) -> Progress:
    """Record that the actor has finished a lesson. Twice is once; nothing is recorded of whoever has passed.

    Conflict ``own_quiz`` for a lesson that is done by answering its questions.
    """
    ctx.require(Permission.TAKE_COURSES)
    enrolment = own(ctx, course_id)
    if enrolment.state in DONE:
        return lessons.how_far(ctx, enrolment)
    version = take(ctx, enrolment)
    lesson = lessons.of_key(ctx, version.id, lesson_key)
    if lesson.own_quiz:
        raise Conflict("own_quiz", N_("This lesson is done by answering its questions. Answer them at its end."))
    return lesson_done(ctx, enrolment, lesson_key, language)


def own(ctx: Ctx, course_id: str) -> Enrolment:
    """Return the actor's enrolment in a course, locked; NotFound if they have none, or it was cancelled."""
    person_id = ctx.require_person()
    found = enrolments.of_person(ctx, course_id, person_id)
    if found is None or found.state is EnrolmentState.CANCELLED:
        raise NotFound
    return enrolments.held(ctx, found.id)


def follow(ctx: Ctx, enrolment: Enrolment) -> CourseVersion:
    """Return the version that somebody goes on with, the newest one, and note that they have begun.

    Conflict ``course_withdrawn`` if the course cannot be taken now.
    """
    found = enrolments.on_show(ctx, enrolment.course_id)
    if found is None:
        raise Conflict(
            "course_withdrawn",
            N_("This course was taken back. What you have done of it is kept; you are told when a new one comes."),
        )
    enrolment.version_id = found[1].id
    if enrolment.state in LIFECYCLE.origins(EnrolmentEvent.BEGIN):
        move(enrolment, LIFECYCLE, EnrolmentEvent.BEGIN)
    return found[1]


def take(ctx: Ctx, enrolment: Enrolment) -> CourseVersion:
    """Do the same for a person at work on a page: Conflict ``prerequisite_missing`` if another course comes first."""
    first = prerequisites.missing(ctx, enrolment.course_id, enrolment.person_id)
    if first:
        detail = N_("Another course comes first: “%(name)s”. Take that one, then come back.")
        raise Conflict("prerequisite_missing", detail, name=first[0].name)
    return follow(ctx, enrolment)


def lesson_done(
    ctx: Ctx, enrolment: Enrolment, lesson_key: str, language: str | None, at: datetime | None = None, **facts: Any
) -> Progress:
    """Record a lesson of the version that somebody follows; the last one passes a course without a final quiz."""
    history.add_lesson(ctx, enrolment, at, lesson_key=lesson_key, language=language, **facts)
    progress = lessons.how_far(ctx, enrolment)
    if progress.next_key is None and not has_final_quiz(ctx, enrolment.version_id):
        complete(ctx, enrolment, at, language=language)
    return progress


def has_final_quiz(ctx: Ctx, version_id: str) -> bool:
    """Tell whether a version ends with a quiz."""
    return any(lesson.draws for lesson in lessons.of_version(ctx, version_id))


def complete(ctx: Ctx, enrolment: Enrolment, at: datetime | None = None, **facts: Any) -> bool:
    """Record that somebody passed, with a certificate and the minutes it is worth, and tell whether that is new.

    It happens once in each cycle, and its time never moves.

    The enrolment is locked, so that of two at once the second finds it passed.
    """
    if enrolment.state not in UNFINISHED:
        return False
    move(enrolment, LIFECYCLE, EnrolmentEvent.PASS)
    enrolment.answered_at, enrolment.help_asked_at = at or ctx.now, None
    history.add(ctx, enrolment, TrainingEventKind.PASSED, at, **facts)
    audit.record(ctx, Act.COURSE_PASSED, enrolment.id, version_id=enrolment.version_id)
    crediting.credit_pass(ctx, certifying.issue(ctx, enrolment))
    return True
