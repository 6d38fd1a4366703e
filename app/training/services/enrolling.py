"""Enrolling people: the audience of a course a thousand at a time, and whoever joins, leaves, chooses or is chosen.

Publishing a version does this for the first thousand and leaves a job for the others. Whoever is on the way goes on
with the new version, and keeps the lessons that count there (rules/progress.py); whoever passed is asked again only if
a version since then asks for it (rules/course.py).
"""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, update
from sqlmodel import col, select

from app.authz import Permission
from app.context import Ctx
from app.db.upsert import insert_new
from app.errors import Conflict, DomainError, NotFound
from app.models import Course, CourseVersion, Enrolment, TrainingEventKind
from app.platform import attempts, audit, outbox
from app.platform.audit import Act
from app.platform.outbox import JobKind
from app.platform.transitions import in_bulk, move
from app.roster import people as roster
from app.roster.employment import employed, not_over
from app.training.rows import enrolments
from app.training.rules.enrolment import (
    LIFECYCLE,
    UNFINISHED,
    EnrolmentEvent,
    EnrolmentState,
    again_by,
    asked_again,
    due_on,
    first_state,
)
from app.training.services import history
from app.wording import N_

CHUNK = 1000

_OPENED = {"answered_at": None, "reminders_sent": 0, "last_reminded_at": None, "help_asked_at": None}
"""What a duty that is opened again begins with, beside its day."""


class _FirstDay(NamedTuple):
    """A person to enrol, and from when on they are there to be asked."""

    person_id: str
    starts_on: date


def ask(ctx: Ctx, version: CourseVersion) -> None:
    """Enrol whom a version is for that is published now."""
    enrol(ctx, version.course_id)


def enrol(ctx: Ctx, course_id: str, following: str = "") -> None:
    """Enrol the next people of the audience, at most a thousand, and leave a job for the rest.

    The version that they follow is the one on show now; nothing is done where there is none. Twice is once.
    """
    found = enrolments.on_show(ctx, course_id)
    if found is None:
        return
    people = enrolments.people(ctx, course_id, following, CHUNK)
    of_them = col(Enrolment.person_id) > following
    if len(people) == CHUNK:
        last = people[-1].person_id
        of_them = and_(of_them, col(Enrolment.person_id) <= last)
        outbox.add(ctx, JobKind.ENROL, course_id=course_id, following=last)
    _go_on(ctx, found[1], of_them)
    _ask_again(ctx, *found, of_them)
    _invite(ctx, *found, people)


def ask_joiners(ctx: Ctx, employments: Sequence[Any]) -> None:
    """Enrol people who join, or changed what an audience goes by, in every course that is for them.

    Whoever comes back is asked again what was cancelled when they left.
    """
    for course, version in enrolments.all_on_show(ctx):
        meant = enrolments.among(ctx, course.id, [one.person_id for one in employments])
        _invite(ctx, course, version, [one for one in employments if one.person_id in meant])


def release_leavers(ctx: Ctx, person_ids: Sequence[str]) -> None:
    """Stop asking people who leave; what they passed stays."""
    cancelled = _move(ctx, EnrolmentEvent.CANCEL, col(Enrolment.person_id).in_(person_ids))
    history.add_each(ctx, TrainingEventKind.CANCELLED, cancelled)


def join(ctx: Ctx, course_id: str) -> Enrolment:
    """Enrol the actor by their own choice in a course that is open to all. Twice is once."""
    ctx.require(Permission.TAKE_COURSES)
    person_id = ctx.require_person()
    course, version = _to_take(ctx, course_id)
    if not course.open_to_all and enrolments.of_person(ctx, course_id, person_id) is None:
        raise NotFound
    _insert(ctx, course, version, {person_id: ctx.today}, voluntary=True)
    return enrolments.enrolled(ctx, course_id, person_id)


def enrol_person(ctx: Ctx, person_id: str, course_id: str) -> Enrolment:
    """Enrol one person by hand, whether or not the course is for them.

    Conflict ``not_employed`` for somebody who left: nothing is asked of them.
    """
    ctx.require(Permission.WRITE_TRAINING, Permission.READ_ENROLMENTS)
    return take_in(ctx, person_id, course_id)


