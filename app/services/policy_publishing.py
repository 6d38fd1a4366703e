"""Publishing: from when a version is read, by whom, and what becomes of the one before."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, update
from sqlmodel import col, select

from app.authz import Permission
from app.context import Ctx
from app.db.upsert import insert_new
from app.errors import Conflict
from app.models import Assignment, Employment, PolicyKind, PolicyVersion
from app.queries import policy as policies
from app.rules import policy_version as rules
from app.rules.assignment import AssignmentState, due_on
from app.rules.policy_version import VersionEvent, VersionState
from app.services import audit, outbox
from app.services.audit import Act
from app.services.outbox import JobKind
from app.services.transitions import after
from app.wording import N_

CHUNK = 1000
_UNANSWERED = (AssignmentState.OPEN, AssignmentState.QUESTION, AssignmentState.DECLINED)


def publish(ctx: Ctx, version_id: str) -> PolicyVersion:
    """Show an approved version to its audience and ask them to acknowledge it (a minor one asks nobody again).

    It is in force at once if its day has come, else on that day; the version before holds until then.
    """
    ctx.require(Permission.PUBLISH_POLICIES)
    version = policies.version(ctx, version_id)
    after(rules.LIFECYCLE, version.state, VersionEvent.PUBLISH)
    if version.published_at is not None:
        raise Conflict("already_published", N_("This version is published already."))
    version.published_at = ctx.now
    version.row_version += 1
    audit.record(ctx, Act.VERSION_PUBLISHED, version_id, label=version.label, content_sha256=version.content_sha256)
    ctx.session.flush()
    if policies.policy(ctx, version.policy_id).kind is PolicyKind.INTERNAL:
        _ask_for_it(ctx, version)
    enter_into_force(ctx, version_id)
    return version


def enter_into_force(ctx: Ctx, version_id: str) -> None:
    """Put a published version in force if its day has come; else do it on that day. Twice is once."""
    version = policies.version(ctx, version_id)
    if version.state is not VersionState.SCHEDULED or version.published_at is None:
        return
    if version.effective_on > ctx.today:
        morning = datetime.combine(version.effective_on, time(), ctx.company.zone)
        outbox.add(ctx, JobKind.PUBLISH_DUE, run_at=morning, dedupe_key=f"force:{version.id}", version_id=version.id)
        return
    for older in policies.versions(ctx, version.policy_id):
        if older.state is VersionState.IN_FORCE:
            _move(older, VersionEvent.SUPERSEDE)
            audit.record(ctx, Act.VERSION_SUPERSEDED, older.id, by=version.id)
    _move(version, VersionEvent.PUBLISH)


def withdraw(ctx: Ctx, version_id: str) -> PolicyVersion:
    """Take a version in force back; whoever still had to answer is no longer asked."""
    ctx.require(Permission.PUBLISH_POLICIES)
    version = policies.version(ctx, version_id)
    _move(version, VersionEvent.WITHDRAW)
    _settle(ctx, AssignmentState.CANCELLED, col(Assignment.version_id) == version_id)
    audit.record(ctx, Act.VERSION_WITHDRAWN, version_id)
    return version


def assign(ctx: Ctx, version_id: str, following: str = "") -> None:
    """Ask the next people of the audience, at most a thousand, and leave a job for the rest."""
    version = policies.version(ctx, version_id)
    people = _audience(ctx, version.policy_id, following)
    _ask(ctx, version, people)
    if len(people) == CHUNK:
        last = people[-1].person_id
        dedupe_key = f"assign:{version_id}:{last}"
        outbox.add(ctx, JobKind.ASSIGN, dedupe_key=dedupe_key, version_id=version_id, following=last)


def ask_joiner(ctx: Ctx, employment: Employment) -> None:
    """Ask somebody who joins, or changes team, to read every internal policy that is for them."""
    for version in policies.current_internal(ctx):
        teams = policies.audience(ctx, version.policy_id)
        if not teams or employment.team_id in teams:
            _ask(ctx, version, [employment])


def release_leaver(ctx: Ctx, person_id: str) -> None:
    """Stop asking somebody who leaves; what they answered stays."""
    _settle(ctx, AssignmentState.CANCELLED, col(Assignment.person_id) == person_id)


def _ask_for_it(ctx: Ctx, version: PolicyVersion) -> None:
    older = [known.id for known in policies.versions(ctx, version.policy_id) if known.id != version.id]
    of_older = col(Assignment.version_id).in_(older)
    if version.material:
        _settle(ctx, AssignmentState.SUPERSEDED, of_older)
        assign(ctx, version.id)
    else:  # whoever still has to read reads the newest text; whoever has read is left in peace
        _update(ctx, and_(of_older, col(Assignment.state).in_(_UNANSWERED)), version_id=version.id)


def _ask(ctx: Ctx, version: PolicyVersion, people: Sequence[Any]) -> None:
    rows = [
        {
            "version_id": version.id,
            "person_id": person.person_id,
            "due_on": due_on(version.effective_on, version.grace_days, person.starts_on),
            "opened_at": ctx.now,
        }
        for person in people
    ]
    insert_new(ctx.session, Assignment, rows, ["company_id", "version_id", "person_id"])


def _audience(ctx: Ctx, policy_id: str, following: str) -> Sequence[Any]:
    teams = policies.audience(ctx, policy_id)
    wanted = select(col(Employment.person_id), col(Employment.starts_on)).where(
        col(Employment.person_id) > following,
        col(Employment.starts_on) <= ctx.today,
        or_(col(Employment.ends_on).is_(None), col(Employment.ends_on) >= ctx.today),
    )
    if teams:
        wanted = wanted.where(col(Employment.team_id).in_(teams))
    return ctx.session.execute(wanted.order_by(col(Employment.person_id)).limit(CHUNK)).all()


def _settle(ctx: Ctx, state: AssignmentState, which: ColumnElement[bool]) -> None:
    _update(ctx, and_(which, col(Assignment.state).in_(_UNANSWERED)), state=state)


def _update(ctx: Ctx, which: ColumnElement[bool], **values: Any) -> None:
    ctx.session.execute(update(Assignment).where(col(Assignment.company_id) == ctx.company_id, which).values(**values))


def _move(version: PolicyVersion, event: VersionEvent) -> None:
    version.state = after(rules.LIFECYCLE, version.state, event)
    version.row_version += 1
