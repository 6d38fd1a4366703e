"""What a person has to show for a course they passed."""

from datetime import date, datetime

import sqlalchemy as sa

from app.models.base import Table, TenantOwned, column, personal, within_company
from app.models.enrolment import TRAINING
from app.models.types import HASH, ID, UtcDateTime


class Certificate(TenantOwned, table=True):
    """One pass of a course: a renewal or a retake has a certificate of its own, and the earlier one stays.

    The course, its version and the policy versions it names cannot be deleted while it stands: a course that people
    have certificates of is archived. ``expires_on`` is the last day on which it is valid; without one it does not
    expire. ``page_token`` is the address of its public page while the person keeps that open.
    """

    __table_args__ = (
        within_company("enrolment_id", "enrolment"),
        within_company("person_id", "person"),
        within_company("course_id", "course"),
        within_company("version_id", "course_version"),
        sa.UniqueConstraint("company_id", "enrolment_id", "version_id", "cycle"),
        sa.Index(None, "company_id", "person_id", "course_id"),
        sa.Index(None, "company_id", "course_id"),
    )

    enrolment_id: str = column(ID)
    person_id: str = column(ID)
    course_id: str = column(ID)
    version_id: str = column(ID)
    cycle: int = column(sa.Integer())
    page_token: str | None = column(sa.String(64), None, nullable=True, info=personal("credential", **TRAINING))
    issued_at: datetime = column(UtcDateTime(), info=personal("act", **TRAINING))
    expires_on: date | None = column(sa.Date(), None, nullable=True, info=personal("act", **TRAINING))


class CertifiedPolicy(TenantOwned, table=True):
    """The version of an internal policy that people were asked to know when a certificate was issued."""

    __tablename__ = "certified_policy"
    __table_args__ = (
        within_company("certificate_id", "certificate"),
        within_company("policy_version_id", "policy_version"),
        sa.UniqueConstraint("company_id", "certificate_id", "policy_version_id"),
    )

    certificate_id: str = column(ID)
    policy_version_id: str = column(ID)


class CertificatePage(Table, table=True):
    """Which company an open public page leads to. Its reader is in no company: so neither is this row."""

    __tablename__ = "certificate_page"

    token_hash: str = column(HASH, unique=True)
    for_company: str = column(ID, foreign_key="company.id", index=True)
    certificate_id: str = column(ID)
