"""The people of a company, as every part reads them."""

from typing import Any

from sqlalchemy import Select, case, exists, or_, select
from sqlmodel import col

from app.authz import Role
from app.context import Ctx
from app.errors import NotFound
from app.models import Employment, Person, RoleGrant

# People who did not accept yet got the one mail that asks them (accounts/services/links.py), and get no other.
ADDRESS = case((col(Person.accepted), col(Person.email))).label("email")


def person(ctx: Ctx, person_id: str) -> Person:
    """Return the row of one person of this company; NotFound if there is none."""
    found = ctx.session.get(Person, (ctx.company_id, person_id))
    if found is None:
        raise NotFound
    return found


def personnel_office(ctx: Ctx) -> list[Any]:
    """Return name, email and language of those with the role hr who work here and have an address.

    Where nobody has it, the owners: in a small firm they hold all roles.
    """
    for role in (Role.HR, Role.OWNER):
        found: list[Any] = list(ctx.session.execute(_holders(ctx, role)))
        if found:
            return found
    return []


def _holders(ctx: Ctx, role: Role) -> Select[str, str | None, str]:
    working = exists().where(
        col(Employment.company_id) == col(Person.company_id),
        col(Employment.person_id) == col(Person.id),
        col(Employment.starts_on) <= ctx.today,
        or_(col(Employment.ends_on).is_(None), col(Employment.ends_on) >= ctx.today),
    )
    return select(col(Person.name), ADDRESS, col(Person.language)).where(
        col(RoleGrant.role) == role,
        col(Person.company_id) == col(RoleGrant.company_id),
        col(Person.id) == col(RoleGrant.person_id),
        ADDRESS.is_not(None),
        working,
    )
