"""The list of people with their hours in a month, as HR works with it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.db import keyset
from app.db.keyset import Asked, Found
from app.db.prepared import in_company
from app.models import Person, RecognisedMinutes
from app.roster.lists import in_team, orders, teams
from app.roster.people import named_like
from app.roster.placement import team_name_of
from app.training.rows import hours as rows
from app.training.schemas.hours import HoursFilter


@dataclass(frozen=True, slots=True)
class HoursList:
    """One part of the list, with the teams that its page offers.

    ``people`` hold id, name, external_id and team; ``minutes`` go by person.
    """

    found: Found
    people: list[Any]
    minutes: dict[str, int]
    teams: list[tuple[str, str]]


def part(ctx: Ctx, month: date, wanted: HoursFilter, asked: Asked) -> HoursList:
    """Return a part of the people with hours in a month, or of everybody: a correction can be the first entry."""
    ctx.require_names(Permission.READ_HOURS)
    matching = select(col(Person.id)).where(in_company(Person), *named_like(wanted.q), *in_team(wanted.team))
    if wanted.who != "everybody":
        with_hours = select(col(RecognisedMinutes.person_id)).where(
            in_company(RecognisedMinutes), col(RecognisedMinutes.month) == month
        )
        matching = matching.where(col(Person.id).in_(with_hours))
    found = keyset.find(ctx.session, matching.params(company_id=ctx.company_id), orders(), asked)
    columns: list[Any] = [col(Person.id), col(Person.name), col(Person.external_id), team_name_of(Person).label("team")]
    people = ctx.session.execute(select(*columns).where(col(Person.id).in_(found.ids)))
    return HoursList(found, found.in_order(people), rows.minutes_of(ctx, month, found.ids), teams(ctx))
