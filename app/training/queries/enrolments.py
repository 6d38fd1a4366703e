"""Who is enrolled in which course, by name: only for whoever sees names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.models import Enrolment
from app.training.rules.enrolment import STATES, Standing
from app.training.schemas.enrolment import EnrolmentOut


@dataclass(frozen=True, slots=True)
class EnrolmentFilter:
    """Which enrolments to list; None for all."""

    course_id: str | None = None
    person_id: str | None = None
    standing: Standing | None = None


def part(ctx: Ctx, wanted: EnrolmentFilter, after: tuple[Any, ...] | None, limit: int) -> Sequence[EnrolmentOut]:
    """Return up to ``limit`` + 1 enrolments, the oldest first."""
    ctx.require_names(Permission.READ_ENROLMENTS)
    statement = select(Enrolment).order_by(col(Enrolment.id)).limit(limit + 1)
    if wanted.course_id is not None:
        statement = statement.where(col(Enrolment.course_id) == wanted.course_id)
    if wanted.person_id is not None:
        statement = statement.where(col(Enrolment.person_id) == wanted.person_id)
    if wanted.standing is not None:
        statement = statement.where(col(Enrolment.state).in_(STATES[wanted.standing]))
    if after is not None:
        statement = statement.where(col(Enrolment.id) > after[1])
    return [EnrolmentOut.of(row) for row in ctx.session.scalars(statement)]
