"""Enrolments as services, jobs and queries read them: whom a course is for, and who still has to finish it."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlmodel import col

from app.context import Ctx, one_or_404
from app.duties.rules.kinds import DutyKind
from app.models import Course, CourseAudience, CourseVersion, Employment, Enrolment
from app.roster.audience import members, works_in
from app.training.rules.course import CourseState
from app.training.rules.enrolment import PENDING


def held(ctx: Ctx, enrolment_id: str) -> Enrolment:
    """Return one enrolment of this company, locked until the transaction ends; NotFound if there is none."""
    return one_or_404(ctx, Enrolment, enrolment_id, locked=True)


def of_person(ctx: Ctx, course_id: str, person_id: str) -> Enrolment | None:
    """Return the enrolment of a person in a course, if there is one."""
    return ctx.session.scalars(_of_person(course_id, person_id)).first()


def enrolled(ctx: Ctx, course_id: str, person_id: str) -> Enrolment:
    """Return the enrolment of a person who was enrolled just now, as it stands in the database."""
    wanted = _of_person(course_id, person_id).execution_options(populate_existing=True)
    return ctx.session.scalars(wanted).one()


def on_show(ctx: Ctx, course_id: str) -> tuple[Course, CourseVersion] | None:
    """Return a course with its published version; None if it has none, or is archived."""
    found = ctx.session.execute(_on_show().where(col(Course.id) == course_id)).first()
    return (found[0], found[1]) if found else None


def all_on_show(ctx: Ctx) -> Sequence[Any]:
    """Return every course that has a published version, with that version."""
    return ctx.session.execute(_on_show().order_by(col(Course.id))).all()


def published_versions(ctx: Ctx, course_id: str) -> Sequence[CourseVersion]:
    """Return all versions of a course that were ever published, the first one first."""
    wanted = select(CourseVersion).where(
        col(CourseVersion.course_id) == course_id, col(CourseVersion.published_at).is_not(None)
    )
    return ctx.session.scalars(wanted.order_by(col(CourseVersion.number))).all()


def people(ctx: Ctx, course_id: str, following: str, limit: int) -> Sequence[Any]:
    """Return person_id and starts_on of the next people whom a course is for, in order of their id."""
    wanted = members(ctx, CourseAudience, _of(course_id)).where(col(Employment.person_id) > following)
    return ctx.session.execute(wanted.order_by(col(Employment.person_id)).limit(limit)).all()


def among(ctx: Ctx, course_id: str, person_ids: Collection[str]) -> set[str]:
    """Return those of these people whom a course is for."""
    wanted = select(col(Employment.person_id)).where(col(Employment.person_id).in_(person_ids))
    return set(ctx.session.scalars(wanted.where(works_in(ctx, CourseAudience, _of(course_id)))))


def owed(ctx: Ctx, course_id: str) -> ColumnElement[bool]:
    """Return the condition that an enrolment asks its person to finish this course now.

    A course that is not mandatory is owed by nobody, and neither is one that cannot be taken.
    """
    found = on_show(ctx, course_id)
    if found is None or not found[0].mandatory:
        return col(Enrolment.id).in_([])
    return and_(
        col(Enrolment.course_id) == course_id,
        col(Enrolment.state).in_(PENDING),
        col(Enrolment.voluntary).is_(False),
    )


ENROLMENTS = DutyKind(Enrolment, "course_id", frozenset(PENDING), owed)


def _of_person(course_id: str, person_id: str) -> Select[Enrolment]:
    return select(Enrolment).where(col(Enrolment.course_id) == course_id, col(Enrolment.person_id) == person_id)


def _on_show() -> Any:
    return select(Course, CourseVersion).where(
        col(Course.archived_at).is_(None),
        col(CourseVersion.company_id) == col(Course.company_id),
        col(CourseVersion.course_id) == col(Course.id),
        col(CourseVersion.state) == CourseState.PUBLISHED,
    )


def _of(course_id: str) -> ColumnElement[bool]:
    return col(CourseAudience.course_id) == course_id
