"""What the page about one person shows."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from app.authz import Permission
from app.context import Ctx
from app.models import Absence, Site, Team
from app.people.queries import absences, people
from app.people.schemas.people import PersonFacts

_ABSENCES_SHOWN = 5


class PersonPage(NamedTuple):
    """A person with their latest absences, and (id, name) of the teams and sites where they could work."""

    person: PersonFacts
    absences: Sequence[Absence]
    teams: Sequence[Any]
    sites: Sequence[Any]


def person_page(ctx: Ctx, person_id: str) -> PersonPage:
    """Return one person, to those who may change them; NotFound if there is none."""
    ctx.require(Permission.WRITE_PEOPLE)
    person, latest = people.one(ctx, person_id), absences.of_person(ctx, person_id, None, _ABSENCES_SHOWN)
    return PersonPage(person, latest, people.places(ctx, Team), people.places(ctx, Site))
