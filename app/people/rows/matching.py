"""Reading the people that rows of a file may be about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, union
from sqlmodel import col

from app.authz import Role
from app.context import Ctx
from app.db.dialects import among
from app.db.prepared import Prepared, in_company
from app.models import Person
from app.people.rows import people
from app.people.rules.people_csv import PersonRow


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
    team_id: str | None
    team: str | None
    site: str | None
    starts_on: date
    ends_on: date | None
    working_window: str
    roles: frozenset[Role] = frozenset()


# One index after the other: one question with OR makes the database read everybody. And the people found are asked
# for by a list again: PostgreSQL without statistics takes three tables in one for three rows, and loops over them.
_ALIKE = Prepared(
    union(
        *(
            select(col(Person.id)).where(in_company(Person), among(col(column), parameter))
            for column, parameter in ((Person.name, "names"), (Person.external_id, "numbers"), (Person.email, "emails"))
        )
    )
)
_KNOWN = Prepared(people.with_work(people.persons(col(Person.account_id)).where(among(col(Person.id), "ids"))))
_VERSIONS = select(col(Person.id), col(Person.row_version)).where(in_company(Person), among(col(Person.id), "ids"))
_LOCKED = Prepared(_VERSIONS.with_for_update())


def known(ctx: Ctx, rows: Sequence[PersonRow]) -> list[Known]:
    """Return everybody whose number, e-mail or name one of the rows has."""
    found = _ALIKE(
        ctx.session,
        names={row.name for row in rows},
        numbers={row.external_id for row in rows if row.external_id},
        emails={row.email for row in rows if row.email},
    )
    ids = [row.id for row in found]
    return [_known(row) for row in _KNOWN(ctx.session, ids=ids)] if ids else []


def _known(row: Any) -> Known:
    return Known(
        id=row.id,
        name=row.name,
        email=row.email,
        external_id=row.external_id,
        language=row.language,
        account_id=row.account_id,
        row_version=row.row_version,
        employment_id=row.employment_id,
        team_id=row.team_id,
        team=row.team,
        site=row.site,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        working_window=row.working_window,
        roles=frozenset(people.roles_of(row)),
    )


def locked_versions(ctx: Ctx, person_ids: Sequence[str]) -> dict[str, int]:
    """Return the row versions of these people, who stay as they are for others until the end of the transaction."""
    return {row.id: row.row_version for row in _LOCKED(ctx.session, ids=person_ids)}
