"""Courses and their versions as services and queries look them up."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from app.context import Ctx, one_or_404
from app.models import Course, CourseVersion


def course(ctx: Ctx, course_id: str, *, locked: bool = False) -> Course:
    """Return one course of this company, or raise NotFound."""
    return one_or_404(ctx, Course, course_id, locked=locked)


def version(ctx: Ctx, version_id: str, *, locked: bool = False) -> CourseVersion:
    """Return one version of this company, or raise NotFound."""
    return one_or_404(ctx, CourseVersion, version_id, locked=locked)


def versions(ctx: Ctx, course_id: str) -> Sequence[CourseVersion]:
    """Return all versions of a course, the newest first."""
    wanted = select(CourseVersion).where(col(CourseVersion.course_id) == course_id)
    return ctx.session.scalars(wanted.order_by(col(CourseVersion.number).desc())).all()


def lock_all(ctx: Ctx) -> None:
    """Lock the courses of the company until the transaction ends, in one order, so that nobody waits for another."""
    ctx.session.execute(select(col(Course.id)).order_by(col(Course.id)).with_for_update())
