"""Reading the people that rows of a file may be about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.authz import Role
from app.context import Ctx
from app.models import Person, Site, Team
from app.queries import people
from app.rules.people_csv import PersonRow


@dataclass(frozen=True, slots=True)
class Known:
    """A person of the company with their latest employment; team and site by name."""

    id: str
    name: str
    email: str | None
    external_id: str | None
    language: str
    account_id: str | None
    row_version: int
    employment_id: str
    team: str | None
    site: str | None
    starts_on: date
    ends_on: date | None
    working_window: str
    roles: frozenset[Role] = frozenset()


_PERSON = select(
    col(Person.id),
    col(Person.name),
    col(Person.email),
    col(Person.external_id),
    col(Person.language),
    col(Person.account_id),
    col(Person.row_version),
)


def known(ctx: Ctx, rows: Sequence[PersonRow]) -> list[Known]:
    """Return everybody whose number, e-mail or name one of the rows has."""
    persons = _persons(ctx, rows)
    ids = [person.id for person in persons]
    employed, granted = people.employments(ctx, ids), people.roles(ctx, ids)
    teams = people.names(ctx, Team, {each.team_id for each in employed.values()})
    sites = people.names(ctx, Site, {each.site_id for each in employed.values()})
    found = []
    for person in persons:
        work = employed[person.id]
        found.append(
            Known(
                **person._asdict(),
                employment_id=work.id,
                team=teams.get(work.team_id),
                site=sites.get(work.site_id),
                starts_on=work.starts_on,
                ends_on=work.ends_on,
                working_window=work.working_window,
                roles=frozenset(granted.get(person.id, ())),
            )
        )
    return found


def _persons(ctx: Ctx, rows: Sequence[PersonRow]) -> Sequence[Any]:
    """Ask once by each index: one question with OR makes the database read everybody."""
    stated: dict[Any, set[str]] = {
        Person.name: {row.name for row in rows},
        Person.external_id: {row.external_id for row in rows if row.external_id},
        Person.email: {row.email for row in rows if row.email},
    }
    asked = [_PERSON.where(col(column).in_(values)) for column, values in stated.items() if values]
    found = [ctx.session.execute(one) for one in asked]
    return list({person.id: person for answer in found for person in answer}.values())


def locked_versions(ctx: Ctx, person_ids: Sequence[str]) -> dict[str, int]:
    """Return the row versions of these people, who stay as they are for others until the end of the transaction."""
    wanted = select(col(Person.id), col(Person.row_version)).where(col(Person.id).in_(person_ids)).with_for_update()
    return {row.id: row.row_version for row in ctx.session.execute(wanted)}
