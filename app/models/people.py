"""The people of a company: who they are, where and when they work, which roles they hold."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.authz import Role
from app.models.base import Table, TenantOwned, column, personal, within_company
from app.models.types import HASH, ID, UtcDateTime, words_of
from app.rules.folding import sort_name

_EMPLOYMENT: Any = {"purpose": "employment", "basis": "6(1)(b)", "erase": "delete"}


class Team(TenantOwned, table=True):
    __table_args__ = (sa.UniqueConstraint("company_id", "name"),)

    name: str = column(sa.String(120))


class Site(TenantOwned, table=True):
    __table_args__ = (sa.UniqueConstraint("company_id", "name"),)

    name: str = column(sa.String(120))


class Person(TenantOwned, table=True):
    """A person as this company knows them. ``account_id`` is how they sign in, if they ever did.

    ``accepted`` is false while the owner of an account that was there before did not say that they belong here: until
    then it does not lead into the company, and one mail asks them. Declining takes the account away.
    ``sort_name`` follows from the name (rules/folding.py); statements past the ORM write it themselves.
    """

    __table_args__ = (
        sa.UniqueConstraint("company_id", "external_id"),
        sa.UniqueConstraint("company_id", "email"),
        sa.Index(None, "company_id", "name", "id"),
        sa.Index(None, "company_id", "sort_name", "id"),
    )

    account_id: str | None = column(ID, None, nullable=True, foreign_key="account.id", index=True)
    accepted: bool = column(sa.Boolean(), True, info=personal("consent", **_EMPLOYMENT))
    name: str = column(sa.String(200), info=personal("name", **_EMPLOYMENT))
    sort_name: str = column(sa.String(200), "", info=personal("name", **_EMPLOYMENT))
    email: str | None = column(sa.String(254), None, nullable=True, info=personal("contact", **_EMPLOYMENT))
    external_id: str | None = column(sa.String(64), None, nullable=True, info=personal("identifier", **_EMPLOYMENT))
    language: str = column(sa.String(2), "it", info=personal("preference", **_EMPLOYMENT))
    row_version: int = column(sa.Integer(), 1)
    created_at: datetime = column(UtcDateTime())
    updated_at: datetime = column(UtcDateTime())


@sa.event.listens_for(Person, "before_insert")
@sa.event.listens_for(Person, "before_update")
def _sorted_by_surname(_mapper: Any, _connection: Any, person: Person) -> None:
    person.sort_name = sort_name(person.name)


class Employment(TenantOwned, table=True):
    """From when to when a person works here (both days included), where, and in which hours."""

    __table_args__ = (
        within_company("person_id", "person"),
        within_company("team_id", "team"),
        within_company("site_id", "site"),
        sa.Index(None, "company_id", "person_id", "starts_on", "id", "team_id"),
        sa.Index(None, "company_id", "team_id", "person_id"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
    )

    person_id: str = column(ID)
    team_id: str | None = column(ID, None, nullable=True)
    site_id: str | None = column(ID, None, nullable=True)
    starts_on: date = column(sa.Date(), info=personal("employment", **_EMPLOYMENT))
    ends_on: date | None = column(sa.Date(), None, nullable=True, info=personal("employment", **_EMPLOYMENT))
    working_window: str = column(sa.String(60), "09:00-18:00 mon-fri", info=personal("hours", **_EMPLOYMENT))


class Absence(TenantOwned, table=True):
    """From when to when a person is away (both days included); without a last day, until they come back.

    The reason is nobody's business here: none is kept.
    """

    __table_args__ = (
        within_company("person_id", "person"),
        sa.Index(None, "company_id", "person_id", "starts_on", "ends_on"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
    )

    person_id: str = column(ID)
    starts_on: date = column(sa.Date(), info=personal("absence", **_EMPLOYMENT))
    ends_on: date | None = column(sa.Date(), None, nullable=True, info=personal("absence", **_EMPLOYMENT))


class RoleGrant(TenantOwned, table=True):
    __tablename__ = "role_grant"
    __table_args__ = (
        within_company("person_id", "person"),
        sa.UniqueConstraint("company_id", "person_id", "role"),
    )

    person_id: str = column(ID)
    role: Role = column(words_of(Role), info=personal("role", **_EMPLOYMENT))


class Invitation(TenantOwned, table=True):
    """A printed way in, for somebody without e-mail. Only a keyed hash of the code is kept; it works once."""

    __table_args__ = (within_company("person_id", "person"), sa.Index(None, "company_id", "person_id"))

    person_id: str = column(ID)
    code_hash: str = column(HASH, unique=True)
    expires_at: datetime = column(UtcDateTime())
    used_at: datetime | None = column(UtcDateTime(), None, nullable=True)
    created_at: datetime = column(UtcDateTime())


class InvitationCode(Table, table=True):
    """Which company an open printed code leads to. Whoever types a code is in no company yet: so neither is this."""

    __tablename__ = "invitation_code"

    code_hash: str = column(HASH, unique=True)
    for_company: str = column(ID, foreign_key="company.id", index=True)
