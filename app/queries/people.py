"""Reading the people of a company. Only the company itself does: an agency gets counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlmodel import col

from app.authz import Permission, Role
from app.context import Ctx
from app.errors import NotFound
from app.models import Employment, Person, RoleGrant, Site, Team
from app.schemas.people import Status

Place = type[Team] | type[Site]


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A person with their latest employment, as people and programs see them."""

    id: str
    name: str
    email: str | None
    accepted: bool
    external_id: str | None
    language: str
    team_id: str | None
    team: str | None
    site_id: str | None
    site: str | None
    starts_on: date
    ends_on: date | None
    working_window: str
    status: Status
    roles: list[Role]
    row_version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which people a list shows; None means that it does not matter."""

    team_id: str | None = None
    site_id: str | None = None
    status: Status | None = None
    updated_since: datetime | None = None
    name: str | None = None


def page(ctx: Ctx, wanted: Wanted, after: tuple[Any, str] | None, limit: int) -> list[PersonFacts]:
    """Return at most ``limit`` people by name, those after the key (name, id)."""
    ctx.require(Permission.READ_PEOPLE)
    statement = select(Person).where(*_conditions(ctx, wanted)).order_by(col(Person.name), col(Person.id))
    if after is not None:
        statement = statement.where(tuple_(col(Person.name), col(Person.id)) > tuple_(*after))
    return _facts(ctx, ctx.session.scalars(statement.limit(limit)).all())


def one(ctx: Ctx, person_id: str) -> PersonFacts:
    """Return one person of this company; NotFound if there is none."""
    ctx.require(Permission.READ_PEOPLE)
    return facts(ctx, person(ctx, person_id))


def by_external_id(ctx: Ctx, external_id: str) -> PersonFacts:
    """Return the person with this number; NotFound if there is none."""
    ctx.require(Permission.READ_PEOPLE)
    found = numbered(ctx, external_id)
    if found is None:
        raise NotFound
    return facts(ctx, found)


def facts(ctx: Ctx, known: Person) -> PersonFacts:
    """Return what whoever wrote a person is told of them."""
    return _facts(ctx, [known])[0]


def numbered(ctx: Ctx, external_id: str) -> Person | None:
    """Return the row of the person with this number, if there is one."""
    return ctx.session.scalars(select(Person).where(col(Person.external_id) == external_id)).first()


def person(ctx: Ctx, person_id: str) -> Person:
    """Return the row of one person of this company; NotFound if there is none."""
    found = ctx.session.get(Person, (ctx.company_id, person_id))
    if found is None:
        raise NotFound
    return found


def employment(ctx: Ctx, person_id: str) -> Employment:
    """Return the latest employment of a person: everybody has at least one."""
    wanted = select(Employment).where(col(Employment.person_id) == person_id)
    return ctx.session.scalars(wanted.order_by(col(Employment.starts_on).desc(), col(Employment.id).desc())).all()[0]


def employments(ctx: Ctx, person_ids: Sequence[str]) -> dict[str, Employment]:
    """Return the latest employment of each of these people."""
    wanted = select(Employment).where(col(Employment.person_id).in_(person_ids))
    in_order = wanted.order_by(col(Employment.starts_on), col(Employment.id))
    return {known.person_id: known for known in ctx.session.scalars(in_order)}


def roles(ctx: Ctx, person_ids: Sequence[str]) -> dict[str, list[Role]]:
    """Return the roles granted to these people; whoever has none is missing."""
    wanted = select(col(RoleGrant.person_id), col(RoleGrant.role)).where(col(RoleGrant.person_id).in_(person_ids))
    granted: dict[str, list[Role]] = {}
    for person_id, role in ctx.session.execute(wanted):
        granted.setdefault(person_id, []).append(role)
    return {person_id: sorted(found) for person_id, found in granted.items()}


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


def running(today: date) -> ColumnElement[bool]:
    """Return the condition that an employment covers this day."""
    return and_(
        col(Employment.starts_on) <= today, or_(col(Employment.ends_on).is_(None), col(Employment.ends_on) >= today)
    )


def status_of(starts_on: date, ends_on: date | None, today: date) -> Status:
    """Return where an employment stands on this day."""
    if ends_on is not None and ends_on < today:
        return "left"
    return "active" if starts_on <= today else "upcoming"


def _conditions(ctx: Ctx, wanted: Wanted) -> list[ColumnElement[bool]]:
    place = [
        col(column) == value
        for column, value in ((Employment.team_id, wanted.team_id), (Employment.site_id, wanted.site_id))
        if value is not None
    ]
    conditions = [_employed(and_(*place, not_over(ctx.today)))] if place and wanted.status is None else []
    if wanted.status is not None:
        conditions += _standing(wanted.status, ctx.today, place)
    if wanted.updated_since is not None:
        conditions.append(col(Person.updated_at) >= wanted.updated_since)
    if wanted.name:
        conditions.append(col(Person.name).icontains(wanted.name, autoescape=True))
    return conditions


def not_over(today: date) -> ColumnElement[bool]:
    """Return the condition that an employment has not ended before this day."""
    return or_(col(Employment.ends_on).is_(None), col(Employment.ends_on) >= today)


def _standing(status: Status, today: date, place: list[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    here = and_(running(today), *place)
    if status == "active":
        return [_employed(here)]
    if status == "upcoming":
        return [_employed(and_(col(Employment.starts_on) > today, *place)), ~_employed(running(today))]
    return [
        _employed(and_(*place)) if place else _employed(col(Employment.ends_on) < today),
        ~_employed(not_over(today)),
    ]


def _employed(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(col(Employment.id))
        .where(
            col(Employment.company_id) == col(Person.company_id), col(Employment.person_id) == col(Person.id), condition
        )
        .exists()
    )


def _facts(ctx: Ctx, persons: Sequence[Person]) -> list[PersonFacts]:
    ids = [known.id for known in persons]
    employed, granted = employments(ctx, ids), roles(ctx, ids)
    teams = names(ctx, Team, {known.team_id for known in employed.values()})
    sites = names(ctx, Site, {known.site_id for known in employed.values()})
    return [_person_facts(ctx, known, employed[known.id], teams, sites, granted.get(known.id, [])) for known in persons]


def names(ctx: Ctx, kind: Place, ids: set[str | None]) -> dict[str | None, str]:
    """Return the names of these teams or sites by id."""
    found = ctx.session.execute(select(col(kind.id), col(kind.name)).where(col(kind.id).in_(ids - {None})))
    return {row.id: row.name for row in found}


def _person_facts(
    ctx: Ctx,
    known: Person,
    employed: Employment,
    teams: dict[str | None, str],
    sites: dict[str | None, str],
    granted: list[Role],
) -> PersonFacts:
    return PersonFacts(
        id=known.id,
        name=known.name,
        email=known.email,
        accepted=known.accepted,
        external_id=known.external_id,
        language=known.language,
        team_id=employed.team_id,
        team=teams.get(employed.team_id),
        site_id=employed.site_id,
        site=sites.get(employed.site_id),
        starts_on=employed.starts_on,
        ends_on=employed.ends_on,
        working_window=employed.working_window,
        status=status_of(employed.starts_on, employed.ends_on, ctx.today),
        roles=granted,
        row_version=known.row_version,
        created_at=known.created_at,
        updated_at=known.updated_at,
    )
