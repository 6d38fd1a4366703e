"""Courses that have to be passed before another can be begun."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.context import Ctx
from app.models import Course, CoursePrerequisite, CourseVersion, Enrolment
from app.training.rules.course import CourseState
from app.training.rules.enrolment import DONE


def all_of(ctx: Ctx) -> dict[str, list[str]]:
    """Return for each course of the company the courses that it requires."""
    found: dict[str, list[str]] = {}
    for row in ctx.session.scalars(select(CoursePrerequisite)):
        found.setdefault(row.course_id, []).append(row.required_id)
    return found


def missing(ctx: Ctx, course_id: str, person_id: str) -> Sequence[Any]:
    """Return id and name of the courses that this person still has to pass first.

    A course that can be taken no more holds nobody up.
    """
    done = select(col(Enrolment.id)).where(
        col(Enrolment.company_id) == col(Course.company_id),
        col(Enrolment.course_id) == col(Course.id),
        col(Enrolment.person_id) == person_id,
        col(Enrolment.state).in_(DONE),
    )
    wanted = select(col(Course.id), col(Course.name)).where(
        col(CoursePrerequisite.company_id) == ctx.company_id,
        col(CoursePrerequisite.course_id) == course_id,
        col(Course.company_id) == col(CoursePrerequisite.company_id),
        col(Course.id) == col(CoursePrerequisite.required_id),
        col(Course.archived_at).is_(None),
        col(CourseVersion.company_id) == col(Course.company_id),
        col(CourseVersion.course_id) == col(Course.id),
        col(CourseVersion.state) == CourseState.PUBLISHED,
        ~done.exists(),
    )
    return ctx.session.execute(wanted.order_by(col(Course.name))).all()
