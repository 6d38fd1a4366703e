"""All policies of a company at a glance, and one policy with its versions: where it stands and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from app.authz import Permission, Role
from app.context import Ctx
from app.models import AuditEvent, Policy, PolicyAudience, PolicyKind, PolicyVersion, PostingRecord, Site, Team
from app.policies.rows import policies, postings
from app.policies.rows.authorship import is_sole_author
from app.policies.rules.version import VersionState
from app.roster import lists


class NextStep(StrEnum):
    """The one thing to do about a policy now; the last three are for nobody."""

    WRITE = "write"
    FINISH = "finish"
    APPROVE = "approve"
    PUBLISH = "publish"
    POST = "post"
    WAIT_FOR_APPROVAL = "wait_for_approval"
    WAIT_FOR_DAY = "wait_for_day"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A policy with its newest version and the one in force, either of which may be missing."""

    policy: Policy
    newest: PolicyVersion | None
    in_force: PolicyVersion | None
    next_step: NextStep

    @property
    def concerned(self) -> PolicyVersion | None:
        """Return the version that the next step is about."""
        return self.in_force if self.next_step is NextStep.POST else self.newest


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a policy is for: names of teams and sites, roles, and codes of languages; all empty for everybody."""

    places: list[str]
    roles: list[Role]
    languages: list[str]


@dataclass(frozen=True, slots=True)
class PolicyPage:
    line: PolicyLine
    versions: Sequence[PolicyVersion]
    audience: Audience
    postings: Sequence[Any]
    languages: list[str]
    acts: list[Any]
    names: dict[str, str]


def overview(ctx: Ctx) -> list[PolicyLine]:
    """Return all policies, the oldest first, each with what to do next."""
    ctx.require(Permission.READ_POLICIES)
    versions: dict[str, list[PolicyVersion]] = {}
    for version in ctx.session.scalars(select(PolicyVersion).order_by(col(PolicyVersion.id).desc())):
        versions.setdefault(version.policy_id, []).append(version)
    posted = set(ctx.session.scalars(select(PostingRecord.version_id).where(col(PostingRecord.ends_on).is_(None))))
    return [_line(ctx, policy, versions.get(policy.id, []), posted) for policy in policies.policies(ctx)]


def with_places(ctx: Ctx) -> tuple[list[PolicyLine], dict[str, Any]]:
    """Return the same with all teams and sites: a new policy may be for some of them."""
    ctx.require(Permission.READ_POLICIES)
    return overview(ctx), lists.teams_and_sites(ctx)


def policy_page(ctx: Ctx, policy_id: str) -> PolicyPage:
    """Return one policy with its versions, newest first, where they hang, and the history of the newest."""
    ctx.require(Permission.READ_POLICIES)
    policy = policies.policy(ctx, policy_id)
    versions = policies.versions(ctx, policy_id)
    records = postings.of_versions(ctx, [version.id for version in versions])
    line = _line(ctx, policy, versions, {record.version_id for record in records if record.ends_on is None})
    acts = _history(ctx, versions[0].id) if versions else []
    actors = {act.actor_id for act in acts} | {record.recorded_by for record in records}
    on_paper = line.in_force or policies.latest_published(ctx, policy_id)
    return PolicyPage(
        line=line,
        versions=versions,
        audience=_audience(ctx, policy_id),
        postings=records,
        languages=list(policies.texts(ctx, on_paper.id)) if on_paper else [],
        acts=acts,
        names=policies.actor_names(ctx, actors) if ctx.actor.sees_names else {},
    )


def waiting(ctx: Ctx) -> list[PolicyLine]:
    """Return the policies with a version that waits for approval or, once approved, to be published."""
    ctx.require(Permission.READ_POLICIES)
    steps = {NextStep.APPROVE, NextStep.WAIT_FOR_APPROVAL, NextStep.PUBLISH}
    return [line for line in overview(ctx) if line.next_step in steps]


def _history(ctx: Ctx, version_id: str) -> list[Any]:
    """Return the steps of a version's life, the oldest first: at, action, actor_kind, actor_id, data.

    Neither single edits nor what is done about its readers, such as reminders.
    """
    wanted = sa.select(
        col(AuditEvent.at),
        col(AuditEvent.action),
        col(AuditEvent.actor_kind),
        col(AuditEvent.actor_id),
        col(AuditEvent.data),
    )
    steps = (
        col(AuditEvent.subject_id) == version_id,
        col(AuditEvent.action).startswith("policy_version:"),
        col(AuditEvent.action) != "policy_version:changed",
    )
    return list(ctx.session.execute(wanted.where(*steps).order_by(col(AuditEvent.id))).all())


def _line(ctx: Ctx, policy: Policy, versions: Sequence[PolicyVersion], posted: set[str]) -> PolicyLine:
    newest = versions[0] if versions else None
    holding = next((version for version in versions if version.state is VersionState.IN_FORCE), None)
    return PolicyLine(policy, newest, holding, _next_step(ctx, policy, newest, holding, posted))


def _next_step(
    ctx: Ctx, policy: Policy, newest: PolicyVersion | None, holding: PolicyVersion | None, posted: set[str]
) -> NextStep:
    if newest is None or newest.state is VersionState.WITHDRAWN:
        return NextStep.WRITE
    if newest.state is VersionState.DRAFT:
        return NextStep.FINISH
    if newest.state is VersionState.IN_APPROVAL:
        return NextStep.APPROVE if _may_approve(ctx, newest) else NextStep.WAIT_FOR_APPROVAL
    if newest.state is VersionState.APPROVED:
        return NextStep.PUBLISH if ctx.actor.may(Permission.PUBLISH_POLICIES) else NextStep.NOTHING
    if holding and holding.disciplinary and holding.id not in posted and policy.kind is PolicyKind.INTERNAL:
        return NextStep.POST if ctx.actor.may(Permission.PUBLISH_POLICIES) else NextStep.NOTHING
    return NextStep.WAIT_FOR_DAY if newest.state is VersionState.PUBLISHED else NextStep.NOTHING


def _may_approve(ctx: Ctx, version: PolicyVersion) -> bool:
    return ctx.actor.may(Permission.APPROVE_POLICIES) and not is_sole_author(ctx, version.id)


def _audience(ctx: Ctx, policy_id: str) -> Audience:
    rows = ctx.session.scalars(select(PolicyAudience).where(col(PolicyAudience.policy_id) == policy_id)).all()
    return Audience(
        places=_names(ctx, Team, [row.team_id for row in rows]) + _names(ctx, Site, [row.site_id for row in rows]),
        roles=sorted(row.role for row in rows if row.role),
        languages=sorted(row.language for row in rows if row.language),
    )


def _names(ctx: Ctx, kind: Any, ids: list[str | None]) -> list[str]:
    wanted = select(col(kind.name)).where(col(kind.id).in_([one for one in ids if one]))
    return list(ctx.session.scalars(wanted.order_by(col(kind.name))))
