"""The list of those who have read a version, or one that it merely amends, each with their newest receipt."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.db import keyset
from app.db.keyset import Asked, Found, Order
from app.db.prepared import in_company
from app.models import Acknowledgement, Person, PolicyVersion
from app.policies.rows import published
from app.policies.rules.published import PublishedVersion, pick
from app.policies.schemas.coverage import AcknowledgedFilter
from app.roster.lists import BY_SURNAME, in_team, orders, teams
from app.roster.people import named_like
from app.roster.placement import team_name_of

_THEIRS = and_(
    col(Acknowledgement.company_id) == col(Person.company_id), col(Acknowledgement.person_id) == col(Person.id)
)


@dataclass(frozen=True, slots=True)
class AcknowledgedList:
    """One part of the list, about ``version``, with the teams and versions that its page offers.

    ``people`` hold acknowledgement_id, person_id, name, team, major, minor, at (canonical text) and method.
    """

    version: PublishedVersion
    versions: list[PublishedVersion]
    found: Found
    people: list[Any]
    teams: list[tuple[str, str]]


def part(ctx: Ctx, wanted: AcknowledgedFilter, asked: Asked) -> AcknowledgedList:
    """Return a part of those who have read it; NotFound where nothing is published."""
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    versions = published.published(ctx)
    version = pick(versions, wanted.version)
    newest = _newest(versions, version)
    through = _of_people(ctx, wanted).where(_THEIRS, newest)
    each = _of_people(ctx, wanted).where(exists().where(_THEIRS, newest).correlate(Person))
    found = keyset.find(ctx.session, through, _orders(), asked, each)
    rows = ctx.session.execute(_rows().where(newest, col(Person.id).in_(found.ids)))
    return AcknowledgedList(version, versions, found, found.in_order(rows, "person_id"), teams(ctx))


def exported(ctx: Ctx, wanted: AcknowledgedFilter, limit: int, after: tuple[str, str]) -> list[Any]:
    """Return up to ``limit`` of them by surname, from behind the key (sort_name, person id); rows as in the list."""
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    versions = published.published(ctx)
    matching = _rows().where(
        _newest(versions, pick(versions, wanted.version)),
        *named_like(wanted.q),
        *in_team(wanted.team),
        tuple_(*BY_SURNAME) > after,
    )
    return list(ctx.session.execute(matching.order_by(*BY_SURNAME).limit(limit), {"company_id": ctx.company_id}))


def _newest(versions: list[PublishedVersion], shown: PublishedVersion) -> ColumnElement[bool]:
    """Return the condition for the newest acknowledgement of each person in the line of a version."""
    line = [one for one in versions if one.policy_id == shown.policy_id and one.major == shown.major]
    ids = [one.id for one in line if one.minor <= shown.minor]
    return or_(*(and_(col(Acknowledgement.version_id) == own, ~_given(ids[:place])) for place, own in enumerate(ids)))


def _given(versions: list[str]) -> ColumnElement[bool]:
    """Return the condition that the person of an acknowledgement gave one for any of these versions, too."""
    other: Any = aliased(Acknowledgement)
    given = exists().where(
        other.company_id == col(Acknowledgement.company_id),
        other.person_id == col(Acknowledgement.person_id),
        other.version_id.in_(versions),
    )
    return given.correlate(Acknowledgement)


def _of_people(ctx: Ctx, wanted: AcknowledgedFilter) -> Select[Any]:
    matching = select(col(Person.id)).where(in_company(Person), *named_like(wanted.q), *in_team(wanted.team))
    return matching.params(company_id=ctx.company_id)


def _rows() -> Select[Any]:
    return select(
        col(Acknowledgement.id).label("acknowledgement_id"),
        col(Person.id).label("person_id"),
        col(Person.name),
        col(Person.sort_name),
        team_name_of(Person).label("team"),
        col(PolicyVersion.major),
        col(PolicyVersion.minor),
        col(Acknowledgement.at),
        col(Acknowledgement.method),
    ).where(
        _THEIRS,
        col(PolicyVersion.company_id) == col(Acknowledgement.company_id),
        col(PolicyVersion.id) == col(Acknowledgement.version_id),
    )


def _orders() -> dict[str, Order]:
    return {**orders(), "at": Order((col(Acknowledgement.at), *BY_SURNAME))}
