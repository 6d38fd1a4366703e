"""Whom a version is for, and who of them still has to be asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import col, select

from app.context import Ctx
from app.models import Assignment, Employment, PolicyAudience, PolicyKind, PolicyVersion
from app.policies.rows import asked, policies
from app.policies.rules.assignment import SETTLED, UNANSWERED, AssignmentState
from app.policies.rules.version import VersionState
from app.roster.audience import members, works_in


@dataclass(frozen=True, slots=True)
class Consequences:
    """What publishing a version does.

    ``audience`` are all the people it is for, ``asked`` those who will have to read it, ``still_open`` those who have
    not answered the version before or do not agree with it, ``declined`` the latter alone; ``superseded`` is the
    version in force that it replaces, if any.
    """

    audience: int
    asked: int
    still_open: int
    declined: int
    takes_effect_on: date
    superseded: PolicyVersion | None


def people(ctx: Ctx, policy_id: str, following: str, limit: int) -> Sequence[Any]:
    """Return person_id and starts_on of the next people in the audience, in order of their id."""
    wanted = _members(ctx, policy_id).where(col(Employment.person_id) > following)
    return ctx.session.execute(wanted.order_by(col(Employment.person_id)).limit(limit)).all()


def person(ctx: Ctx, policy_id: str, person_id: str) -> Sequence[Any]:
    """Return the same of one person, or nothing if they are not in the audience."""
    return ctx.session.execute(_members(ctx, policy_id).where(col(Employment.person_id) == person_id)).all()


def among(ctx: Ctx, policy_id: str, person_ids: Collection[str]) -> set[str]:
    """Return those of these people who are in the audience."""
    wanted = select(Employment.person_id).where(col(Employment.person_id).in_(list(person_ids)))
    return set(ctx.session.scalars(wanted.where(_in_audience(ctx, policy_id))))


def answered_in_line(ctx: Ctx, version: PolicyVersion, person_ids: Collection[str]) -> set[str]:
    """Return those of these people who answered another version of the same line."""
    wanted = _answered_another(ctx, version).where(col(Assignment.person_id).in_(list(person_ids)))
    return set(ctx.session.scalars(wanted))


def consequences(ctx: Ctx, version: PolicyVersion) -> Consequences:
    """Return in numbers what would follow if this approved version were published now."""
    audience = _count(ctx, select(_people()).where(_in_audience(ctx, version.policy_id)))
    answered = col(Employment.person_id).in_(_answered_another(ctx, version))
    spared = select(_people()).where(answered, _in_audience(ctx, version.policy_id))
    internal = policies.policy(ctx, version.policy_id).kind is PolicyKind.INTERNAL
    return Consequences(
        audience=audience,
        asked=audience - _count(ctx, spared) if internal else 0,
        still_open=_unanswered(ctx, version.policy_id, *UNANSWERED) if internal else 0,
        declined=_unanswered(ctx, version.policy_id, AssignmentState.DECLINED) if internal else 0,
        takes_effect_on=max(version.effective_on, ctx.today),
        superseded=policies.in_force(ctx, version.policy_id),
    )


def earlier_than(version: PolicyVersion) -> ColumnElement[bool]:
    """Return the condition that a version of the same policy has a lower label than this one."""
    major, minor = col(PolicyVersion.major), col(PolicyVersion.minor)
    lower = or_(major < version.major, and_(major == version.major, minor < version.minor))
    return and_(col(PolicyVersion.policy_id) == version.policy_id, lower)


def earlier(ctx: Ctx, version: PolicyVersion, *states: VersionState) -> Sequence[PolicyVersion]:
    """Return the versions with a lower label that are in one of these states, the lowest first."""
    wanted = select(PolicyVersion).where(earlier_than(version), col(PolicyVersion.state).in_(states))
    return ctx.session.scalars(wanted.order_by(col(PolicyVersion.major), col(PolicyVersion.minor))).all()


def _members(ctx: Ctx, policy_id: str) -> Any:
    return members(ctx, PolicyAudience, col(PolicyAudience.policy_id) == policy_id)


def _in_audience(ctx: Ctx, policy_id: str) -> ColumnElement[bool]:
    return works_in(ctx, PolicyAudience, col(PolicyAudience.policy_id) == policy_id)


def _answered_another(ctx: Ctx, version: PolicyVersion) -> Any:
    return select(Assignment.person_id).where(
        col(Assignment.company_id) == ctx.company_id,
        col(PolicyVersion.company_id) == col(Assignment.company_id),
        col(PolicyVersion.id) == col(Assignment.version_id),
        col(PolicyVersion.policy_id) == version.policy_id,
        col(PolicyVersion.major) == version.major,
        col(PolicyVersion.id) != version.id,
        col(Assignment.state).in_(SETTLED),
    )


def _unanswered(ctx: Ctx, policy_id: str, *states: AssignmentState) -> int:
    """Count who has not answered what they are asked to read now."""
    version = policies.latest_published(ctx, policy_id)
    if version is None:
        return 0
    return _count(ctx, select(func.count(col(Assignment.id))).where(asked.unanswered(ctx, version.id, states)))


def _people() -> Any:
    return func.count(col(Employment.person_id).distinct())


def _count(ctx: Ctx, wanted: Any) -> int:
    return int(ctx.session.execute(wanted).scalar_one())
