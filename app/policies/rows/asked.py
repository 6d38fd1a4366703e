"""What people are asked to read now.

A publication is settled a thousand people at a time (services/asking.py). These conditions are right before, while
and after that is done: nobody waits for what people are not asked to read any more, and people who were asked for a
version that the newest one merely amends wait for the newest.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from app.context import Ctx
from app.models import Assignment, PolicyVersion
from app.policies.rows import policies
from app.policies.rules.assignment import PENDING, UNANSWERED, AssignmentState
from app.policies.rules.version import ON_SHOW, VersionState
from app.roster.placement import absent_on


def is_amended(older: Any, version: Any) -> bool:
    """Tell whether ``version`` is a minor one after ``older``, so that people who have not read the older read this."""
    same = older.policy_id == version.policy_id and older.major == version.major
    return bool(same and older.minor < version.minor and older.state is not VersionState.WITHDRAWN)


def asks(ctx: Ctx, version_id: str) -> bool:
    """Tell whether people are asked to read this version now, or one that amends it."""
    version = policies.version(ctx, version_id)
    newest = policies.latest_published(ctx, version.policy_id)
    return newest is not None and (newest is version or is_amended(version, newest))


def unanswered(ctx: Ctx, version_id: str, states: Collection[AssignmentState] = PENDING) -> ColumnElement[bool]:
    """Return the condition that an assignment is in one of these states and asks for this version now."""
    version = ctx.session.get(PolicyVersion, (ctx.company_id, version_id))
    newest = policies.latest_published(ctx, version.policy_id) if version else None
    if newest is None or newest is not version:
        return col(Assignment.version_id).in_([])
    of_it = col(Assignment.version_id) == version_id
    amended = [one.id for one in policies.versions(ctx, version.policy_id) if is_amended(one, version)]
    if amended:
        of_it = or_(of_it, and_(col(Assignment.version_id).in_(amended), ~is_asked(version_id)))
    return and_(of_it, col(Assignment.state).in_(states))


def owed(ctx: Ctx, version_id: str, states: Collection[AssignmentState] = PENDING) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that an assignment asks for this version now, and its person is not absent today."""
    return unanswered(ctx, version_id, states), ~absent_on(ctx.today, Assignment)


def has_a_question() -> ColumnElement[bool]:
    """Return the condition for an open or answered question, which moves along to the next version."""
    answered = and_(col(Assignment.state) == AssignmentState.OPEN, col(Assignment.reply) != "")
    return or_(col(Assignment.state) == AssignmentState.QUESTION, answered)


def standing() -> ColumnElement[AssignmentState]:
    """Return the state of an assignment as it is once its publication, or withdrawal, is settled."""
    own: Any = aliased(PolicyVersion)
    newer: Any = aliased(PolicyVersion)
    of_own = (own.company_id == col(Assignment.company_id), own.id == col(Assignment.version_id))
    taken_back = select(own.id).where(*of_own, own.state == VersionState.WITHDRAWN)
    replaced = select(newer.id).where(
        *of_own,
        newer.company_id == own.company_id,
        newer.policy_id == own.policy_id,
        newer.major > own.major,
        or_(*(newer.state == state for state in ON_SHOW)),
    )
    waits = or_(*(col(Assignment.state) == state for state in UNANSWERED))
    return case(
        (~waits, col(Assignment.state)),
        (taken_back.correlate(Assignment).exists(), AssignmentState.CANCELLED),
        (and_(~has_a_question(), replaced.correlate(Assignment).exists()), AssignmentState.SUPERSEDED),
        else_=col(Assignment.state),
    )


def is_asked(version_id: str) -> ColumnElement[bool]:
    """Return the condition that the person of an assignment is asked for this version itself."""
    own: Any = aliased(Assignment)
    asked = select(own.id).where(
        own.company_id == col(Assignment.company_id),
        own.version_id == version_id,
        own.person_id == col(Assignment.person_id),
    )
    return asked.correlate(Assignment).exists()
