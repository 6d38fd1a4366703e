"""What is considered before a version is published, posted or taken back."""

from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict, NotFound
from app.models import Policy, PolicyText, PolicyVersion
from app.policies.rows import audience, policies
from app.policies.rows.audience import Consequences
from app.policies.rules.version import LIFECYCLE, VersionEvent, VersionState
from app.wording import N_


def to_publish(ctx: Ctx, version_id: str) -> tuple[Policy, PolicyVersion, Consequences]:
    """Return an approved version, and in numbers what would follow; Conflict if it is not waiting for that."""
    ctx.require(Permission.PUBLISH_POLICIES)
    version = policies.version(ctx, version_id)
    if version.state is not VersionState.APPROVED:
        raise Conflict("not_to_publish", N_("This version is not waiting to be published. Look where it stands."))
    return policies.policy(ctx, version.policy_id), version, audience.consequences(ctx, version)


def to_withdraw(ctx: Ctx, version_id: str) -> tuple[Policy, PolicyVersion]:
    """Return a version that can be taken back; Conflict if it cannot."""
    ctx.require(Permission.PUBLISH_POLICIES)
    version = policies.version(ctx, version_id)
    if version.state not in LIFECYCLE.origins(VersionEvent.WITHDRAW):
        raise Conflict("not_to_withdraw", N_("This version is not on show, so there is nothing to take back."))
    return policies.policy(ctx, version.policy_id), version


def on_poster(ctx: Ctx, version_id: str, language: str) -> tuple[Policy, PolicyVersion, PolicyText]:
    """Return what a poster shows of a published version, or raise NotFound."""
    ctx.require(Permission.READ_POLICIES)
    version = policies.version(ctx, version_id)
    if version.published_at is None:
        raise NotFound
    return policies.policy(ctx, version.policy_id), version, policies.text(ctx, version_id, language)
