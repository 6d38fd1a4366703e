"""People with their latest employment, and the statements that find them."""

from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, and_, bindparam, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.authz import Role
from app.context import Ctx
from app.db.dialects import among, words_together
from app.db.prepared import Prepared, in_company
from app.errors import NotFound
from app.models import Employment, Person, RoleGrant, Site, Team
from app.people.schemas.people import PersonFacts, Status
from app.roster.employment import employed, not_over, running

_TODAY: ColumnElement[date] = bindparam("today", type_=Date())


def numbered(ctx: Ctx, external_id: str) -> Person | None:
    """Return the row of the person with this number, if there is one."""
    return ctx.session.scalars(select(Person).where(col(Person.external_id) == external_id)).first()


def employment(ctx: Ctx, person_id: str) -> Employment:
    """Return the latest employment of a person: everybody has at least one."""
    wanted = select(Employment).where(col(Employment.person_id) == person_id)
    return ctx.session.scalars(wanted.order_by(col(Employment.starts_on).desc(), col(Employment.id).desc())).all()[0]


def facts(ctx: Ctx, known: Person) -> PersonFacts:
    """Return the answer to a write of a person."""
    return one(ctx, known.id)


def one(ctx: Ctx, person_id: str) -> PersonFacts:
    """Return one person of this company; NotFound if there is none."""
    found = _ONE.one(ctx.session, id=person_id)
    if found is None:
        raise NotFound
    return facts_of(found, ctx.today)


def by_ids(ctx: Ctx, ids: Collection[str]) -> list[PersonFacts]:
    """Return these people, by name."""
    return [facts_of(row, ctx.today) for row in _THESE(ctx.session, ids=ids)]


def status_of(starts_on: date, ends_on: date | None, today: date) -> Status:
    """Return where an employment stands on this day."""
    if ends_on is not None and ends_on < today:
        return "left"
    return "active" if starts_on <= today else "upcoming"


@cache
def listed(given: frozenset[str], status: Status | None) -> Prepared:
    """Return the statement for a list narrowed by these values; there are as many as there are sets of filters."""
    return Prepared(with_work(persons().where(*conditions(given, status)).limit(bindparam("limit"))))


def conditions(given: Collection[str], status: Status | None) -> list[ColumnElement[bool]]:
    """Return the conditions of ``Wanted``, whose values and ``today`` are parameters of their own names."""
    place = [col(getattr(Employment, name)) == bindparam(name) for name in ("team_id", "site_id") if name in given]
    found = [_employed(and_(*place, not_over(_TODAY)))] if place and status is None else []
    if status is not None:
        found += _standing(status, place)
    if "updated_since" in given:
        found.append(col(Person.updated_at) >= bindparam("updated_since"))
    if "after_id" in given:
        after = tuple_(bindparam("after_name", type_=String()), bindparam("after_id", type_=String()))
        found.append(tuple_(col(Person.name), col(Person.id)) > after)
    return found


def _standing(status: Status, place: list[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    if status == "active":
        return [_employed(and_(running(_TODAY), *place))]
    if status == "upcoming":
        return [_found(*place, col(Employment.starts_on) > _TODAY), ~_employed(running(_TODAY))]
    return [_found(*place, col(Employment.ends_on) < _TODAY), ~_employed(not_over(_TODAY))]


def _found(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that somebody is among those with such an employment: for few, who are looked for once."""
    return col(Person.id).in_(select(col(Employment.person_id)).where(in_company(Employment), *conditions))


def _employed(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return employed(col(Person.company_id), col(Person.id), condition)


def roles_of(row: Any) -> list[Role]:
    """Return the roles of somebody found by a statement of ``with_work``."""
    return [Role(role) for role in sorted(row.roles.split())] if row.roles else []


def persons(*more: Any) -> Select[Any]:
    """Return the people of the company by name, each with the id of their latest employment and ``more`` columns."""
    latest: Any = aliased(Employment)
    latest_id = (
        select(latest.id)
        .where(in_company(latest), latest.person_id == col(Person.id))
        .order_by(latest.starts_on.desc(), latest.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            col(Person.id),
            col(Person.name),
            col(Person.email),
            col(Person.accepted),
            col(Person.external_id),
            col(Person.language),
            col(Person.row_version),
            col(Person.created_at),
            col(Person.updated_at),
            latest_id.label("employment_id"),
            *more,
        )
        .where(in_company(Person))
        .order_by(col(Person.name), col(Person.id))
    )


def with_work(persons: Select[Any]) -> Select[Any]:
    """Return these people with where they work and their roles; whatever limits them comes first, looking up after."""
    part = persons.subquery("part")
    granted = select(words_together(col(RoleGrant.role))).where(
        in_company(RoleGrant), col(RoleGrant.person_id) == part.c.id
    )
    return (
        select(
            *part.c,
            col(Employment.team_id),
            _name_of(Team, col(Employment.team_id)).label("team"),
            col(Employment.site_id),
            _name_of(Site, col(Employment.site_id)).label("site"),
            col(Employment.starts_on),
            col(Employment.ends_on),
            col(Employment.working_window),
            granted.scalar_subquery().label("roles"),
        )
        .where(in_company(Employment), col(Employment.id) == part.c.employment_id)
        .order_by(part.c.name, part.c.id)
    )


def _name_of(kind: type[Team] | type[Site], place_id: Any) -> Any:
    return select(col(kind.name)).where(in_company(kind), col(kind.id) == place_id).scalar_subquery()


_ONE = Prepared(with_work(persons().where(col(Person.id) == bindparam("id"))))
_THESE = Prepared(with_work(persons().where(among(col(Person.id), "ids"))))


def facts_of(row: Any, today: date) -> PersonFacts:
    """Return the facts that a row of ``with_work`` tells."""
    return PersonFacts(
        id=row.id,
        name=row.name,
        email=row.email,
        accepted=row.accepted,
        external_id=row.external_id,
        language=row.language,
        team_id=row.team_id,
        team=row.team,
        site_id=row.site_id,
        site=row.site,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        working_window=row.working_window,
        status=status_of(row.starts_on, row.ends_on, today),
        roles=roles_of(row),
        row_version=row.row_version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
