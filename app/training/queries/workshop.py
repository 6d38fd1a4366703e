"""What an author has before them: the courses, one course with what it asks, one version, one lesson."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.models import Course, CourseVersion, Enrolment
from app.roster import lists
from app.training.queries import catalogue
from app.training.queries.catalogue import Written
from app.training.rows import courses
from app.training.rules.content import WrittenLesson, fingerprint
from app.training.rules.course import CourseState
from app.training.rules.enrolment import EnrolmentState


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course in the list: the version that people take, and the draft that is being written."""

    course: Course
    shown: CourseVersion | None
    draft: CourseVersion | None


@dataclass(frozen=True, slots=True)
class CoursePage:
    """A course with what it asks of whom. ``others`` are the courses that could come first."""

    line: CourseLine
    versions: Sequence[CourseVersion]
    audience: dict[str, list[str]]
    places: dict[str, Any]
    prerequisites: list[str]
    others: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Desk:
    """A version as its author sees it, in one language. ``passed`` people passed an earlier version."""

    written: Written
    language: str
    passed: int

    @property
    def version(self) -> CourseVersion:
        """Return the version that is written."""
        return self.written.version

    @property
    def languages(self) -> list[str]:
        """Return the languages that the version speaks."""
        return list(self.written.content.texts)

    @property
    def is_draft(self) -> bool:
        """Tell whether it can be written on."""
        return self.version.state is CourseState.DRAFT


@dataclass(frozen=True, slots=True)
class LessonDesk:
    """One lesson of a version: its place from 0, and the fingerprint by which two authors notice each other."""

    desk: Desk
    lesson: WrittenLesson
    place: int

    @property
    def seen(self) -> str:
        """Return the fingerprint of the lesson as it is shown."""
        return fingerprint(self.lesson)


def overview(ctx: Ctx) -> list[CourseLine]:
    """Return the courses of the company, the newest first and those put away last."""
    ctx.require(Permission.READ_TRAINING)
    known = ctx.session.scalars(select(Course).order_by(col(Course.archived_at).is_not(None), col(Course.id).desc()))
    return [_line(course, courses.versions(ctx, course.id)) for course in known.all()]


def course_page(ctx: Ctx, course_id: str) -> CoursePage:
    """Return a course with all that can be set, or raise NotFound."""
    ctx.require(Permission.READ_TRAINING)
    course, versions = courses.course(ctx, course_id), courses.versions(ctx, course_id)
    others = select(col(Course.id), col(Course.name)).where(
        col(Course.id) != course_id, col(Course.archived_at).is_(None)
    )
    return CoursePage(
        line=_line(course, versions),
        versions=versions,
        audience=catalogue.audience(ctx, course_id),
        places=lists.teams_and_sites(ctx),
        prerequisites=catalogue.prerequisites(ctx, course_id),
        others=[(row.id, row.name) for row in ctx.session.execute(others.order_by(col(Course.name)))],
    )


def desk(ctx: Ctx, version_id: str, preferred: Sequence[str]) -> Desk:
    """Return a version in the first of the ``preferred`` languages that it has."""
    ctx.require(Permission.READ_TRAINING)
    written = catalogue.written(ctx, version_id)
    texts = written.content.texts
    language = next(one for one in (*preferred, *texts) if one in texts)
    return Desk(written, language, _passed(ctx, written.course.id))


def lesson_desk(ctx: Ctx, version_id: str, key: str, preferred: Sequence[str]) -> LessonDesk:
    """Return one lesson of a version; NotFound if it has none of this key."""
    ctx.require(Permission.READ_TRAINING)
    found = desk(ctx, version_id, preferred)
    lesson = catalogue.lesson(ctx, version_id, key)
    return LessonDesk(found, lesson, [one.key for one in found.written.content.lessons].index(key))


def _line(course: Course, versions: Sequence[CourseVersion]) -> CourseLine:
    def first(state: CourseState) -> CourseVersion | None:
        return next((one for one in versions if one.state is state), None)

    return CourseLine(course, first(CourseState.PUBLISHED), first(CourseState.DRAFT))


def _passed(ctx: Ctx, course_id: str) -> int:
    wanted: Any = select(func.count()).select_from(Enrolment)
    theirs = (col(Enrolment.course_id) == course_id, col(Enrolment.state) == EnrolmentState.PASSED)
    return int(ctx.session.execute(wanted.where(*theirs)).scalar_one())
