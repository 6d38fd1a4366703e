"""Policies, versions, assignments and acknowledgements in parts, for callers who walk through them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from app.authz import Permission
from app.context import Ctx
from app.errors import NotFound
from app.models import Acknowledgement, Assignment, Employment, Policy, PolicyText, PolicyVersion
from app.policies.rows import asked, policies
from app.policies.rules.assignment import AssignmentState
from app.roster import employment

After = tuple[str | int, str] | None

_ASSIGNMENTS: Any = sa.select(
    col(Assignment.id),
    col(Assignment.version_id),
    col(Assignment.person_id),
    asked.standing().label("state"),
    col(Assignment.due_on),
    col(Assignment.answered_at),
    col(Assignment.note),
    col(Assignment.reply),
    col(Assignment.excused_because),
)
_ACKNOWLEDGEMENTS: Any = sa.select(
    col(Acknowledgement.id),
    col(Acknowledgement.version_id),
    col(Acknowledgement.person_id),
    col(Acknowledgement.at),
    col(Acknowledgement.language),
    col(Acknowledgement.content_sha256),
    col(Acknowledgement.statement_sha256),
    col(Acknowledgement.method),
)


@dataclass(frozen=True, slots=True)
class AssignmentFilter:
    version_id: str | None = None
    person_id: str | None = None
    team_id: str | None = None
    state: AssignmentState | None = None


def policies_part(ctx: Ctx, after: After, limit: int) -> Sequence[Policy]:
    """Return up to ``limit`` + 1 policies, the oldest first, from behind the key ``after``."""
    ctx.require(Permission.READ_POLICIES)
    return ctx.session.scalars(_following(select(Policy), Policy, after, limit)).all()


def versions_part(ctx: Ctx, policy_id: str, after: After, limit: int) -> Sequence[PolicyVersion]:
    """Return up to ``limit`` + 1 versions of a policy, the oldest first, from behind the key ``after``."""
    ctx.require(Permission.READ_POLICIES)
    policies.policy(ctx, policy_id)
    wanted = select(PolicyVersion).where(PolicyVersion.policy_id == policy_id)
    return ctx.session.scalars(_following(wanted, PolicyVersion, after, limit)).all()


def one_policy(ctx: Ctx, policy_id: str) -> Policy:
    """Return one policy to those who may read policies."""
    ctx.require(Permission.READ_POLICIES)
    return policies.policy(ctx, policy_id)


def one_version(ctx: Ctx, version_id: str) -> PolicyVersion:
    """Return one version to those who may read policies."""
    ctx.require(Permission.READ_POLICIES)
    return policies.version(ctx, version_id)


def version_of(ctx: Ctx, permissions: Iterable[Permission], policy_id: str, version_id: str) -> PolicyVersion:
    """Return one version of this policy to a caller who holds all these permissions, or raise NotFound."""
    ctx.require(*permissions)
    found = policies.version(ctx, version_id)
    if found.policy_id != policy_id:
        raise NotFound
    return found


def one_text(ctx: Ctx, version_id: str, language: str) -> tuple[PolicyVersion, PolicyText]:
    """Return a version with its text in one language, or raise NotFound."""
    ctx.require(Permission.READ_POLICIES)
    return policies.version(ctx, version_id), policies.text(ctx, version_id, language)


def assignments_part(ctx: Ctx, wanted: AssignmentFilter, after: After, limit: int) -> Sequence[Any]:
    """Return up to ``limit`` + 1 assignments, by name of the person asked: only for those who may see names."""
    ctx.require_names(Permission.READ_ACKNOWLEDGEMENTS)
    statement = _ASSIGNMENTS
    for column, value in (
        (col(Assignment.version_id), wanted.version_id),
        (col(Assignment.person_id), wanted.person_id),
        (asked.standing(), wanted.state),
    ):
        statement = statement if value is None else statement.where(column == value)
    if wanted.team_id is not None:
        statement = statement.where(col(Assignment.person_id).in_(_in_team(ctx, wanted.team_id)))
    return ctx.session.execute(_following(statement, Assignment, after, limit)).all()


def acknowledgements_part(
    ctx: Ctx, policy_id: str, version_id: str | None, person_id: str | None, after: After, limit: int
) -> Sequence[Any]:
    """Return up to ``limit`` + 1 acknowledgements of a policy: only for those who may see names."""
    ctx.require_names(Permission.READ_ACKNOWLEDGEMENTS)
    policies.policy(ctx, policy_id)
    known = [version.id for version in policies.versions(ctx, policy_id)]
    of_versions = [version_id] if version_id in known else known if version_id is None else []
    statement = _ACKNOWLEDGEMENTS.where(col(Acknowledgement.version_id).in_(of_versions))
    if person_id is not None:
        statement = statement.where(col(Acknowledgement.person_id) == person_id)
    return ctx.session.execute(_following(statement, Acknowledgement, after, limit)).all()


def _in_team(ctx: Ctx, team_id: str) -> Any:
    return select(Employment.person_id).where(
        col(Employment.company_id) == ctx.company_id,
        col(Employment.team_id) == team_id,
        employment.not_over(ctx.today),
    )


def _following(statement: Any, model: Any, after: After, limit: int) -> Any:
    behind = statement if after is None else statement.where(col(model.id) > after[1])
    return behind.order_by(col(model.id)).limit(limit + 1)
