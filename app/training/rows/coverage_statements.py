"""What coverage of courses counts: whom a course was asked of, and who has finished it."""

from typing import Any

from sqlalchemy import Date, bindparam, func, or_, select
from sqlmodel import col

from app.context import Ctx
from app.db.dialects import moment_text
from app.db.prepared import Prepared, in_company
from app.duties.rows import counting
from app.models import Certificate, Enrolment
from app.roster.placement import absent_on
from app.training.rows import standings
from app.training.rules.enrolment import PENDING

_TODAY = bindparam("today", type_=Date())
_STANDING = standings.standing(_TODAY)
_OF_COURSE = col(Enrolment.course_id) == bindparam("course_id")

_BY_COURSE = counting.in_all(Enrolment, PENDING, standings.counts(), _STANDING, by=[col(Enrolment.course_id)])
_BY_TEAM = counting.by_team(Enrolment, PENDING, standings.counts() & _OF_COURSE, _STANDING)
_PER_MINUTE = counting.per_minute(
    select(moment_text(func.min(col(Certificate.issued_at))).label("at"))
    .where(in_company(Certificate), col(Certificate.course_id) == bindparam("course_id"))
    .group_by(col(Certificate.enrolment_id))
)
_NEXT_DUE = Prepared(
    select(col(Enrolment.course_id), func.min(col(Enrolment.due_on)).label("due_on"))
    .where(
        in_company(Enrolment),
        standings.counts(),
        or_(*(col(Enrolment.state) == state for state in PENDING)),
        col(Enrolment.due_on) >= _TODAY,
        ~absent_on(_TODAY, Enrolment),
    )
    .group_by(col(Enrolment.course_id))
)


def by_course(ctx: Ctx) -> list[Any]:
    """Return how many people stand where in each course: rows of course_id, state, late, away and people."""
    return _BY_COURSE(ctx.session, today=ctx.today)


def by_team(ctx: Ctx, course_id: str) -> list[Any]:
    """Return the same of one course by team: rows of team_id, state, late, away, unreached and people."""
    return _BY_TEAM(ctx.session, today=ctx.today, course_id=course_id)


def per_minute(ctx: Ctx, course_id: str) -> list[Any]:
    """Return how many first passed a course in which minute: rows of minute (ISO text, UTC) and people."""
    return _PER_MINUTE(ctx.session, course_id=course_id)


def next_due(ctx: Ctx) -> list[Any]:
    """Return for each course the next last day of somebody who still has to finish it: course_id and due_on."""
    return _NEXT_DUE(ctx.session, today=ctx.today)
