"""A company's policy figures for people who work with several companies: counts only, never a name."""

from sqlalchemy import and_, func, or_, select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.models import Assignment, PolicyKind, PolicyVersion
from app.policies.rows import asked, policies
from app.policies.rules.assignment import READ, UNANSWERED
from app.policies.rules.version import VersionState
from app.roster.standing import Standing
from app.rules.small_groups import shown
from app.wording import N_

_IN_THE_MAKING = {
    None: (N_("The policy is not begun yet"), "wait"),
    VersionState.DRAFT: (N_("The policy is being written"), "wait"),
    VersionState.IN_APPROVAL: (N_("The policy waits for approval by the company"), "wait"),
    VersionState.APPROVED: (N_("The policy is approved and can be published"), "wait"),
    VersionState.WITHDRAWN: (N_("The policy was withdrawn"), "late"),
}


def standing(ctx: Ctx) -> Standing:
    """Return how many have read the policy and what it waits for; counts only for a caller who may see them."""
    latest = _latest_internal(ctx)
    may_see = ctx.actor.may(Permission.SUMMARISE_ACKNOWLEDGEMENTS)
    number, read = _answers(ctx, latest.id) if latest and may_see else (0, 0)
    done = shown(read, number, aggregate_only=not ctx.actor.sees_names) if may_see else None
    waits = waits_for(latest.state if latest else None, number, done)
    return Standing(N_("Have read the policy"), number, done, may_see, waits)


def waits_for(state: VersionState | None, number: int, done: int | None) -> tuple[str, str]:
    """Return what comes next, in the order in which things follow each other."""
    if state in _IN_THE_MAKING:
        return _IN_THE_MAKING[state]
    if done is None:
        return N_("The policy is published"), "info"
    if done < number:
        return N_("Not everybody has read the policy yet"), "info"
    return N_("Nothing"), "done"


def _latest_internal(ctx: Ctx) -> PolicyVersion | None:
    """Return the version people are asked to read now, else the newest one in the making."""
    current = policies.current_internal(ctx)
    if current:
        return current[0]
    internal = [policy.id for policy in policies.policies(ctx) if policy.kind is PolicyKind.INTERNAL]
    made = [version for policy_id in internal for version in policies.versions(ctx, policy_id)[:1]]
    return made[0] if made else None


def _answers(ctx: Ctx, version_id: str) -> tuple[int, int]:
    """Return how many were asked and how many of them have read and acknowledged."""
    answered = and_(col(Assignment.version_id) == version_id, col(Assignment.state).in_(READ))
    counted = ctx.session.execute(
        select(col(Assignment.state), func.count(col(Assignment.id)))
        .where(or_(answered, asked.unanswered(ctx, version_id, UNANSWERED)))
        .group_by(col(Assignment.state))
    )
    counts = {row[0]: int(row[1]) for row in counted}
    return sum(counts.values()), sum(counts.get(state, 0) for state in READ)
