"""The list of people as the company works with it: found by words of a name, sorted, counted, and chosen from."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.db import keyset
from app.db.keyset import Asked, Found, Order
from app.db.prepared import in_company
from app.models import Employment, Person, Team
from app.people.queries import people
from app.people.rows import people as rows
from app.people.schemas.people import ChosenPeople, PeopleFilter, PersonFacts
from app.platform.chosen import names
from app.policies.queries import standings
from app.policies.rows import policies
from app.policies.rules.published import PublishedVersion
from app.roster.employment import not_over
from app.roster.lists import BY_SURNAME, orders
from app.roster.people import named_like


@dataclass(frozen=True, slots=True)
class PeopleList:
    """One part of the list, with what the page around it offers.

    ``standings`` go by person and are about ``asked``, one of the ``choices``.
    """

    found: Found
    people: list[PersonFacts]
    teams: list[Any]
    asked: PublishedVersion | None
    choices: list[PublishedVersion]
    standings: dict[str, Any]
    has_policy: bool


def part(ctx: Ctx, wanted: PeopleFilter, asked: Asked) -> PeopleList:
    """Return a part of the people that ``wanted`` describes, with where they stand with what is asked now."""
    ctx.require(Permission.READ_PEOPLE)
    versions = standings.asked_now(ctx) if ctx.actor.may_see_names(Permission.READ_ACKNOWLEDGEMENTS) else []
    version = next((one for one in versions if one.id == wanted.version), versions[0] if versions else None)
    found = keyset.find(ctx.session, _matching(ctx, wanted), _orders(ctx, version), asked)
    return PeopleList(
        found=found,
        people=found.in_order(rows.by_ids(ctx, found.ids)),
        teams=list(people.places(ctx, Team)),
        asked=version,
        choices=versions,
        standings=standings.of_people(ctx, version, found.ids) if version else {},
        has_policy=bool(policies.policies(ctx)),
    )


def chosen(ctx: Ctx, choice: ChosenPeople) -> dict[str, str]:
    """Return the names of those chosen by id, by surname.

    Conflict ``nobody_chosen``, or ``too_many_chosen`` where the whole list is meant and holds too many.
    """
    ctx.require(Permission.READ_PEOPLE)
    matching = _matching(ctx, choice) if choice.everything else select().where(col(Person.id).in_(choice.ids))
    return names(ctx, matching.with_only_columns(col(Person.id), col(Person.name)).order_by(*BY_SURNAME))


def _matching(ctx: Ctx, wanted: PeopleFilter) -> Select[Any]:
    matching = select(col(Person.id)).where(in_company(Person), *named_like(wanted.q))
    if wanted.status is None:
        return matching.where(*_in_team(ctx, wanted.team)).params(company_id=ctx.company_id)
    place = {"team_id": wanted.team} if wanted.team else {}
    with_status = matching.where(*rows.conditions(place, wanted.status))
    return with_status.params(company_id=ctx.company_id, today=ctx.today, **place)


def _in_team(ctx: Ctx, team_id: str | None) -> list[ColumnElement[bool]]:
    """Return the condition as the team's members, not as a question asked of each person: all of them are counted."""
    if team_id is None:
        return []
    members = select(col(Employment.person_id)).where(
        in_company(Employment), col(Employment.team_id) == team_id, not_over(ctx.today)
    )
    return [col(Person.id).in_(members)]


def _orders(ctx: Ctx, version: PublishedVersion | None) -> dict[str, Order]:
    known = orders()
    return known | ({"state": Order((standings.rank(ctx, version), *BY_SURNAME))} if version else {})
