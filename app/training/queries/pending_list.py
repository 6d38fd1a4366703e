"""Those who still have to finish a course, by name: only for actors who see names.

What is told of each is whether they have passed before, and their last day; never whether they have begun.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.db.keyset import Asked, Found
from app.duties.rows import owing
from app.duties.rows.owing import Key, Owed
from app.models import Course, Enrolment, Person
from app.roster.employment import employed, not_over
from app.roster.lists import teams
from app.roster.people import named_like
from app.roster.placement import absent_on, team_name_of
from app.training.queries.coverage import on_show
from app.training.rows import enrolments, lessons, standings, unread
from app.training.rows.enrolments import ENROLMENTS
from app.training.rules.enrolment import DONE, Standing
from app.training.schemas.pending import MOST_FOUND, ChosenOwing, CourseOwingFilter


@dataclass(frozen=True, slots=True)
class PendingList:
    """One part of the list of a course, with the teams that its page offers.

    ``languages`` are those the course is written in.
    """

    course: Course
    found: Found
    people: list[Any]
    teams: list[tuple[str, str]]
    languages: list[str]


@dataclass(frozen=True, slots=True)
class Candidates:
    """People who can be enrolled by hand, by name; ``more`` says that not all are shown."""

    course: Course
    people: Sequence[Any]
    more: bool


def part(ctx: Ctx, course_id: str, wanted: CourseOwingFilter, asked: Asked) -> PendingList:
    """Return a part of those who still have to finish a course; NotFound if it cannot be taken."""
    ctx.require_names(Permission.READ_ENROLMENTS)
    course, version = on_show(ctx, course_id)
    expired = standings.standing(ctx.today) == Standing.EXPIRED
    found = owing.find(ctx, ENROLMENTS, wanted, _owed(ctx, course_id, wanted), expired, asked)
    rows = ctx.session.execute(_people(ctx).where(_of(course_id), col(Enrolment.person_id).in_(found.ids)))
    return PendingList(
        course=course,
        found=found,
        people=found.in_order(rows, "person_id"),
        teams=teams(ctx),
        languages=list(lessons.texts(ctx, version.id)),
    )


def chosen(ctx: Ctx, choice: ChosenOwing, course_id: str) -> dict[str, str]:
    """Return the names of those chosen by the id of their enrolment (duties/rows/owing.py)."""
    ctx.require_names(Permission.READ_ENROLMENTS)
    on_show(ctx, course_id)
    return owing.chosen(ctx, ENROLMENTS, choice, _owed(ctx, course_id, choice))


def everybody(ctx: Ctx, course_id: str, limit: int, after: Key = ("", "")) -> list[Any]:
    """Return up to ``limit`` of all who were asked, or passed, by name from behind the key; rows as in the list.

    Of a course that people are free to take, only those who passed or are exempt: leaving it out is their own.
    """
    ctx.require_names(Permission.READ_ENROLMENTS)
    course, _ = on_show(ctx, course_id)
    wanted = owing.in_part(_people(ctx), limit, after)
    if not course.mandatory:
        wanted = wanted.where(col(Enrolment.state).in_(DONE))
    return list(ctx.session.execute(wanted.where(_of(course_id), standings.counts())))


def candidates(ctx: Ctx, course_id: str, search: str) -> Candidates:
    """Return the first of those who work here, whose name holds ``search``, and of whom the course is not asked."""
    ctx.require_names(Permission.READ_ENROLMENTS)
    course, _ = on_show(ctx, course_id)
    asked = select(col(Enrolment.id)).where(owing.theirs(ENROLMENTS), _of(course_id), standings.counts())
    works = employed(col(Person.company_id), col(Person.id), not_over(ctx.today))
    wanted = select(col(Person.id), col(Person.name), team_name_of(Person).label("team")).where(
        works, *named_like(search), ~asked.correlate(Person).exists()
    )
    people = ctx.session.execute(wanted.order_by(col(Person.name), col(Person.id)).limit(MOST_FOUND + 1)).all()
    return Candidates(course, people[:MOST_FOUND], more=len(people) > MOST_FOUND)


def names_of(ctx: Ctx, person_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of these people by their ids."""
    ctx.require_names(Permission.READ_ENROLMENTS)
    rows = ctx.session.execute(select(col(Person.id), col(Person.name)).where(col(Person.id).in_(person_ids)))
    return {row.id: row.name for row in rows}


def _people(ctx: Ctx) -> Select[Any]:
    return owing.facts(ctx, ENROLMENTS).add_columns(
        standings.standing(ctx.today).label("standing"), unread.reads_none().label("reads_none")
    )


def _owed(ctx: Ctx, course_id: str, wanted: CourseOwingFilter) -> Owed:
    """Return the conditions that the course is owed by somebody who is here, and fits."""
    owed = [enrolments.owed(ctx, course_id), ~absent_on(ctx.today, Enrolment)]
    if wanted.standing == "expired":
        return [*owed, standings.standing(ctx.today) == Standing.EXPIRED]
    if wanted.standing == "language":
        return [*owed, unread.reads_none()]
    return owed


def _of(course_id: str) -> ColumnElement[bool]:
    return col(Enrolment.course_id) == course_id
