"""The versions that people were asked to read."""

from sqlalchemy import func, select
from sqlmodel import col

from app.context import Ctx
from app.db.prepared import Prepared, in_company
from app.errors import NotFound
from app.models import Policy, PolicyKind, PolicyVersion
from app.policies.rules.published import PublishedVersion
from app.policies.rules.version import ON_SHOW

_PUBLISHED = Prepared(
    select(
        col(PolicyVersion.id),
        col(PolicyVersion.policy_id),
        col(Policy.name).label("policy"),
        col(PolicyVersion.major),
        col(PolicyVersion.minor),
        col(PolicyVersion.state),
        col(PolicyVersion.effective_on),
        col(PolicyVersion.published_at),
        col(PolicyVersion.disciplinary),
        func.min(col(PolicyVersion.published_at))
        .over(partition_by=(col(PolicyVersion.policy_id), col(PolicyVersion.major)))
        .label("line_published_at"),
    )
    .where(
        in_company(Policy),
        in_company(PolicyVersion),
        col(Policy.id) == col(PolicyVersion.policy_id),
        col(Policy.kind) == PolicyKind.INTERNAL,
        col(PolicyVersion.published_at).is_not(None),
    )
    .order_by(col(Policy.id), col(PolicyVersion.major).desc(), col(PolicyVersion.minor).desc())
)


def published(ctx: Ctx) -> list[PublishedVersion]:
    """Return every version of an internal policy that people were asked to read, the newest of each policy first."""
    rows = _PUBLISHED(ctx.session)
    newest = {row.policy_id: row.id for row in reversed(rows) if row.state in ON_SHOW}
    return [PublishedVersion(**row._asdict(), asked=newest.get(row.policy_id) == row.id) for row in rows]


def version(ctx: Ctx, version_id: str) -> PublishedVersion:
    """Return a published version, or raise NotFound."""
    asked = next((one for one in published(ctx) if one.id == version_id), None)
    if asked is None:
        raise NotFound
    return asked
