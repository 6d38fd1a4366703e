"""Work that must happen after the commit: written in the same transaction, done by a worker at least once."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.context import AccountCtx, Ctx
from app.db.bulk import insert_all
from app.db.prepared import PreparedInsert
from app.models import Job, JobState
from app.models.types import new_id

_INSERT = PreparedInsert(Job, unless=["dedupe_key"])


class JobKind(StrEnum):
    """Every kind of work; worker.py names the function for each."""

    SIGN_IN_LINK_MAIL = "mail:sign_in_link"
    PASSWORD_MAIL = "mail:password"  # noqa: S105 - the name of a job
    CREDENTIALS_MAIL = "mail:credentials"
    WELCOME_MAIL = "mail:welcome"
    ACKNOWLEDGED_MAIL = "mail:acknowledged"
    PUBLISHED_MAIL = "mail:published"
    REMINDER_MAIL = "mail:reminder"
    ESCALATION_MAIL = "mail:escalation"
    QUESTION_MAIL = "mail:question"
    ANSWER_MAIL = "mail:answer"
    SUBMITTED_MAIL = "mail:submitted"
    RETURNED_MAIL = "mail:returned"
    APPROVED_MAIL = "mail:approved"
    LEAVE = "people:leave"
    COME_BACK = "people:come_back"
    FORGET_IMPORTS = "people:forget_imports"
    FORGET_ACCOUNT = "account:forget"
    ASSIGN = "policy:assign"
    ANNOUNCE = "policy:announce"
    REMIND = "policy:remind"
    REMIND_NOW = "policy:remind_now"
    ENROL = "course:enrol"
    ANNOUNCE_COURSE = "course:announce"
    REMIND_COURSES = "course:remind"
    REMIND_COURSE_NOW = "course:remind_now"
    RENEW_COURSES = "course:renew"
    COURSE_NOTICE_MAIL = "mail:course_notice"
    COURSE_REMINDER_MAIL = "mail:course_reminder"
    COURSE_ESCALATION_MAIL = "mail:course_escalation"
    TAKE_EFFECT = "policy:take_effect"
    MARK_CHANGES = "policy:mark_changes"
    COSIGN = "evidence:cosign"
    TIMESTAMP = "evidence:timestamp"


def add(
    ctx: Ctx | AccountCtx,
    kind: JobKind,
    *,
    run_at: datetime | None = None,
    dedupe_key: str | None = None,
    **payload: Any,
) -> None:
    """Ask for work. ``payload`` holds ids only; a second job with the same ``dedupe_key`` is not added."""
    _INSERT(
        ctx.session,
        id=new_id(),
        for_company=ctx.company_id if isinstance(ctx, Ctx) else None,
        kind=kind.value,
        payload=payload,
        state=JobState.WAITING,
        run_at=run_at or ctx.now,
        attempts=0,
        lease_until=None,
        token=None,
        last_error="",
        dedupe_key=dedupe_key,
        created_at=ctx.now,
    )


def add_each(ctx: Ctx, kind: JobKind, wanted: Iterable[tuple[datetime, dict[str, Any]]]) -> None:
    """Ask for many jobs of one kind in one statement, each given as when to run and its payload."""
    same = {"for_company": ctx.company_id, "kind": kind.value, "created_at": ctx.now}
    rows = [{**same, "run_at": run_at, "payload": payload} for run_at, payload in wanted]
    insert_all(ctx.session, Job, rows, ["dedupe_key"])
