"""The courses of a company as their authors read them: drafts included."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.errors import FieldError, NotFound
from app.models import Course, CourseAudience, CoursePrerequisite, CourseVersion
from app.training.rows import contents, courses
from app.training.rules.content import Content, WrittenLesson, content_sha256
from app.training.rules.publishable import shortcomings

_KINDS = {"team_ids": "team_id", "site_ids": "site_id", "roles": "role", "languages": "language"}


@dataclass(frozen=True, slots=True)
class Written:
    """A version with all that it says, and what keeps it from publication."""

    course: Course
    version: CourseVersion
    content: Content
    shortcomings: list[FieldError]

    @property
    def sha256(self) -> str:
        """Return the fingerprint that publishing asks for."""
        return content_sha256(self.content)


def courses_part(ctx: Ctx, after: tuple[Any, ...] | None, limit: int) -> Sequence[Course]:
    """Return up to ``limit`` + 1 courses, the oldest first."""
    ctx.require(Permission.READ_TRAINING)
    wanted = select(Course).order_by(col(Course.id)).limit(limit + 1)
    if after is not None:
        wanted = wanted.where(col(Course.id) > after[1])
    return ctx.session.scalars(wanted).all()


def one_course(ctx: Ctx, course_id: str) -> Course:
    """Return one course, or raise NotFound."""
    ctx.require(Permission.READ_TRAINING)
    return courses.course(ctx, course_id)


def audience(ctx: Ctx, course_id: str) -> dict[str, list[str]]:
    """Return whom a course is for, as ``AudienceIn`` names it; nothing named means everybody."""
    ctx.require(Permission.READ_TRAINING)
    courses.course(ctx, course_id)
    rows = ctx.session.scalars(select(CourseAudience).where(col(CourseAudience.course_id) == course_id)).all()
    named = {many: [getattr(row, one) for row in rows] for many, one in _KINDS.items()}
    return {many: sorted(value for value in values if value is not None) for many, values in named.items()}


def prerequisites(ctx: Ctx, course_id: str) -> list[str]:
    """Return the courses that have to be passed before this one."""
    ctx.require(Permission.READ_TRAINING)
    courses.course(ctx, course_id)
    wanted = select(col(CoursePrerequisite.required_id)).where(col(CoursePrerequisite.course_id) == course_id)
    return sorted(ctx.session.scalars(wanted))


def versions_part(ctx: Ctx, course_id: str, after: tuple[Any, ...] | None, limit: int) -> Sequence[CourseVersion]:
    """Return up to ``limit`` + 1 versions of a course, the newest first."""
    ctx.require(Permission.READ_TRAINING)
    courses.course(ctx, course_id)
    known = courses.versions(ctx, course_id)
    return [one for one in known if after is None or one.number < after[0]][: limit + 1]


def version_of(ctx: Ctx, permissions: Iterable[Permission], course_id: str, version_id: str) -> CourseVersion:
    """Return one version of this course for callers who may do all of this with it, or raise NotFound."""
    ctx.require(*permissions)
    found = courses.version(ctx, version_id)
    if found.course_id != course_id:
        raise NotFound
    return found


def written(ctx: Ctx, version_id: str) -> Written:
    """Return a version with all that it says."""
    ctx.require(Permission.READ_TRAINING)
    version = courses.version(ctx, version_id)
    content = contents.content(ctx, version)
    return Written(courses.course(ctx, version.course_id), version, content, shortcomings(content))


def lesson(ctx: Ctx, version_id: str, key: str) -> WrittenLesson:
    """Return one lesson of a version; NotFound if it has none of this key."""
    ctx.require(Permission.READ_TRAINING)
    return contents.lesson(ctx, version_id, key)[1]
