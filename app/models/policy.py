"""Policies, their versions and texts, and where they were posted."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.authz import ActorKind
from app.models.audience import AudienceRow, audience_of
from app.models.base import TenantOwned, column, personal, within_company
from app.models.types import HASH, ID, UtcDateTime, words_of
from app.policies.rules.version import VersionState

# A scan of a signed sheet, or a photograph of a noticeboard.
_PROOF: Any = {"purpose": "proof that the policy was made known", "basis": "6(1)(b)", "erase": "delete"}


class PolicyKind(StrEnum):
    """Internal policies are acknowledged by the people; external ones are published for everybody."""

    INTERNAL = "internal"
    EXTERNAL = "external"


class Policy(TenantOwned, table=True):
    kind: PolicyKind = column(words_of(PolicyKind))
    name: str = column(sa.String(200))
    created_at: datetime = column(UtcDateTime())


class PolicyAudience(AudienceRow, table=True):
    """Whom a policy is for. Without a row it is everybody in the company."""

    __tablename__ = "policy_audience"
    __table_args__ = audience_of("policy_id", "policy")

    policy_id: str = column(ID)


class PolicyVersion(TenantOwned, table=True):
    """One identity in several languages. From approval on its bytes are frozen and ``content_sha256`` is set."""

    __tablename__ = "policy_version"
    __table_args__ = (
        within_company("policy_id", "policy"),
        sa.UniqueConstraint("company_id", "policy_id", "major", "minor"),
        sa.Index(None, "company_id", "policy_id", "state"),
    )

    policy_id: str = column(ID)
    state: VersionState = column(words_of(VersionState), VersionState.DRAFT)
    major: int | None = column(sa.Integer(), None, nullable=True)
    minor: int | None = column(sa.Integer(), None, nullable=True)
    material: bool = column(sa.Boolean(), True)
    disciplinary: bool = column(sa.Boolean(), True)
    effective_on: date = column(sa.Date())
    grace_days: int = column(sa.Integer(), 14)
    content_sha256: str | None = column(HASH, None, nullable=True)
    submitted_at: datetime | None = column(UtcDateTime(), None, nullable=True)
    approved_at: datetime | None = column(UtcDateTime(), None, nullable=True)
    approved_by: str | None = column(ID, None, nullable=True)
    published_at: datetime | None = column(UtcDateTime(), None, nullable=True)
    row_version: int = column(sa.Integer(), 1)
    created_at: datetime = column(UtcDateTime())

    @property
    def label(self) -> str:
        """Return ``major.minor``, or nothing while it is a draft."""
        return "" if self.major is None else f"{self.major}.{self.minor}"


class PolicyText(TenantOwned, table=True):
    """A version in one language: title, Markdown body, the statement to confirm, what changed."""

    __tablename__ = "policy_text"
    __table_args__ = (
        within_company("version_id", "policy_version"),
        sa.UniqueConstraint("company_id", "version_id", "language"),
    )

    version_id: str = column(ID)
    language: str = column(sa.String(2))
    title: str = column(sa.String(200))
    body: str = column(sa.Text())
    statement: str = column(sa.Text(), "")
    summary: str = column(sa.Text(), "")
    statement_sha256: str | None = column(HASH, None, nullable=True)


class TextChanges(TenantOwned, table=True):
    """A text with what changed in it since an earlier version marked, worked out once: both are frozen.

    ``html`` is sanitised again whenever it is shown.
    """

    __tablename__ = "text_changes"
    __table_args__ = (
        within_company("version_id", "policy_version"),
        within_company("since_id", "policy_version"),
        sa.UniqueConstraint("company_id", "version_id", "since_id", "language"),
    )

    version_id: str = column(ID)
    since_id: str = column(ID)
    language: str = column(sa.String(2))
    html: str = column(sa.Text())
    places: int = column(sa.Integer())


class VersionAuthor(TenantOwned, table=True):
    """Who changed a version: the approver must not be the only person among them, API clients do not count."""

    __tablename__ = "version_author"
    __table_args__ = (
        within_company("version_id", "policy_version"),
        sa.UniqueConstraint("company_id", "version_id", "actor_id"),
    )

    version_id: str = column(ID)
    actor_id: str = column(ID)
    actor_kind: ActorKind = column(words_of(ActorKind), ActorKind.PERSON)


class PostingRecord(TenantOwned, table=True):
    """Where a version was posted for all to see, from when to when (Statuto dei lavoratori, art. 7)."""

    __tablename__ = "posting_record"
    __table_args__ = (
        within_company("version_id", "policy_version"),
        within_company("site_id", "site"),
        within_company("proof_id", "stored_file"),
        sa.Index(None, "company_id", "version_id"),
    )

    version_id: str = column(ID)
    site_id: str | None = column(ID, None, nullable=True)
    place: str = column(sa.String(300))
    starts_on: date = column(sa.Date())
    ends_on: date | None = column(sa.Date(), None, nullable=True)
    proof_id: str | None = column(ID, None, nullable=True)
    recorded_by: str = column(ID)
    recorded_at: datetime = column(UtcDateTime())


class StoredFile(TenantOwned, table=True):
    """A file that proves something, kept in the database so that one backup holds all evidence."""

    __tablename__ = "stored_file"

    name: str = column(sa.String(200), info=personal("document", **_PROOF))
    media_type: str = column(sa.String(100))
    sha256: str = column(HASH)
    content: bytes = column(sa.LargeBinary(), info=personal("document", **_PROOF))
    created_at: datetime = column(UtcDateTime())