def enrol_people(ctx: Ctx, course_id: str, person_ids: Sequence[str]) -> list[str | DomainError]:
    """Enrol several by hand, each for itself; return the id of the enrolment of each, or why there is none.

    NotFound for a course that cannot be taken.
    """
    ctx.require(Permission.WRITE_TRAINING, Permission.READ_ENROLMENTS)
    _to_take(ctx, course_id)
    tried = [attempts.attempt(ctx, enrol_person, person_id, course_id) for person_id in person_ids]
    return [one if isinstance(one, DomainError) else one.id for one in tried]


def take_in(ctx: Ctx, person_id: str, course_id: str) -> Enrolment:
    """Enrol one person, whoever wants it so; refusals as above."""
    course, version = _to_take(ctx, course_id)
    refuse_leaver(ctx, person_id)
    _invite(ctx, course, version, [_FirstDay(person_id, ctx.today)])
    return enrolments.enrolled(ctx, course_id, person_id)


def exempt(ctx: Ctx, enrolment_id: str, reason: str) -> Enrolment:
    """Stop asking a person, for a reason that is kept where erasure reaches it."""
    enrolment = _settled(ctx, enrolment_id, EnrolmentEvent.EXEMPT, TrainingEventKind.EXEMPTED)
    enrolment.exempted_because = reason
    audit.record(ctx, Act.ENROLMENT_EXEMPTED, enrolment.id)
    return enrolment


def cancel(ctx: Ctx, enrolment_id: str) -> Enrolment:
    """Take back that a course is asked of a person; what they did of it stays, should they be asked again."""
    enrolment = _settled(ctx, enrolment_id, EnrolmentEvent.CANCEL, TrainingEventKind.CANCELLED)
    audit.record(ctx, Act.ENROLMENT_CANCELLED, enrolment.id)
    return enrolment


def renew(ctx: Ctx, enrolment_id: str, by: date) -> None:
    """Ask for a course again from its beginning, because what was passed ends. The certificate stays as it is.

    A new cycle begins: lessons and attempts of the one before do not count in it. Conflict for whoever has to finish
    it anyway.
    """
    enrolment = enrolments.held(ctx, enrolment_id)
    course, version = _to_take(ctx, enrolment.course_id)
    move(enrolment, LIFECYCLE, EnrolmentEvent.RENEW)
    enrolment.cycle += 1
    enrolment.version_id, enrolment.due_on, enrolment.opened_at = version.id, by, ctx.now
    for name, value in _OPENED.items():
        setattr(enrolment, name, value)
    history.add(ctx, enrolment, TrainingEventKind.RENEWED)
    audit.record(ctx, Act.ENROLMENT_RENEWED, enrolment.id)
    _announce(ctx, course.id, [enrolment.person_id])


def refuse_leaver(ctx: Ctx, person_id: str) -> None:
    """Raise NotFound for a person who is not of this company, Conflict for one who left it."""
    roster.person(ctx, person_id)
    works = select(employed(ctx.company_id, person_id, not_over(ctx.today)))
    if not ctx.session.execute(works).scalar_one():
        detail = N_("This person does not work here any more. Nothing is asked or recorded of people who left.")
        raise Conflict("not_employed", detail)


def _to_take(ctx: Ctx, course_id: str) -> tuple[Course, CourseVersion]:
    found = enrolments.on_show(ctx, course_id)
    if found is None:
        raise NotFound
    return found


def _settled(ctx: Ctx, enrolment_id: str, event: EnrolmentEvent, told: TrainingEventKind) -> Enrolment:
    ctx.require(Permission.WRITE_TRAINING, Permission.READ_ENROLMENTS)
    enrolment = enrolments.held(ctx, enrolment_id)
    move(enrolment, LIFECYCLE, event)
    enrolment.answered_at = ctx.now
    history.add(ctx, enrolment, told)
    return enrolment


def _go_on(ctx: Ctx, version: CourseVersion, of_them: ColumnElement[bool]) -> None:
    """Let whoever has not finished go on with this version."""
    behind = (col(Enrolment.course_id) == version.course_id, col(Enrolment.version_id) != version.id)
    _update(ctx, *behind, of_them, col(Enrolment.state).in_(UNFINISHED), version_id=version.id)


