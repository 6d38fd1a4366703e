"""The courses of one person, as HR learns of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.models import Course, Enrolment
from app.training.rows import standings
from app.training.rules.enrolment import DONE


def courses(ctx: Ctx, person_id: str) -> Sequence[Any]:
    """Return name, standing, due_on and mandatory of each course asked of a person, or passed by them.

    Only for actors who see names; whether somebody has begun is not told, nor when they passed, nor that they leave
    out a course that they are free to take.
    """
    ctx.require_names(Permission.READ_ENROLMENTS)
    wanted = select(
        col(Course.name),
        col(Course.mandatory),
        col(Enrolment.due_on),
        standings.standing(ctx.today).label("standing"),
    ).where(
        col(Course.company_id) == col(Enrolment.company_id),
        col(Course.id) == col(Enrolment.course_id),
        col(Enrolment.person_id) == person_id,
        standings.counts(),
        or_(col(Course.mandatory), col(Enrolment.state).in_(DONE)),
    )
    return ctx.session.execute(wanted.order_by(col(Course.name), col(Course.id))).all()
