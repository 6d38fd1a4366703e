"""What coverage counts: each person once, by the newest of what was asked of them in one line (2.0, 2.1, …)."""

from typing import Any

from sqlalchemy import Integer, String, and_, bindparam, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.context import Ctx
from app.db.prepared import Prepared, in_company
from app.duties.rows import counting
from app.models import Acknowledgement, Assignment, PolicyVersion
from app.policies.rules.assignment import CLOSED, PENDING, UNANSWERED
from app.policies.rules.published import Line


def in_all(ctx: Ctx, line: Line) -> list[Any]:
    """Return how many people stand where: rows of state, late, away and people."""
    return _counted(ctx, line, _IN_ALL, _IN_ALL_OF_LINE)


def by_team(ctx: Ctx, line: Line) -> list[Any]:
    """Return the same by team: rows of team_id, state, late, away, unreached and people."""
    return _counted(ctx, line, _BY_TEAM, _BY_TEAM_OF_LINE)


def per_minute(ctx: Ctx, line: Line) -> list[Any]:
    """Return how many people first acknowledged in which minute: rows of minute (ISO text, UTC) and people."""
    if line.minor:
        return _PER_MINUTE_OF_LINE(ctx.session, **given(line))
    return _PER_MINUTE(ctx.session, version_id=line.version_id)


def given(line: Line) -> dict[str, Any]:
    """Return the parameters that tell a line."""
    return {"policy_id": line.policy_id, "major": line.major, "minor": line.minor}


def newest_in_line() -> Any:
    """Return the condition that an assignment is the newest that its person has in a line, closed ones left out.

    The line is told by the parameters ``company_id``, ``policy_id``, ``major`` and ``minor``.
    """
    later: Any = aliased(Assignment)
    newer: Any = aliased(PolicyVersion)
    own: Any = aliased(PolicyVersion)
    asked_later = select(later.id).where(
        in_company(later),
        later.person_id == col(Assignment.person_id),
        still_counts(later),
        in_company(newer),
        newer.id == later.version_id,
        _in_line(newer),
        in_company(own),
        own.id == col(Assignment.version_id),
        newer.minor > own.minor,
    )
    version: Any = aliased(PolicyVersion)
    versions = select(version.id).where(in_company(version), _in_line(version))
    return and_(
        col(Assignment.version_id).in_(versions),
        still_counts(Assignment),
        ~exists(asked_later.correlate(Assignment)),
    )


def still_counts(assignment: Any) -> Any:
    """Return the condition that an assignment was not closed without an answer."""
    return and_(*(assignment.state != state for state in CLOSED))


def _in_line(version: Any) -> Any:
    return and_(
        version.policy_id == bindparam("policy_id", type_=String()),
        version.major == bindparam("major", type_=Integer()),
        version.minor <= bindparam("minor", type_=Integer()),
    )


def _counted(ctx: Ctx, line: Line, alone: Prepared, of_line: Prepared) -> list[Any]:
    """Count a version that amends none by itself: nobody is asked for it twice, so no other row is looked for."""
    if line.minor:
        rows = of_line(ctx.session, today=ctx.today, **given(line))
    else:
        rows = alone(ctx.session, today=ctx.today, version_id=line.version_id)
    return [row for row in rows if line.asked or row.state not in UNANSWERED]


_ALONE = col(Assignment.version_id) == bindparam("version_id")
_IN_ALL, _IN_ALL_OF_LINE = (counting.in_all(Assignment, PENDING, which) for which in (_ALONE, newest_in_line()))
_BY_TEAM, _BY_TEAM_OF_LINE = (counting.by_team(Assignment, PENDING, which) for which in (_ALONE, newest_in_line()))
_PER_MINUTE = counting.per_minute(
    select(col(Acknowledgement.at).label("at")).where(
        in_company(Acknowledgement), col(Acknowledgement.version_id) == bindparam("version_id")
    )
)
_PER_MINUTE_OF_LINE = counting.per_minute(
    select(func.min(col(Acknowledgement.at)).label("at"))
    .where(
        in_company(Acknowledgement),
        in_company(PolicyVersion),
        col(PolicyVersion.id) == col(Acknowledgement.version_id),
        _in_line(PolicyVersion),
    )
    .group_by(col(Acknowledgement.person_id))
)
