"""Courses as an agency carries them from one client to another: what the original says, and what changed since."""

from dataclasses import dataclass
from typing import Any

from app.authz import ActorKind, Permission
from app.context import Ctx
from app.errors import NotFound
from app.models import Course, CourseVersion
from app.training.rows import contents, courses
from app.training.rules.content import Content
from app.training.rules.course import CourseState

_FACTS = ("name", "mandatory", "open_to_all", "due_days", "valid_months", "renewal_days")


@dataclass(frozen=True, slots=True)
class Original:
    """A course of one client, ready for another: nothing in it names a person, a team or a site."""

    company_id: str
    course_id: str
    version_id: str
    number: int
    facts: dict[str, Any]
    content: Content


def original(ctx: Ctx, course_id: str) -> Original:
    """Return the version on show, or the newest one before the first; NotFound for anybody but an agency's author."""
    ctx.require(Permission.WRITE_TRAINING)
    _refuse_others(ctx)
    course, known = courses.course(ctx, course_id), courses.versions(ctx, course_id)
    shown = next((one for one in known if one.state is CourseState.PUBLISHED), known[0])
    return _original(ctx, course, shown)


def newer(ctx: Ctx, course_id: str, version_id: str) -> Original | None:
    """Return the original if another version of it is on show now than the one that was copied."""
    ctx.require(Permission.WRITE_TRAINING)
    _refuse_others(ctx)
    course, known = courses.course(ctx, course_id), courses.versions(ctx, course_id)
    shown = next((one for one in known if one.state is CourseState.PUBLISHED), None)
    return None if shown is None or shown.id == version_id else _original(ctx, course, shown)


def copy(ctx: Ctx, course_id: str) -> tuple[Course, Content]:
    """Return a course that was copied, with what its newest version says; NotFound for one that was not."""
    ctx.require(Permission.WRITE_TRAINING)
    _refuse_others(ctx)
    course = courses.course(ctx, course_id)
    if course.origin_course_id is None:
        raise NotFound
    return course, contents.content(ctx, courses.versions(ctx, course_id)[0])


def _refuse_others(ctx: Ctx) -> None:
    if ctx.actor.kind is not ActorKind.AGENCY_MEMBER:
        raise NotFound


def _original(ctx: Ctx, course: Course, version: CourseVersion) -> Original:
    facts = {name: getattr(course, name) for name in _FACTS}
    return Original(ctx.company_id, course.id, version.id, version.number, facts, contents.content(ctx, version))
