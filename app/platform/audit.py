"""The audit trail: one row per act, written by the verb itself, in its transaction."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from app.context import AgencyCtx, Ctx
from app.db.bulk import insert_all
from app.db.prepared import PreparedInsert
from app.models import AgencyAuditEvent, AuditEvent
from app.models.types import new_id

_INSERT = PreparedInsert(AuditEvent)


class Act(StrEnum):
    """Everything that leaves a trace, as ``resource:past_tense``."""

    AGENCY_CREATED = "agency:created"
    COMPANY_CREATED = "company:created"
    COMPANY_CHANGED = "company:changed"
    CLOSING_DAYS_ADDED = "closing_days:added"
    CLOSING_DAYS_REMOVED = "closing_days:removed"
    ENGAGEMENT_CREATED = "engagement:created"
    ENGAGEMENT_CHANGED = "engagement:changed"
    TEAM_CREATED = "team:created"
    TEAM_CHANGED = "team:changed"
    SITE_CREATED = "site:created"
    SITE_CHANGED = "site:changed"
    PERSON_CREATED = "person:created"
    PERSON_ACCEPTED = "person:accepted"
    PERSON_CHANGED = "person:changed"
    PERSON_LEFT = "person:left"
    PERSON_REJOINED = "person:rejoined"
    PERSON_ERASED = "person:erased"
    ABSENCE_RECORDED = "absence:recorded"
    ABSENCE_CHANGED = "absence:changed"
    ABSENCE_REMOVED = "absence:removed"
    ROLE_GRANTED = "role:granted"
    ROLE_REVOKED = "role:revoked"
    PEOPLE_IMPORTED = "people:imported"
    INVITATIONS_PRINTED = "invitations:printed"
    INVITATION_USED = "invitation:used"
    POLICY_CREATED = "policy:created"
    VERSION_CREATED = "policy_version:created"
    VERSION_CHANGED = "policy_version:changed"
    VERSION_DISCARDED = "policy_version:discarded"
    VERSION_SUBMITTED = "policy_version:submitted"
    VERSION_RETURNED = "policy_version:returned"
    VERSION_APPROVED = "policy_version:approved"
    VERSION_PUBLISHED = "policy_version:published"
    VERSION_SUPERSEDED = "policy_version:superseded"
    VERSION_WITHDRAWN = "policy_version:withdrawn"
    ACKNOWLEDGED = "acknowledgement:recorded"
    ACKNOWLEDGEMENT_CORRECTED = "acknowledgement:corrected"
    QUESTION_ASKED = "assignment:question_asked"
    QUESTION_ANSWERED = "assignment:question_answered"
    DECLINED = "assignment:declined"
    EXCUSED = "assignment:excused"
    REMINDED = "assignment:reminded"
    ESCALATED = "assignment:escalated"
    COURSE_CREATED = "course:created"
    COURSE_CHANGED = "course:changed"
    COURSE_ARCHIVED = "course:archived"
    COURSE_VERSION_CREATED = "course_version:created"
    COURSE_VERSION_CHANGED = "course_version:changed"
    COURSE_VERSION_DISCARDED = "course_version:discarded"
    COURSE_VERSION_PUBLISHED = "course_version:published"
    COURSE_VERSION_WITHDRAWN = "course_version:withdrawn"
    ENROLLED = "enrolment:created"
    ENROLMENT_EXEMPTED = "enrolment:exempted"
    ENROLMENT_CANCELLED = "enrolment:cancelled"
    ENROLMENT_RENEWED = "enrolment:renewed"
    COURSE_PASSED = "enrolment:passed"
    HELP_ASKED = "enrolment:help_asked"
    HELP_GIVEN = "enrolment:help_given"
    CERTIFICATE_ISSUED = "certificate:issued"
    HOURS_CORRECTED = "recognised_minutes:corrected"
    MONTH_CLOSED = "payroll_month:closed"
    PAYROLL_MAPPED = "payroll_mapping:saved"
    POSTED = "posting_record:created"
    POSTING_ENDED = "posting_record:ended"
    EVIDENCE_EXPORTED = "evidence:exported"
    CLIENT_CREATED = "oauth_client:created"
    CLIENT_REVOKED = "oauth_client:revoked"
    CLIENT_SECRET_ROTATED = "oauth_client:secret_rotated"  # noqa: S105 - the name of an act


def record(ctx: Ctx | AgencyCtx, act: Act, subject_id: str, **data: Any) -> None:
    """Write down who did what to which row, with the old and new values that matter. ``data`` is JSON.

    It becomes part of the trail of the company or agency that the work is in.
    """
    event = _event(ctx, act, subject_id, data)
    if isinstance(ctx, AgencyCtx):
        ctx.session.add(AgencyAuditEvent(agency_id=ctx.agency_id, **event))
    else:
        _INSERT(ctx.session, id=new_id(), **event)


def record_each(ctx: Ctx, act: Act, subjects: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Write down that the same was done to many rows, each given as its id and its data, in one statement."""
    insert_all(ctx.session, AuditEvent, [_event(ctx, act, subject_id, data) for subject_id, data in subjects])


def _event(ctx: Ctx | AgencyCtx, act: Act, subject_id: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "at": ctx.now,
        "actor_kind": ctx.actor.kind.value,
        "actor_id": ctx.actor.id,
        "action": act.value,
        "subject_id": subject_id,
        "data": data,
        "request_id": ctx.request_id,
    }
