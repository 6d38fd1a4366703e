"""What the page about one person shows."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from app.authz import Permission
from app.context import Ctx
from app.models import Absence, Site, Team
from app.people.queries import absences, people
from app.people.schemas.people import PersonFacts
from app.training.queries import of_person

_ABSENCES_SHOWN = 5


class PersonPage(NamedTuple):
    """A person with their latest absences, and (id, name) of the teams and sites where they could work.

    ``courses`` are those asked of them, None for viewers who may not know.
    """

    person: PersonFacts
    absences: Sequence[Absence]
    teams: Sequence[Any]
    sites: Sequence[Any]
    courses: Sequence[Any] | None


def person_page(ctx: Ctx, person_id: str) -> PersonPage:
    """Return one person, to those who may change them; NotFound if there is none."""
    ctx.require(Permission.WRITE_PEOPLE)
    person, latest = people.one(ctx, person_id), absences.of_person(ctx, person_id, None, _ABSENCES_SHOWN)
    sees_courses = ctx.actor.may_see_names(Permission.READ_ENROLMENTS)
    asked = of_person.courses(ctx, person_id) if sees_courses else None
    return PersonPage(person, latest, people.places(ctx, Team), people.places(ctx, Site), asked)