def _ask_again(ctx: Ctx, course: Course, version: CourseVersion, of_them: ColumnElement[bool]) -> None:
    """Ask those who passed a version of which a later one asks something, if they still work here."""
    outdated = asked_again(enrolments.published_versions(ctx, course.id))
    works = employed(col(Enrolment.company_id), col(Enrolment.person_id), not_over(ctx.today))
    passed = (
        col(Enrolment.course_id) == course.id,
        col(Enrolment.version_id).in_(outdated),
        col(Enrolment.state) == EnrolmentState.PASSED,
    )
    by = again_by(ctx.today, course.due_days, version.asks_by)
    opened = {"version_id": version.id, "due_on": by, "opened_at": ctx.now, **_OPENED}
    renewed = _move(ctx, EnrolmentEvent.RENEW, *passed, of_them, works, **opened)
    history.add_each(ctx, TrainingEventKind.RENEWED, renewed)
    _announce(ctx, course.id, [one.person_id for one in renewed])


def _invite(ctx: Ctx, course: Course, version: CourseVersion, people: Sequence[Any]) -> None:
    """Enrol these people; ask those who chose the course, or were asked before, as everybody else."""
    starts = {one.person_id: one.starts_on for one in people}
    _insert(ctx, course, version, starts, voluntary=False)
    for day, ids in _by_due_day(ctx, course, starts):
        theirs = (col(Enrolment.course_id) == course.id, col(Enrolment.person_id).in_(ids))
        opened = {"due_on": day, "opened_at": ctx.now, **_OPENED}
        chosen = (col(Enrolment.voluntary).is_(True), col(Enrolment.state).in_(UNFINISHED))
        _move(ctx, EnrolmentEvent.ASSIGN, *theirs)
        _update(ctx, *theirs, *chosen, voluntary=False, **opened)
        again = _move(ctx, EnrolmentEvent.REOPEN, *theirs, version_id=version.id, voluntary=False, **opened)
        history.add_each(ctx, TrainingEventKind.ENROLLED, again)
    _announce(ctx, course.id, list(starts))


def _by_due_day(ctx: Ctx, course: Course, starts: dict[str, date]) -> list[tuple[date, list[str]]]:
    """Group people by their last day in time: nearly all of them share one."""
    days = {person_id: due_on(ctx.today, course.due_days, first) for person_id, first in starts.items()}
    ordered = sorted(days, key=lambda person_id: days[person_id])
    return [(day, list(ids)) for day, ids in groupby(ordered, key=lambda person_id: days[person_id])]


def _insert(ctx: Ctx, course: Course, version: CourseVersion, starts: dict[str, date], *, voluntary: bool) -> None:
    rows = [
        {
            "course_id": course.id,
            "version_id": version.id,
            "person_id": person_id,
            "due_on": due_on(ctx.today, course.due_days, first),
            "opened_at": ctx.now,
            "voluntary": voluntary,
            "state": first_state(voluntary=voluntary),
        }
        for person_id, first in starts.items()
    ]
    new = insert_new(ctx.session, Enrolment, rows, ["company_id", "course_id", "person_id"])
    wanted = select(Enrolment.id, Enrolment.version_id, Enrolment.cycle).where(col(Enrolment.id).in_(new))
    history.add_each(ctx, TrainingEventKind.ENROLLED, ctx.session.execute(wanted))
    audit.record_each(ctx, Act.ENROLLED, ((one, {"course_id": course.id}) for one in new))


def _announce(ctx: Ctx, course_id: str, person_ids: Sequence[str]) -> None:
    """Have a notice sent to those of these who owe the course and were not told of it."""
    if person_ids:
        outbox.add(ctx, JobKind.ANNOUNCE_COURSE, course_id=course_id, first=min(person_ids), last=max(person_ids))


def _move(ctx: Ctx, event: EnrolmentEvent, *which: ColumnElement[bool], **values: Any) -> list[Any]:
    """Take the step wherever the state allows it; return id, version_id, cycle and person_id of what moved."""
    possible, moved = in_bulk(LIFECYCLE, event, Enrolment)
    return _update(ctx, *which, possible, **moved, **values)


def _update(ctx: Ctx, *which: ColumnElement[bool], **values: Any) -> list[Any]:
    told = (col(Enrolment.id), col(Enrolment.version_id), col(Enrolment.cycle), col(Enrolment.person_id))
    own = col(Enrolment.company_id) == ctx.company_id
    statement = update(Enrolment).where(own, *which).values(**values).returning(*told)
    return list(ctx.session.execute(statement, execution_options={"synchronize_session": False}))
