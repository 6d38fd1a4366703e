"""Companies, the agencies that work for them, and the engagements that let an agency in."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.authz import AgencyRole
from app.models.base import Table, TenantOwned, column, personal
from app.models.types import ID, UtcDateTime, words_of

_WORK: Any = {"purpose": "working for clients", "basis": "6(1)(b)", "erase": "delete"}
_ACCESS: Any = {"purpose": "which agency had access", "basis": "6(1)(f)", "erase": "keep"}


class Agency(Table, table=True):
    name: str = column(sa.String(200))
    created_at: datetime = column(UtcDateTime())


class AgencyMember(Table, table=True):
    """An account that works for an agency. A person can be in several agencies and companies."""

    __tablename__ = "agency_member"
    __table_args__ = (sa.UniqueConstraint("agency_id", "account_id"),)

    agency_id: str = column(ID, foreign_key="agency.id")
    account_id: str = column(ID, foreign_key="account.id", index=True)
    name: str = column(sa.String(200), info=personal("name", **_WORK))
    role: AgencyRole = column(words_of(AgencyRole), info=personal("role", **_WORK))
    created_at: datetime = column(UtcDateTime())


class Company(Table, table=True):
    """A tenant. ``row_version`` grows by one at every change and is its ETag."""

    name: str = column(sa.String(200))
    time_zone: str = column(sa.String(64), "Europe/Rome")
    language: str = column(sa.String(2), "it")
    country: str = column(sa.String(2), "IT")
    contact: str = column(
        sa.String(200),
        "",
        info=personal("contact", purpose="whom people ask about the policy", basis="6(1)(f)", erase="delete"),
    )
    maximum_reminders: int = column(sa.Integer(), 3)
    row_version: int = column(sa.Integer(), 1)
    created_at: datetime = column(UtcDateTime())


class ClosingDays(TenantOwned, table=True):
    """Days on which the whole company is closed, beside public holidays (both days included)."""

    __tablename__ = "closing_days"
    __table_args__ = (sa.CheckConstraint("ends_on >= starts_on", name="ends_after_start"),)

    name: str = column(sa.String(120))
    starts_on: date = column(sa.Date())
    ends_on: date = column(sa.Date())


class Engagement(TenantOwned, table=True):
    """What an agency may do for a company, from when to when. Without a data-processing agreement: nothing."""

    __table_args__ = (
        sa.Index(None, "agency_id", "company_id"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
    )

    agency_id: str = column(ID, foreign_key="agency.id")
    scopes: list[str] = column(sa.JSON())
    starts_on: date = column(sa.Date())
    ends_on: date | None = column(sa.Date(), None, nullable=True)
    agreement_signed_on: date | None = column(sa.Date(), None, nullable=True)
    agreement_reference: str = column(sa.String(200), "")
    row_version: int = column(sa.Integer(), 1)
    created_at: datetime = column(UtcDateTime())


class AgencyVisit(TenantOwned, table=True):
    """A day on which a member or an API client of an agency looked into the company; one row however often they did.

    It tells the company who used the access it gave to another organisation, as a processor's client may ask
    (GDPR, art. 28(3)(h)). It is no time sheet: no hour, no page, no number of clicks. Never changed, never deleted.
    """

    __tablename__ = "agency_visit"
    __table_args__ = (sa.UniqueConstraint("company_id", "day", "actor_id"),)

    agency_id: str = column(ID, foreign_key="agency.id")
    actor_kind: str = column(sa.String(20))
    actor_id: str = column(sa.String(64))
    name: str = column(sa.String(200), info=personal("name", **_ACCESS))
    day: date = column(sa.Date(), info=personal("act", **_ACCESS))
