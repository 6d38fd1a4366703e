"""Reading absences: HR alone does."""

from collections.abc import Sequence

from sqlalchemy import select, tuple_
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.models import Absence
from app.roster import people as roster

MOST = 200


def of_person(ctx: Ctx, person_id: str, after: tuple[object, str] | None, limit: int) -> Sequence[Absence]:
    """Return at most ``limit`` absences of a person, the newest first, from behind the key (first day, id).

    NotFound if there is no such person.
    """
    ctx.require(Permission.READ_PEOPLE)
    roster.person(ctx, person_id)
    key = col(Absence.starts_on), col(Absence.id)
    wanted = select(Absence).where(col(Absence.person_id) == person_id)
    wanted = wanted.order_by(*(column.desc() for column in key)).limit(limit)
    return ctx.session.scalars(wanted if after is None else wanted.where(tuple_(*key) < after)).all()
