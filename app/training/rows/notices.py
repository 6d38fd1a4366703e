"""What a mail about a course needs to know: whom it concerns, when they work, and what the course is called."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import col

from app.context import Ctx
from app.models import CourseText, Enrolment, Lesson, Person
from app.roster.people import ADDRESS
from app.roster.placement import window_today


def of_enrolment(ctx: Ctx, enrolment_id: str) -> Any:
    """Return an enrolment with whomever it concerns; None if they do not work here today or are absent.

    The row holds name, email, language, state, due_on, course_id, version_id, voluntary and working_window.
    """
    wanted: Select[Any] = select(
        col(Person.name),
        ADDRESS,
        col(Person.language),
        col(Enrolment.state),
        col(Enrolment.due_on),
        col(Enrolment.course_id),
        col(Enrolment.version_id),
        col(Enrolment.voluntary),
        window_today(ctx, Enrolment).label("working_window"),
    ).where(
        col(Enrolment.id) == enrolment_id,
        col(Person.company_id) == col(Enrolment.company_id),
        col(Person.id) == col(Enrolment.person_id),
    )
    row = ctx.session.execute(wanted).first()
    return row if row is not None and row.working_window is not None else None


def title(ctx: Ctx, version_id: str, language: str) -> str:
    """Return what a version is called in this language, or else in another."""
    wanted = select(col(CourseText.title)).where(col(CourseText.version_id) == version_id)
    first = wanted.order_by((col(CourseText.language) == language).desc(), col(CourseText.language)).limit(1)
    return str(ctx.session.execute(first).scalar_one())


def minutes(ctx: Ctx, version_id: str) -> int:
    """Return how many minutes the lessons of a version take together."""
    wanted = select(func.coalesce(func.sum(col(Lesson.minutes)), 0)).where(col(Lesson.version_id) == version_id)
    return int(ctx.session.execute(wanted).scalar_one())
