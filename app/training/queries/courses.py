"""What a person sees of the courses that are theirs: where they are, and the lesson that they read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.context import Ctx
from app.errors import NotFound
from app.models import Course, CourseVersion, Enrolment
from app.training.rows import enrolments, lessons, prerequisites
from app.training.rules.enrolment import DONE, UNFINISHED, EnrolmentState
from app.training.rules.progress import Progress


@dataclass(frozen=True, slots=True)
class TakenLesson:
    """A lesson as a line of the contents. ``done`` in this cycle; ``now`` for the first that is still to do."""

    key: str
    title: str
    minutes: int
    own_quiz: bool
    done: bool
    now: bool


@dataclass(frozen=True, slots=True)
class TakenCourse:
    """A course as its person sees it, in ``language``.

    ``state`` is None for a course that is open to all and was not chosen yet. ``takes`` says that the person can go
    on now; ``withdrawn`` that the course was taken back; ``first`` are the courses that have to be passed before it.
    ``questions`` is the number of questions of the final quiz, 0 without one.
    """

    id: str
    version_id: str
    state: EnrolmentState | None
    due_on: date | None
    asked: bool
    passed_on: date | None
    language: str
    languages: list[str]
    text: Any
    lessons: list[TakenLesson]
    progress: Progress
    questions: int
    first: Sequence[Any]
    withdrawn: bool
    today: date
    help_asked_at: datetime | None

    @property
    def takes(self) -> bool:
        """Tell whether the person can go on with the course now."""
        return self.state in UNFINISHED and not self.withdrawn and not self.first

    @property
    def done(self) -> bool:
        """Tell whether nothing is left to do: passed, or exempt."""
        return self.state in DONE


@dataclass(frozen=True, slots=True)
class TakenLessonText:
    """One lesson to read: its place in the course (from 1), its text in Markdown, and the lessons beside it."""

    course: TakenCourse
    lesson: TakenLesson
    number: int
    body: str
    before: TakenLesson | None
    after: TakenLesson | None


@dataclass(frozen=True, slots=True)
class OwnCourse:
    """A course in the list of one's own, or one that can be chosen (``state`` None)."""

    id: str
    title: str
    state: EnrolmentState | None
    due_on: date | None
    percent: int
    minutes: int
    withdrawn: bool = False


def course(ctx: Ctx, course_id: str, preferred: Sequence[str]) -> TakenCourse:
    """Return a course of the actor's, or one that is open to all; NotFound for any other."""
    person_id = ctx.require_person()
    enrolment = enrolments.of_person(ctx, course_id, person_id)
    if enrolment is not None and enrolment.state is EnrolmentState.CANCELLED:
        enrolment = None
    found = enrolments.on_show(ctx, course_id)
    if enrolment is None:
        if found is None or not found[0].open_to_all:
            raise NotFound
        return _course(ctx, found[1], Enrolment(id="", version_id=found[1].id, cycle=1), preferred, chosen=False)
    version = found[1] if found and enrolment.state in UNFINISHED else _followed(ctx, enrolment)
    return _course(ctx, version, enrolment, preferred, withdrawn=found is None)


def lesson(ctx: Ctx, course_id: str, key: str, preferred: Sequence[str]) -> TakenLessonText:
    """Return a lesson of one of the actor's courses; NotFound if there is none, or the course is not theirs yet."""
    ctx.require_person()
    taken = course(ctx, course_id, preferred)
    place = next((index for index, one in enumerate(taken.lessons) if one.key == key), None)
    if place is None or taken.state is None or taken.first:
        raise NotFound
    row = lessons.of_key(ctx, taken.version_id, key)
    return TakenLessonText(
        course=taken,
        lesson=taken.lessons[place],
        number=place + 1,
        body=lessons.body(ctx, row.id, taken.language),
        before=taken.lessons[place - 1] if place else None,
        after=taken.lessons[place + 1] if place + 1 < len(taken.lessons) else None,
    )


def own(ctx: Ctx, preferred: str) -> list[OwnCourse]:
    """Return the actor's courses: those still to finish by their last day, then those done, then those to choose."""
    person_id = ctx.require_person()
    rows = ctx.session.scalars(select(Enrolment).where(col(Enrolment.person_id) == person_id)).all()
    theirs = {row.course_id: row for row in rows if row.state is not EnrolmentState.CANCELLED}
    shown = {course.id: (course, version) for course, version in enrolments.all_on_show(ctx)}
    listed = [_own(ctx, row, shown.get(row.course_id), preferred) for row in theirs.values()]
    listed.sort(key=lambda one: (one.state in DONE, one.due_on, one.id))
    to_choose = [(one, version) for one, version in shown.values() if one.open_to_all and one.id not in theirs]
    return listed + [_to_choose(ctx, one, version, preferred) for one, version in to_choose]


def _course(
    ctx: Ctx,
    version: CourseVersion,
    enrolment: Enrolment,
    preferred: Sequence[str],
    *,
    withdrawn: bool = False,
    chosen: bool = True,
) -> TakenCourse:
    texts = lessons.texts(ctx, version.id)
    language = spoken(texts, preferred)
    far = lessons.how_far(ctx, _Row(enrolment.id, version.id, enrolment.cycle))
    titles = lessons.titles(ctx, version.id, language)
    rows = lessons.of_version(ctx, version.id)
    done = enrolment.state in DONE and chosen
    return TakenCourse(
        id=version.course_id,
        version_id=version.id,
        state=enrolment.state if chosen else None,
        due_on=enrolment.due_on if chosen else None,
        asked=chosen and not enrolment.voluntary,
        passed_on=ctx.company.day(enrolment.answered_at) if done and enrolment.answered_at else None,
        language=language,
        languages=list(texts),
        text=texts[language],
        lessons=[
            TakenLesson(
                row.key, titles[row.key], row.minutes, row.own_quiz, row.key in far.done, row.key == far.next_key
            )
            for row in rows
        ],
        progress=far,
        questions=sum(row.draws for row in rows),
        first=prerequisites.missing(ctx, version.course_id, ctx.require_person()) if not done else [],
        withdrawn=withdrawn,
        today=ctx.today,
        help_asked_at=enrolment.help_asked_at,
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """What progress asks of an enrolment."""

    id: str
    version_id: str
    cycle: int


def spoken(known: Any, preferred: Sequence[str]) -> str:
    """Return the first of the preferred languages that a course has, or else any."""
    return next((one for one in preferred if one in known), next(iter(known)))


def _followed(ctx: Ctx, enrolment: Enrolment) -> CourseVersion:
    return ctx.session.get_one(CourseVersion, (ctx.company_id, enrolment.version_id))


def _own(ctx: Ctx, row: Enrolment, shown: tuple[Course, CourseVersion] | None, preferred: str) -> OwnCourse:
    version_id = shown[1].id if shown and row.state in UNFINISHED else row.version_id
    texts = lessons.texts(ctx, version_id)
    far = lessons.how_far(ctx, _Row(row.id, version_id, row.cycle))
    title = texts[spoken(texts, [preferred])].title
    return OwnCourse(row.course_id, title, row.state, row.due_on, far.percent, far.minutes, withdrawn=shown is None)


def _to_choose(ctx: Ctx, course: Course, version: CourseVersion, preferred: str) -> OwnCourse:
    texts = lessons.texts(ctx, version.id)
    minutes = sum(row.minutes for row in lessons.of_version(ctx, version.id))
    return OwnCourse(course.id, texts[spoken(texts, [preferred])].title, None, None, 0, minutes)
