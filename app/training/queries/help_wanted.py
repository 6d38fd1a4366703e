"""Who asked for help with which course: only for actors who see names."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.models import Course, Enrolment, Person
from app.roster.placement import team_name_of
from app.training.rules.enrolment import UNFINISHED

MOST = 200
"""Requests that are shown at a time, the oldest first."""


def requests(ctx: Ctx) -> Sequence[Any]:
    """Return id, name, person_id, team, course and asked_at of the open requests, the oldest first."""
    ctx.require_names(Permission.READ_ENROLMENTS)
    wanted = select(
        col(Enrolment.id),
        col(Person.id).label("person_id"),
        col(Person.name),
        team_name_of(Person).label("team"),
        col(Course.name).label("course"),
        col(Enrolment.help_asked_at).label("asked_at"),
    ).where(
        _open(),
        col(Person.company_id) == col(Enrolment.company_id),
        col(Person.id) == col(Enrolment.person_id),
        col(Course.company_id) == col(Enrolment.company_id),
        col(Course.id) == col(Enrolment.course_id),
    )
    oldest_first = wanted.order_by(col(Enrolment.help_asked_at), col(Enrolment.id))
    return ctx.session.execute(oldest_first.limit(MOST)).all()


def number(ctx: Ctx) -> int:
    """Return how many requests are open."""
    ctx.require_names(Permission.READ_ENROLMENTS)
    return int(ctx.session.execute(select(func.count(col(Enrolment.id))).where(_open())).scalar_one())


def _open() -> ColumnElement[bool]:
    return and_(col(Enrolment.help_asked_at).is_not(None), col(Enrolment.state).in_(UNFINISHED))
