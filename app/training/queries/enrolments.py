"""Who is enrolled in which course, by name: only for whoever sees names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.models import Enrolment
from app.training.rows import standings
from app.training.rules.enrolment import Standing
from app.training.schemas.enrolment import EnrolmentOut


@dataclass(frozen=True, slots=True)
class EnrolmentFilter:
    """Which enrolments to list; None for all."""

    course_id: str | None = None
    person_id: str | None = None
    standing: Standing | None = None


def part(ctx: Ctx, wanted: EnrolmentFilter, after: tuple[Any, ...] | None, limit: int) -> Sequence[EnrolmentOut]:
    """Return up to ``limit`` + 1 enrolments, the oldest first; what is chosen and not finished is the person's own."""
    ctx.require_names(Permission.READ_ENROLMENTS)
    standing = standings.standing(ctx.today)
    statement = select(Enrolment, standing.label("standing")).where(standings.is_told()).order_by(col(Enrolment.id))
    if wanted.course_id is not None:
        statement = statement.where(col(Enrolment.course_id) == wanted.course_id)
    if wanted.person_id is not None:
        statement = statement.where(col(Enrolment.person_id) == wanted.person_id)
    if wanted.standing is not None:
        statement = statement.where(standing == wanted.standing)
    if after is not None:
        statement = statement.where(col(Enrolment.id) > after[1])
    return [EnrolmentOut.of(row, told) for row, told in ctx.session.execute(statement.limit(limit + 1))]
