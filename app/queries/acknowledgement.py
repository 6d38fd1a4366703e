"""Reading who was asked and what they answered."""

from collections.abc import Sequence

from sqlalchemy import bindparam
from sqlmodel import col, select

from app.context import Ctx
from app.errors import NotFound
from app.models import Acknowledgement, Assignment, PolicyVersion

_ASSIGNED = select(Assignment.id, Assignment.state).where(
    Assignment.version_id == bindparam("version_id"), Assignment.person_id == bindparam("person_id")
)


def assigned(ctx: Ctx, version_id: str, person_id: str) -> str:
    """Return the id of what was asked of a person; NotFound if this version was not asked of them."""
    row = ctx.session.execute(_ASSIGNED, {"version_id": version_id, "person_id": person_id}).first()
    if row is None:
        raise NotFound
    return str(row.id)


def assignment(ctx: Ctx, assignment_id: str) -> Assignment:
    """Return one assignment of this company, or raise NotFound."""
    found = ctx.session.get(Assignment, (ctx.company_id, assignment_id))
    if found is None:
        raise NotFound
    return found


def of_person(ctx: Ctx, version_id: str, person_id: str) -> Acknowledgement | None:
    """Return what a person acknowledged of a version."""
    wanted = select(Acknowledgement).where(
        Acknowledgement.version_id == version_id, Acknowledgement.person_id == person_id
    )
    return ctx.session.scalars(wanted).first()


def own(ctx: Ctx, person_id: str) -> Sequence[tuple[Acknowledgement, PolicyVersion]]:
    """Return everything a person acknowledged, the newest first."""
    wanted = (
        select(Acknowledgement, PolicyVersion)
        .where(
            Acknowledgement.person_id == person_id,
            PolicyVersion.id == Acknowledgement.version_id,
            PolicyVersion.company_id == Acknowledgement.company_id,
        )
        .order_by(col(Acknowledgement.at).desc())
    )
    return [(row[0], row[1]) for row in ctx.session.execute(wanted)]
