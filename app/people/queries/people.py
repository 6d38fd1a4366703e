"""Reading the people of a company. Only the company itself does: an agency gets counts."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.errors import NotFound
from app.models import Site, Team
from app.people.rows import people as rows
from app.people.schemas.people import PersonFacts, Status

Place = type[Team] | type[Site]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which people a list shows; None means that it does not matter."""

    team_id: str | None = None
    site_id: str | None = None
    status: Status | None = None
    updated_since: datetime | None = None


def page(ctx: Ctx, wanted: Wanted, after: tuple[Any, str] | None, limit: int) -> list[PersonFacts]:
    """Return at most ``limit`` people by name, those after the key (name, id)."""
    ctx.require(Permission.READ_PEOPLE)
    values = {name: value for name, value in asdict(wanted).items() if value}
    if after is not None:
        values["after_name"], values["after_id"] = after
    status = values.pop("status", None)
    listed = rows.listed(frozenset(values), status)(ctx.session, today=ctx.today, limit=limit, **values)
    today = ctx.today
    return [rows.facts_of(row, today) for row in listed]


def one(ctx: Ctx, person_id: str) -> PersonFacts:
    """Return one person of this company; NotFound if there is none."""
    ctx.require(Permission.READ_PEOPLE)
    return rows.one(ctx, person_id)


def by_external_id(ctx: Ctx, external_id: str) -> PersonFacts:
    """Return the person with this number; NotFound if there is none."""
    ctx.require(Permission.READ_PEOPLE)
    found = rows.numbered(ctx, external_id)
    if found is None:
        raise NotFound
    return rows.facts(ctx, found)


def places(ctx: Ctx, kind: Place) -> Sequence[Any]:
    """Return (id, name) of all teams or sites, by name."""
    ctx.require(Permission.READ_COMPANY)
    return ctx.session.execute(select(col(kind.id), col(kind.name)).order_by(col(kind.name))).all()


def places_page(ctx: Ctx, kind: Place, after: tuple[Any, str] | None, limit: int) -> Sequence[Any]:
    """Return (id, name) of at most ``limit`` teams or sites by name, those after the key (name, id)."""
    ctx.require(Permission.READ_COMPANY)
    statement = select(col(kind.id), col(kind.name)).order_by(col(kind.name), col(kind.id))
    if after is not None:
        statement = statement.where(tuple_(col(kind.name), col(kind.id)) > tuple_(*after))
    return ctx.session.execute(statement.limit(limit)).all()


def teams_and_sites(ctx: Ctx) -> dict[str, Any]:
    """Return (id, name) of all ``teams`` and all ``sites`` by name, to those who may assign people to them."""
    ctx.require(Permission.WRITE_PEOPLE)
    return {"teams": places(ctx, Team), "sites": places(ctx, Site)}
