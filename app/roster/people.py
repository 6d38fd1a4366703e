"""The people of a company, as every part reads them."""

from typing import Any

from sqlalchemy import ColumnElement, case, exists, select
from sqlmodel import col

from app.authz import ROLE_PERMISSIONS, Permission, Role
from app.context import Ctx, one_or_404
from app.models import Person, RoleGrant
from app.roster import employment
from app.rules.folding import folded

_WORDS_OF_SEARCH = 8

# People who did not accept yet got the one mail that asks them (accounts/services/links.py), and get no other.
ADDRESS = case((col(Person.accepted), col(Person.email))).label("email")


def person(ctx: Ctx, person_id: str) -> Person:
    """Return the row of one person of this company; NotFound if there is none."""
    return one_or_404(ctx, Person, person_id)


def named_like(search: str) -> list[ColumnElement[bool]]:
    """Return the conditions that a person's name has each word of a search, in any order."""
    return [col(Person.sort_name).contains(word, autoescape=True) for word in folded(search).split()[:_WORDS_OF_SEARCH]]


def personnel_office(ctx: Ctx) -> list[Any]:
    """Return id, name, email and language of those with the role hr who work here and have an address.

    Where nobody has it, the owners: in a small firm they hold all roles.
    """
    return _holders(ctx, [Role.HR]) or _holders(ctx, [Role.OWNER])


def who_may(ctx: Ctx, permission: Permission) -> list[Any]:
    """Return id, name, email and language of those who may do this by a role, work here and have an address."""
    return _holders(ctx, [role for role, permissions in ROLE_PERMISSIONS.items() if permission in permissions])


def has_colleagues(ctx: Ctx) -> bool:
    """Tell whether anybody is here beside the one who set the company up."""
    return len(ctx.session.execute(select(col(Person.id)).limit(2)).all()) > 1


def _holders(ctx: Ctx, roles: list[Role]) -> list[Any]:
    working = employment.works_here(col(Person.company_id), col(Person.id), ctx.today)
    holding = exists().where(
        col(RoleGrant.company_id) == col(Person.company_id),
        col(RoleGrant.person_id) == col(Person.id),
        col(RoleGrant.role).in_(roles),
    )
    wanted = select(col(Person.id), col(Person.name), ADDRESS, col(Person.language))
    return list(ctx.session.execute(wanted.where(ADDRESS.is_not(None), holding, working).order_by(col(Person.id))))
