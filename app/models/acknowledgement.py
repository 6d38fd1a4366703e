"""Who is asked to read a version, and what they answered."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from app.models.base import TenantOwned, column, personal, within_company
from app.models.duty import DUTY, Duty
from app.models.types import HASH, ID, UtcDateTime, words_of
from app.policies.rules.assignment import AssignmentState


class AcknowledgementMethod(StrEnum):
    PAGE = "page"
    API = "api"
    PAPER = "paper"


class Assignment(Duty, table=True):
    """One version asked of one person."""

    __table_args__ = (
        within_company("version_id", "policy_version"),
        within_company("person_id", "person"),
        sa.UniqueConstraint("company_id", "version_id", "person_id"),
        sa.Index(None, "company_id", "person_id", "state"),
        sa.Index(None, "company_id", "version_id", "state", "due_on"),
    )

    version_id: str = column(ID)
    state: AssignmentState = column(words_of(AssignmentState), AssignmentState.OPEN, info=personal("act", **DUTY))
    note: str = column(sa.Text(), "", info=personal("answer", **DUTY))
    reply: str = column(sa.Text(), "", info=personal("answer", **DUTY))
    excused_because: str = column(sa.Text(), "", info=personal("answer", **DUTY))


class Acknowledgement(TenantOwned, table=True):
    """What was shown and confirmed. ``at`` is the canonical text that is hashed and printed unchanged.

    ``sign_in_method`` and ``authenticated_at`` are those of ``recorded_by``: the person, or whoever recorded it for
    them.
    """

    __table_args__ = (
        within_company("version_id", "policy_version"),
        within_company("person_id", "person"),
        within_company("scan_id", "stored_file"),
        sa.UniqueConstraint("company_id", "version_id", "person_id"),
        sa.Index(None, "company_id", "person_id", "version_id"),
        sa.Index(None, "company_id", "version_id", "at"),
    )

    version_id: str = column(ID)
    person_id: str = column(ID)
    at: str = column(sa.String(27), info=personal("act", **DUTY))
    language: str = column(sa.String(2), info=personal("act", **DUTY))
    content_sha256: str = column(HASH)
    statement_sha256: str = column(HASH)
    method: AcknowledgementMethod = column(words_of(AcknowledgementMethod), info=personal("act", **DUTY))
    sign_in_method: str = column(sa.String(32), info=personal("act", **DUTY))
    authenticated_at: datetime | None = column(UtcDateTime(), None, nullable=True, info=personal("act", **DUTY))
    recorded_by: str = column(ID)
    scan_id: str | None = column(ID, None, nullable=True)
