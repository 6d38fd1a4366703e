"""How lists of people are sorted and narrowed, whatever they are about."""

from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from app.context import Ctx
from app.db.keyset import Order
from app.db.prepared import in_company
from app.models import Employment, Person, Site, Team
from app.roster.placement import team_name_of, team_of

BY_SURNAME: tuple[Any, ...] = (col(Person.sort_name), col(Person.id))
_BY_NAME = (col(Person.name), col(Person.id))


def orders() -> dict[str, Order]:
    """Return the ways to sort people; those without a team come first by team."""
    team = func.lower(func.coalesce(team_name_of(Person), ""))
    return {
        "surname": Order(BY_SURNAME, indexed=True),
        "name": Order(_BY_NAME, indexed=True),
        "team": Order((team, *BY_SURNAME)),
    }


def in_team(team_id: str | None) -> list[ColumnElement[bool]]:
    """Return the conditions that a person's latest employment is in this team; none without a team.

    They begin with whoever ever was in it, who are found by an index.
    """
    if team_id is None:
        return []
    members = select(col(Employment.person_id)).where(in_company(Employment), col(Employment.team_id) == team_id)
    return [col(Person.id).in_(members), team_of(col(Person.id), col(Person.company_id)) == team_id]


def teams(ctx: Ctx) -> list[tuple[str, str]]:
    """Return id and name of each team, by name, as a filter offers them."""
    return _places(ctx, Team)


def teams_and_sites(ctx: Ctx) -> dict[str, list[tuple[str, str]]]:
    """Return the same of all ``teams`` and all ``sites``, as the form of an audience offers them."""
    return {"teams": _places(ctx, Team), "sites": _places(ctx, Site)}


def _places(ctx: Ctx, kind: type[Team | Site]) -> list[tuple[str, str]]:
    rows = ctx.session.execute(select(col(kind.id), col(kind.name)).order_by(col(kind.name)))
    return [(row.id, row.name) for row in rows]
