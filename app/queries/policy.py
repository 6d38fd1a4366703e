"""Reading policies, versions and texts."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from app.authz import Role
from app.context import Ctx
from app.db.prepared import Prepared, in_company
from app.errors import NotFound
from app.models import (
    Policy,
    PolicyKind,
    PolicyTeam,
    PolicyText,
    PolicyVersion,
    RoleGrant,
    VersionAuthor,
)
from app.rules.policy_version import VersionState

# A published version can be read; it is in force from its day on.
READABLE = (VersionState.SCHEDULED, VersionState.IN_FORCE)

_SHOWN = Prepared(
    sa.select(
        col(PolicyVersion.policy_id),
        col(PolicyVersion.state),
        col(PolicyVersion.published_at),
        col(PolicyVersion.content_sha256),
        col(PolicyText.statement_sha256),
    ).where(
        in_company(PolicyVersion),
        in_company(PolicyText),
        col(PolicyVersion.id) == bindparam("version_id"),
        col(PolicyText.version_id) == col(PolicyVersion.id),
        col(PolicyText.language) == bindparam("language"),
    )
)


def policies(ctx: Ctx) -> Sequence[Policy]:
    """Return all policies of the company, the oldest first."""
    return ctx.session.scalars(select(Policy).order_by(col(Policy.id))).all()


def policy(ctx: Ctx, policy_id: str) -> Policy:
    """Return one policy of this company, or raise NotFound."""
    found = ctx.session.get(Policy, (ctx.company_id, policy_id))
    if found is None:
        raise NotFound
    return found


def version(ctx: Ctx, version_id: str) -> PolicyVersion:
    """Return one version of this company, or raise NotFound."""
    found = ctx.session.get(PolicyVersion, (ctx.company_id, version_id))
    if found is None:
        raise NotFound
    return found


def versions(ctx: Ctx, policy_id: str) -> Sequence[PolicyVersion]:
    """Return the versions of a policy, the newest first."""
    wanted = select(PolicyVersion).where(PolicyVersion.policy_id == policy_id)
    return ctx.session.scalars(wanted.order_by(col(PolicyVersion.id).desc())).all()


def texts(ctx: Ctx, version_id: str) -> dict[str, PolicyText]:
    """Return the texts of a version by language."""
    wanted = select(PolicyText).where(PolicyText.version_id == version_id).order_by(PolicyText.language)
    return {text.language: text for text in ctx.session.scalars(wanted)}


def shown(ctx: Ctx, version_id: str, language: str) -> Any:
    """Return what is on show of a version in one language, with its hashes; NotFound if nothing is published."""
    row = _SHOWN.one(ctx.session, version_id=version_id, language=language)
    if row is None or row.published_at is None:
        raise NotFound
    return row


def audience(ctx: Ctx, policy_id: str) -> list[str]:
    """Return the ids of the teams a policy is for; empty means everybody."""
    return list(ctx.session.scalars(select(PolicyTeam.team_id).where(PolicyTeam.policy_id == policy_id)))


def latest_published(ctx: Ctx, policy_id: str) -> PolicyVersion | None:
    """Return the version that people are asked to read now."""
    wanted = select(PolicyVersion).where(
        PolicyVersion.policy_id == policy_id,
        col(PolicyVersion.state).in_(READABLE),
        col(PolicyVersion.published_at).is_not(None),
    )
    return ctx.session.scalars(
        wanted.order_by(col(PolicyVersion.major).desc(), col(PolicyVersion.minor).desc())
    ).first()


def current_internal(ctx: Ctx) -> list[PolicyVersion]:
    """Return, for every internal policy, the version that people are asked to read now."""
    internal = ctx.session.scalars(select(Policy.id).where(Policy.kind == PolicyKind.INTERNAL))
    found = (latest_published(ctx, policy_id) for policy_id in internal.all())
    return [version for version in found if version is not None]


def authors(ctx: Ctx, version_id: str) -> set[str]:
    """Return the ids of everybody who wrote on a version."""
    return set(ctx.session.scalars(select(VersionAuthor.actor_id).where(VersionAuthor.version_id == version_id)))


def owners(ctx: Ctx) -> set[str]:
    """Return the ids of the people who own the company."""
    return set(ctx.session.scalars(select(RoleGrant.person_id).where(RoleGrant.role == Role.OWNER)))
