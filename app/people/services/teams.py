"""Teams and sites: names for where people work."""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.db.upsert import insert_new
from app.errors import Conflict, FieldError, Invalid, NotFound
from app.models import Site, Team
from app.people.schemas.people import PlaceIn, PlaceOut
from app.platform import audit
from app.platform.audit import Act
from app.wording import N_

Place = type[Team] | type[Site]
_CREATED = {Team: Act.TEAM_CREATED, Site: Act.SITE_CREATED}
_CHANGED = {Team: Act.TEAM_CHANGED, Site: Act.SITE_CHANGED}
_UNIQUE = ["company_id", "name"]


def create(ctx: Ctx, kind: Place, data: PlaceIn) -> PlaceOut:
    """Create a team or a site; Conflict ``name_taken`` if there is one of this name."""
    ctx.require(Permission.WRITE_PEOPLE)
    new = insert_new(ctx.session, kind, [{"name": data.name}], _UNIQUE)
    if not new:
        raise _taken()
    audit.record(ctx, _CREATED[kind], new[0], name=data.name)
    return PlaceOut(id=new[0], name=data.name)


def rename(ctx: Ctx, kind: Place, place_id: str, data: PlaceIn) -> PlaceOut:
    """Give a team or a site another name; Conflict ``name_taken`` if there is one of this name."""
    ctx.require(Permission.WRITE_PEOPLE)
    statement = update(kind).where(col(kind.company_id) == ctx.company_id, col(kind.id) == place_id)
    try:
        done = ctx.session.execute(statement.values(name=data.name))
    except IntegrityError as error:
        raise _taken() from error
    if not done.rowcount:  # type: ignore[attr-defined]
        raise NotFound
    audit.record(ctx, _CHANGED[kind], place_id, name=data.name)
    return PlaceOut(id=place_id, name=data.name)


def named(ctx: Ctx, kind: Place, names: Collection[str]) -> dict[str, str]:
    """Return the ids of the teams or sites of these names; those that are missing are made."""
    found = known(ctx, kind)
    missing = sorted(set(names) - found.keys())
    new = insert_new(ctx.session, kind, [{"name": name} for name in missing], _UNIQUE)
    audit.record_each(ctx, _CREATED[kind], [(place_id, {}) for place_id in new])
    return known(ctx, kind) if missing else found


def known(ctx: Ctx, kind: Place) -> dict[str, str]:
    """Return the ids of all teams or sites by name."""
    found = ctx.session.execute(select(col(kind.name), col(kind.id)))
    return {row.name: row.id for row in found}


def refuse_unknown(ctx: Ctx, team_id: str | None, site_id: str | None) -> None:
    """Raise Invalid for a team or a site that this company does not have."""
    detail = {
        Team: N_("There is no such team. Take an id from the list of teams."),
        Site: N_("There is no such site. Take an id from the list of sites."),
    }
    given: tuple[tuple[Place, str | None, str], ...] = ((Team, team_id, "team"), (Site, site_id, "site"))
    errors = [
        FieldError(f"/{name}_id", f"unknown_{name}", detail[kind])
        for kind, place_id, name in given
        if place_id is not None and ctx.session.get(kind, (ctx.company_id, place_id)) is None
    ]
    if errors:
        raise Invalid(errors)


def _taken() -> Conflict:
    return Conflict("name_taken", N_("There is one of this name already. Choose another name."))
