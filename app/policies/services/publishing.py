"""Publishing: from when a version is read, by whom, and what becomes of the one before."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, update
from sqlmodel import col, select

from app.authz import Permission
from app.context import Ctx
from app.db.bulk import insert_all
from app.errors import Conflict, FieldError, Invalid
from app.merkle_log.services import evidence
from app.merkle_log.services.evidence import LeafType, Private
from app.models import Assignment, Employment, PolicyKind, PolicyVersion
from app.platform import audit, outbox
from app.platform.audit import Act
from app.platform.outbox import JobKind
from app.platform.transitions import after
from app.policies.queries import audience, policies
from app.policies.queries.audience import UNANSWERED
from app.policies.rules import version as rules
from app.policies.rules.assignment import AssignmentState, due_on
from app.policies.rules.version import VersionEvent, VersionState
from app.policies.schemas.policy import PublishIn, RescheduleIn, WithdrawIn
from app.wording import N_

CHUNK = 1000


def reschedule(ctx: Ctx, version_id: str, data: RescheduleIn) -> PolicyVersion:
    """Choose another day for an approved version that nobody was told of yet."""
    ctx.require(Permission.PUBLISH_POLICIES)
    version = _unpublished(ctx, version_id)
    _put_off(ctx, version, data.effective_on)
    version.row_version += 1
    return version


def publish(ctx: Ctx, version_id: str, data: PublishIn | None = None) -> PolicyVersion:
    """Show an approved version to its audience and ask whoever has not answered this line (2.0, 2.1, …) of it.

    It is in force at once if its day has come, never earlier than today, else on that day; the version before
    holds until then. Conflict if a newer version is published already.
    """
    ctx.require(Permission.PUBLISH_POLICIES)
    version = _unpublished(ctx, version_id)
    if data and data.effective_on:
        _put_off(ctx, version, data.effective_on)
    version.effective_on = max(version.effective_on, ctx.today)
    version.published_at = ctx.now
    _move(version, VersionEvent.PUBLISH)
    audit.record(
        ctx,
        Act.VERSION_PUBLISHED,
        version_id,
        label=version.label,
        content_sha256=version.content_sha256,
        material=version.material,
        effective_on=version.effective_on.isoformat(),
    )
    ctx.session.flush()
    if policies.policy(ctx, version.policy_id).kind is PolicyKind.INTERNAL:
        _ask_for_it(ctx, version)
    _take_effect(ctx, version)
    _log(ctx, version)
    return version


def _log(ctx: Ctx, version: PolicyVersion) -> None:
    facts = {
        "policy": version.policy_id,
        "version": version.id,
        "label": version.label,
        "material": version.material,
        "content_sha256": version.content_sha256,
        "statements": {
            language: text.statement_sha256
            for language, text in policies.texts(ctx, version.id).items()
            if text.statement_sha256
        },
    }
    about = {
        "effective_on": version.effective_on.isoformat(),
        "approved_by": version.approved_by,
        "published_by": ctx.actor.id,
    }
    evidence.append(ctx, LeafType.VERSION_PUBLISHED, facts, Private(about, version.id))


def take_effect(ctx: Ctx, version_id: str) -> None:
    """Put a published version in force if its day has come; else do it on that day. Twice is once."""
    version = policies.held(ctx, version_id)
    if version.state is VersionState.PUBLISHED:
        _take_effect(ctx, version)


def withdraw(ctx: Ctx, version_id: str, data: WithdrawIn) -> PolicyVersion:
    """Take a version back, in force or not yet; whoever still had to answer is no longer asked.

    If an earlier version is still on show, people are asked to read that one again. Nothing that was superseded
    comes back into force.
    """
    ctx.require(Permission.PUBLISH_POLICIES)
    version = policies.held(ctx, version_id)
    _move(version, VersionEvent.WITHDRAW)
    audit.record(ctx, Act.VERSION_WITHDRAWN, version_id, reason=data.reason)
    ctx.session.flush()
    of_version = col(Assignment.version_id) == version_id
    if on_show := policies.latest_published(ctx, version.policy_id):
        _take_questions_along(ctx, on_show, of_version)
    _settle(ctx, AssignmentState.CANCELLED, of_version)
    if policies.policy(ctx, version.policy_id).kind is PolicyKind.INTERNAL:
        assign(ctx, version_id)
    return version


def assign(ctx: Ctx, version_id: str, following: str = "") -> None:
    """Ask the next people of the audience, at most a thousand, and leave a job for the rest.

    They are asked to read what is on show now: that is another version if this one was replaced in between.
    """
    version = policies.latest_published(ctx, policies.version(ctx, version_id).policy_id)
    if version is None:
        return
    people = audience.people(ctx, version.policy_id, following, CHUNK)
    _ask(ctx, version, people)
    if len(people) == CHUNK:
        outbox.add(ctx, JobKind.ASSIGN, version_id=version.id, following=people[-1].person_id)


def ask_joiner(ctx: Ctx, employment: Employment) -> None:
    """Ask somebody who joins, or changes team, to read every internal policy that is for them."""
    ask_joiners(ctx, [employment])


def ask_joiners(ctx: Ctx, employments: Sequence[Any]) -> None:
    """Do the same for many at once; whoever comes back is asked again what they left without answering."""
    for version in policies.current_internal(ctx):
        teams = policies.audience(ctx, version.policy_id)
        _ask(ctx, version, [employment for employment in employments if not teams or employment.team_id in teams])


def release_leavers(ctx: Ctx, person_ids: Sequence[str]) -> None:
    """Stop asking whoever leaves; what they answered stays."""
    _settle(ctx, AssignmentState.CANCELLED, col(Assignment.person_id).in_(person_ids))


def _unpublished(ctx: Ctx, version_id: str) -> PolicyVersion:
    """Return an approved version, held, that can still be published."""
    version = policies.held(ctx, version_id)
    after(rules.LIFECYCLE, version.state, VersionEvent.PUBLISH)
    newest = policies.latest_published(ctx, version.policy_id)
    if newest is not None and _label(newest) > _label(version):
        raise Conflict("newer_published", N_("A newer version is published already. Start the next one from it."))
    return version


def _label(version: PolicyVersion) -> rules.Label:
    return rules.Label(version.major or 0, version.minor or 0)


def _put_off(ctx: Ctx, version: PolicyVersion, day: date) -> None:
    if day < ctx.today:
        detail = N_("This day is past. Choose today or a later day: nobody could have read it before.")
        raise Invalid([FieldError("/effective_on", "in_the_past", detail)])
    before, version.effective_on = version.effective_on, day
    audit.record(ctx, Act.VERSION_CHANGED, version.id, effective_on=[before.isoformat(), day.isoformat()])


def _take_effect(ctx: Ctx, version: PolicyVersion) -> None:
    if version.effective_on > ctx.today:
        morning = datetime.combine(version.effective_on, time(), ctx.company.zone)
        key = f"force:{version.id}:{morning.isoformat()}"
        outbox.add(ctx, JobKind.TAKE_EFFECT, run_at=morning, dedupe_key=key, version_id=version.id)
        return
    for older in audience.earlier(ctx, version, *rules.LIFECYCLE.origins(VersionEvent.SUPERSEDE)):
        _move(older, VersionEvent.SUPERSEDE)
        audit.record(ctx, Act.VERSION_SUPERSEDED, older.id, by=version.id)
    _move(version, VersionEvent.TAKE_EFFECT)


def _ask_for_it(ctx: Ctx, version: PolicyVersion) -> None:
    older = select(PolicyVersion.id).where(audience.earlier_than(version))
    of_older = col(Assignment.version_id).in_(list(ctx.session.scalars(older)))
    if version.minor:  # whoever still has to read reads the newest text
        _update(ctx, of_older, col(Assignment.state).in_(UNANSWERED), version_id=version.id)
    else:
        _take_questions_along(ctx, version, of_older)
        _settle(ctx, AssignmentState.SUPERSEDED, of_older)
    assign(ctx, version.id)


def _take_questions_along(ctx: Ctx, version: PolicyVersion, of_others: ColumnElement[bool]) -> None:
    """Ask whoever has a question, or got its answer, for this text: an answer was promised, and stays readable.

    Not whoever it is not for, nor whoever was asked for it already.
    """
    answered = and_(col(Assignment.state) == AssignmentState.OPEN, col(Assignment.reply) != "")
    already = select(Assignment.person_id).where(Assignment.version_id == version.id)
    _update(
        ctx,
        of_others,
        or_(col(Assignment.state) == AssignmentState.QUESTION, answered),
        col(Assignment.person_id).in_(audience.person_ids(ctx, version.policy_id)),
        col(Assignment.person_id).not_in(already),
        version_id=version.id,
        due_on=due_on(max(version.effective_on, ctx.today), version.grace_days, ctx.today),
        opened_at=ctx.now,
        reminders_sent=0,
        last_reminded_at=None,
    )


def _ask(ctx: Ctx, version: PolicyVersion, people: Sequence[Any]) -> None:
    answered = audience.answered_in_line(ctx, version, [person.person_id for person in people])
    asked = {person.person_id: _due_on(ctx, version, person) for person in people if person.person_id not in answered}
    if not asked:
        return
    rows = [
        {"version_id": version.id, "person_id": person_id, "due_on": due, "opened_at": ctx.now}
        for person_id, due in asked.items()
    ]
    insert_all(ctx.session, Assignment, rows, ["company_id", "version_id", "person_id"])
    _reopen(ctx, version, asked)
    outbox.add(ctx, JobKind.ANNOUNCE, version_id=version.id, first=min(asked), last=max(asked))


def _due_on(ctx: Ctx, version: PolicyVersion, person: Any) -> date:
    """Grace never begins before somebody is asked, so that nobody is late from the start."""
    return due_on(max(version.effective_on, ctx.today), version.grace_days, person.starts_on)


def _reopen(ctx: Ctx, version: PolicyVersion, asked: dict[str, date]) -> None:
    closed = [AssignmentState.CANCELLED, AssignmentState.SUPERSEDED]
    of_version = (col(Assignment.version_id) == version.id, col(Assignment.state).in_(closed))
    people = select(Assignment.person_id).where(*of_version, col(Assignment.person_id).in_(list(asked)))
    for person_id in ctx.session.scalars(people).all():
        _update(
            ctx,
            *of_version,
            col(Assignment.person_id) == person_id,
            state=AssignmentState.OPEN,
            due_on=asked[person_id],
            opened_at=ctx.now,
            answered_at=None,
            reminders_sent=0,
            last_reminded_at=None,
        )


def _settle(ctx: Ctx, state: AssignmentState, which: ColumnElement[bool]) -> None:
    _update(ctx, which, col(Assignment.state).in_(UNANSWERED), state=state)


def _update(ctx: Ctx, *which: ColumnElement[bool], **values: Any) -> None:
    own = col(Assignment.company_id) == ctx.company_id
    ctx.session.execute(update(Assignment).where(own, *which).values(**values))


def _move(version: PolicyVersion, event: VersionEvent) -> None:
    version.state = after(rules.LIFECYCLE, version.state, event)
    version.row_version += 1
