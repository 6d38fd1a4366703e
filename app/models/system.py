"""What the service keeps for itself: the audit trail, jobs, API clients and tokens, answers to replay."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from app.models.base import Table, TenantOwned, column, personal
from app.models.types import HASH, ID, UtcDateTime, words_of

_DEMO: Any = {"purpose": "demo", "basis": "6(1)(b)", "erase": "delete"}
_ACCOUNTABILITY: Any = {"purpose": "who changed what", "basis": "6(1)(f)", "erase": "keep"}
_REPLAY: Any = {"purpose": "answers to repeated requests", "basis": "6(1)(f)", "erase": "delete", "keep_days": 1}


class Event(SQLModel):
    """One act: who, when, what, on what, with the old and new values that matter. Never changed, never deleted."""

    at: datetime = column(UtcDateTime())
    actor_kind: str = column(sa.String(20))
    actor_id: str = column(sa.String(64))
    action: str = column(sa.String(60))
    subject_id: str = column(sa.String(36))
    data: dict[str, Any] = column(sa.JSON(), info=personal("act", **_ACCOUNTABILITY))
    request_id: str = column(sa.String(64))


class AuditEvent(TenantOwned, Event, table=True):
    """An act in a company."""

    __tablename__ = "audit_event"
    __table_args__ = (sa.Index(None, "company_id", "subject_id", "id"),)


class AgencyAuditEvent(Table, Event, table=True):
    """An act of an agency on itself: its API clients, the clients it takes on."""

    __tablename__ = "agency_audit_event"

    agency_id: str = column(ID, foreign_key="agency.id", index=True)


class JobState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"


class Job(Table, table=True):
    """Work to do later, written in the transaction that asks for it.

    Workers of all companies share this table, so it stands outside the tenants; ``for_company`` names the company
    the work is then done in, and ``payload`` holds ids only. ``token`` fences off a worker whose lease ran out.
    """

    __table_args__ = (sa.Index(None, "state", "run_at"),)

    for_company: str | None = column(ID, None, nullable=True)
    kind: str = column(sa.String(60))
    payload: dict[str, Any] = column(sa.JSON())
    state: JobState = column(words_of(JobState), JobState.WAITING)
    run_at: datetime = column(UtcDateTime())
    attempts: int = column(sa.Integer(), 0)
    lease_until: datetime | None = column(UtcDateTime(), None, nullable=True)
    token: str | None = column(ID, None, nullable=True)
    last_error: str = column(sa.Text(), "")
    dedupe_key: str | None = column(sa.String(200), None, nullable=True, unique=True)
    created_at: datetime = column(UtcDateTime())


class DevelopmentMail(Table, table=True):
    """What would have been sent, where no mail server is set. Only in demo mode."""

    __tablename__ = "development_mail"

    recipient: str = column(sa.String(254), info=personal("contact", **_DEMO))
    subject: str = column(sa.String(300), info=personal("message", **_DEMO))
    text: str = column(sa.Text(), info=personal("message", **_DEMO))
    html: str = column(sa.Text(), "", info=personal("message", **_DEMO))
    at: datetime = column(UtcDateTime())


class OAuthClient(Table, table=True):
    """A machine that calls the API for one company or one agency; it survives the person who made it."""

    __tablename__ = "oauth_client"
    __table_args__ = (sa.CheckConstraint("(owner_company IS NULL) <> (owner_agency IS NULL)", name="one_owner"),)

    owner_company: str | None = column(ID, None, nullable=True, foreign_key="company.id", index=True)
    owner_agency: str | None = column(ID, None, nullable=True, foreign_key="agency.id", index=True)
    name: str = column(sa.String(120))
    secret_hash: str = column(HASH)
    scopes: list[str] = column(sa.JSON())
    created_at: datetime = column(UtcDateTime())
    revoked_at: datetime | None = column(UtcDateTime(), None, nullable=True)


class OAuthToken(Table, table=True):
    __tablename__ = "oauth_token"

    token_hash: str = column(HASH, unique=True)
    client_id: str = column(ID, foreign_key="oauth_client.id", index=True)
    scopes: list[str] = column(sa.JSON())
    issued_at: datetime = column(UtcDateTime())
    expires_at: datetime = column(UtcDateTime())
    revoked_at: datetime | None = column(UtcDateTime(), None, nullable=True)


class IdempotencyKey(Table, table=True):
    """The first answer to a keyed POST, replayed for 24 hours. ``scope`` is client, method and path."""

    __tablename__ = "idempotency_key"
    __table_args__ = (sa.UniqueConstraint("scope", "key"),)

    scope: str = column(sa.String(300))
    key: str = column(sa.String(255))
    request_sha256: str = column(HASH)
    status: int | None = column(sa.Integer(), None, nullable=True)
    headers: dict[str, str] = column(sa.JSON())
    body: bytes = column(sa.LargeBinary(), b"", info=personal("answer", **_REPLAY))
    created_at: datetime = column(UtcDateTime(), index=True)
