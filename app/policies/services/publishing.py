"""Publishing: from when a version is read, by whom, and what becomes of the one before."""

from datetime import date, datetime, time

from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict, FieldError, Invalid
from app.merkle_log.rules.leaf_type import LeafType
from app.merkle_log.services import evidence
from app.merkle_log.services.evidence import Private
from app.models import PolicyKind, PolicyVersion
from app.platform import audit, outbox
from app.platform.audit import Act
from app.platform.outbox import JobKind
from app.policies.rows import audience, policies
from app.policies.rules import version as rules
from app.policies.rules.version import VersionEvent, VersionState
from app.policies.schemas.policy import PublishIn, RescheduleIn, WithdrawIn
from app.policies.services import asking
from app.policies.services.steps import move, refuse_impossible
from app.rules import versions
from app.wording import N_


def reschedule(ctx: Ctx, version_id: str, data: RescheduleIn) -> PolicyVersion:
    """Choose another day for an approved version that nobody was told of yet."""
    ctx.require(Permission.PUBLISH_POLICIES)
    version = _unpublished(ctx, version_id)
    _put_off(ctx, version, data.effective_on)
    version.row_version += 1
    return version


def publish(ctx: Ctx, version_id: str, data: PublishIn | None = None) -> PolicyVersion:
    """Show an approved version to its audience and ask all who have not answered this line (2.0, 2.1, …) of it.

    It is in force at once if its day has come, never earlier than today, else on that day; the version before
    holds until then. Conflict if a newer version is published already.
    """
    ctx.require(Permission.PUBLISH_POLICIES)
    version = _unpublished(ctx, version_id)
    if data and data.effective_on:
        _put_off(ctx, version, data.effective_on)
    version.effective_on = max(version.effective_on, ctx.today)
    version.published_at = ctx.now
    move(version, VersionEvent.PUBLISH)
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
        asking.assign(ctx, version.id)
        outbox.add(ctx, JobKind.MARK_CHANGES, version_id=version.id)
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
    """Take a version back, in force or not yet; people who still had to answer are no longer asked.

    If an earlier version is still on show, people are asked to read that one again. Nothing that was superseded
    comes back into force.
    """
    ctx.require(Permission.PUBLISH_POLICIES)
    version = policies.held(ctx, version_id)
    move(version, VersionEvent.WITHDRAW)
    audit.record(ctx, Act.VERSION_WITHDRAWN, version_id, reason=data.reason)
    ctx.session.flush()
    if policies.policy(ctx, version.policy_id).kind is PolicyKind.INTERNAL:
        asking.assign(ctx, version_id)
    return version


def _unpublished(ctx: Ctx, version_id: str) -> PolicyVersion:
    """Return an approved version, held, that can still be published."""
    version = policies.held(ctx, version_id)
    refuse_impossible(version, VersionEvent.PUBLISH)
    newest = policies.latest_published(ctx, version.policy_id)
    if newest is not None and _label(newest) > _label(version):
        raise Conflict("newer_published", N_("A newer version is published already. Start the next one from it."))
    return version


def _label(version: PolicyVersion) -> versions.Label:
    return versions.Label(version.major or 0, version.minor or 0)


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
        move(older, VersionEvent.SUPERSEDE)
        audit.record(ctx, Act.VERSION_SUPERSEDED, older.id, by=version.id)
    move(version, VersionEvent.TAKE_EFFECT)
