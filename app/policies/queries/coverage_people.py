"""The named lists behind the counts: who still has to answer, who was asked, who has a question."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.duties.rows import owing
from app.duties.rows.owing import Key, in_part
from app.errors import NotFound
from app.models import Assignment, Person, Policy, PolicyVersion
from app.policies.queries.coverage import published
from app.policies.rows.asked import is_amended, owed
from app.policies.rows.coverage_statements import given, newest_in_line
from app.policies.rows.notices import ASSIGNMENTS
from app.policies.rows.published import version
from app.policies.rules.assignment import TO_RESOLVE, UNANSWERED, AssignmentState
from app.policies.rules.published import PublishedVersion
from app.roster.placement import team_name_of, team_of

_BEFORE_ALL: Key = ("", "")


def pending(
    ctx: Ctx, asked: PublishedVersion, limit: int, after: Key | None = None, team_id: str | None = None
) -> list[Any]:
    """Return up to ``limit`` of those who still have to answer and are not absent today, by name.

    They come from behind the key (name, person id).

    Rows hold assignment_id, person_id, name, has_email, team, state, due_on, overdue, answered_at,
    reminders_sent and last_reminded_at.
    """
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    wanted = in_part(_people(ctx), limit, after).where(*owed(ctx, asked.id))
    if team_id is not None:
        wanted = wanted.where(team_of(col(Person.id), col(Person.company_id)) == team_id)
    return list(ctx.session.execute(wanted))


def pending_in(ctx: Ctx, version_id: str, limit: int, after: Key | None, team_id: str | None) -> list[Any]:
    """Do the same for the id of a version; NotFound if it is not published."""
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    return pending(ctx, version(ctx, version_id), limit, after, team_id)


def pending_among(ctx: Ctx, asked: PublishedVersion, person_ids: Collection[str]) -> list[Any]:
    """Return those of these people who still have to answer, in any order; rows as in ``pending``."""
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    wanted = _people(ctx).where(*owed(ctx, asked.id), col(Assignment.person_id).in_(person_ids))
    return list(ctx.session.execute(wanted))


def everybody(ctx: Ctx, asked: PublishedVersion, limit: int, after: Key | None = None) -> list[Any]:
    """Return up to ``limit`` of all who answered or still have to; order and rows as in ``pending``."""
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    # Without a key SQLite begins with the assignments and sorts them all; from a key on it reads by name.
    wanted = in_part(_people(ctx), limit, after or _BEFORE_ALL).where(newest_in_line())
    if not asked.asked:
        wanted = wanted.where(col(Assignment.state).not_in(UNANSWERED))
    return list(ctx.session.execute(wanted, {"company_id": ctx.company_id, **given(asked.line)}))


def questions(ctx: Ctx, limit: int, after: Key | None = None) -> list[Any]:
    """Return up to ``limit`` questions and refusals about what people are asked to read now, the oldest first.

    ``after`` is the key (answered_at as ISO text, assignment id). Rows hold id, version_id, person, team, policy,
    state, note, excused_because, due_on and answered_at.
    """
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    wanted = (
        _answers()
        .where(_to_resolve(published(ctx)))
        .order_by(col(Assignment.answered_at), col(Assignment.id))
        .limit(limit)
    )
    if after is not None:
        place = (datetime.fromisoformat(after[0]), after[1])
        wanted = wanted.where(tuple_(col(Assignment.answered_at), col(Assignment.id)) > place)
    return list(ctx.session.execute(wanted))


def assignment(ctx: Ctx, assignment_id: str) -> Any:
    """Return one assignment with its person; row as in ``questions``. NotFound if there is none."""
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    row = ctx.session.execute(_answers().where(col(Assignment.id) == assignment_id)).first()
    if row is None:
        raise NotFound
    return row


def _answers() -> Select[Any]:
    return select(
        col(Assignment.id),
        col(Assignment.version_id),
        col(Person.name).label("person"),
        team_name_of(Person).label("team"),
        col(Policy.name).label("policy"),
        col(Assignment.state),
        col(Assignment.note),
        col(Assignment.excused_because),
        col(Assignment.due_on),
        col(Assignment.answered_at),
    ).where(
        col(Person.company_id) == col(Assignment.company_id),
        col(Person.id) == col(Assignment.person_id),
        col(PolicyVersion.company_id) == col(Assignment.company_id),
        col(PolicyVersion.id) == col(Assignment.version_id),
        col(Policy.company_id) == col(PolicyVersion.company_id),
        col(Policy.id) == col(PolicyVersion.policy_id),
    )


def _to_resolve(versions: Sequence[PublishedVersion]) -> ColumnElement[bool]:
    """Return the condition for a question or refusal about what people read now, or a question that will go along."""
    newest = {version.policy_id: version for version in versions if version.asked}
    now = [version.id for version in newest.values()]
    older = [version for version in versions if version.policy_id in newest and not version.asked]
    now += [version.id for version in older if is_amended(version, newest[version.policy_id])]
    return or_(
        and_(col(Assignment.version_id).in_(now), col(Assignment.state).in_(TO_RESOLVE)),
        and_(
            col(Assignment.version_id).in_([version.id for version in older]),
            col(Assignment.state) == AssignmentState.QUESTION,
        ),
    )


def _people(ctx: Ctx) -> Select[Any]:
    return owing.facts(ctx, ASSIGNMENTS).add_columns(col(Assignment.state), col(Assignment.answered_at))
