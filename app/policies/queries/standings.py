"""Where each person stands with what is asked now, for lists of people: names only, so never for an agency."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.models import Assignment, Person
from app.policies.rows.coverage_statements import given, newest_in_line, still_counts
from app.policies.rows.published import published
from app.policies.rules.assignment import AssignmentState
from app.policies.rules.published import PublishedVersion

# Rows that need an answer come first: questions, refusals, late readers.
_RANKS = {
    AssignmentState.QUESTION: 0,
    AssignmentState.DECLINED: 1,
    AssignmentState.OPEN: 3,
    AssignmentState.EXCUSED: 4,
    AssignmentState.ACKNOWLEDGED: 5,
    AssignmentState.RECORDED_ON_PAPER: 5,
}
_LATE, _NOT_ASKED = 2, 6


def asked_now(ctx: Ctx) -> list[PublishedVersion]:
    """Return what people are asked to read now."""
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    return [version for version in published(ctx) if version.current]


def of_people(ctx: Ctx, asked: PublishedVersion, ids: Collection[str]) -> dict[str, Any]:
    """Return by person the newest of what was asked of them.

    Rows hold id, person_id, state, due_on, overdue and answered_at.
    """
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    wanted = select(
        col(Assignment.id),
        col(Assignment.person_id),
        col(Assignment.state),
        col(Assignment.due_on),
        (col(Assignment.due_on) < ctx.today).label("overdue"),
        col(Assignment.answered_at),
    ).where(col(Assignment.person_id).in_(ids), newest_in_line())
    rows = ctx.session.execute(wanted, {"company_id": ctx.company_id, **given(asked.line)})
    return {row.person_id: row for row in rows}


def rank(ctx: Ctx, asked: PublishedVersion) -> Any:
    """Return the subquery for the place of a person's standing in a list sorted by it."""
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    line = [one.id for one in published(ctx) if one.policy_id == asked.policy_id and one.major == asked.major]
    newest_first = {version_id: place for place, version_id in enumerate(line)}
    is_late = and_(col(Assignment.state) == AssignmentState.OPEN, col(Assignment.due_on) < ctx.today)
    ranked = case((is_late, _LATE), *((col(Assignment.state) == state, place) for state, place in _RANKS.items()))
    newest = (
        select(ranked)
        .where(
            col(Assignment.company_id) == col(Person.company_id),
            col(Assignment.person_id) == col(Person.id),
            col(Assignment.version_id).in_(line),
            still_counts(Assignment),
        )
        .order_by(case(newest_first, value=col(Assignment.version_id)))
        .limit(1)
        .correlate(Person)
    )
    return func.coalesce(newest.scalar_subquery(), _NOT_ASKED)
