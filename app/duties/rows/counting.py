"""Counting duties by state, lateness and team: the statements, for any table of duties."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, Select, and_, bindparam, case, func, or_, select
from sqlmodel import col

from app.context import Ctx
from app.db.prepared import Prepared, in_company
from app.models import Person, Team
from app.roster.placement import absent_on, team_of

_TO_MINUTE = 16  # characters of "2026-12-01T08:15"


def in_all(model: Any, pending: Collection[StrEnum], which: Any, state: Any = None, by: Sequence[Any] = ()) -> Prepared:
    """Return the statement for how many stand where: rows of state, late, away and people, and of the columns ``by``.

    ``which`` is the condition on ``model`` that tells what is counted; ``today`` is a parameter. ``state`` is what is
    told of each, the column of that name if left out.
    """
    standing = _standing(model, _is_pending(model, pending), state).add_columns(*by)
    each = standing.where(in_company(model), which).subquery()
    return Prepared(select(each, func.count().label("people")).group_by(*each.c))


def by_team(model: Any, pending: Collection[StrEnum], which: Any, state: Any = None) -> Prepared:
    """Return the same by team of the latest employment: rows of team_id and unreached, too.

    ``unreached`` are pending people without an address.
    """
    is_pending = _is_pending(model, pending)
    address = select(col(Person.email)).where(in_company(Person), col(Person.id) == col(model.person_id))
    unreached = case((~is_pending, 0), (address.scalar_subquery().is_(None), 1), else_=0)
    team_id = team_of(col(model.person_id), bindparam("company_id")).label("team_id")
    each = _standing(model, is_pending, state).add_columns(team_id, unreached.label("unreached"))
    rows = each.where(in_company(model), which).subquery()
    return Prepared(select(rows, func.count().label("people")).group_by(*rows.c))


def per_minute(moments: Select[Any]) -> Prepared:
    """Return the statement for how many did something in which minute: rows of minute (ISO text, UTC) and people.

    ``moments`` selects canonical times as ``at``.
    """
    rows = moments.subquery()
    minute = func.substr(rows.c.at, 1, _TO_MINUTE)
    return Prepared(select(minute.label("minute"), func.count().label("people")).group_by(minute))


def team_names(ctx: Ctx) -> dict[str, str]:
    """Return what the teams of the company are called, by their ids."""
    return {team.id: team.name for team in _TEAMS(ctx.session)}


_TEAMS = Prepared(select(col(Team.id), col(Team.name)).where(in_company(Team)))


def _is_pending(model: Any, pending: Collection[StrEnum]) -> Any:
    return or_(*(col(model.state) == state for state in sorted(pending)))


def _standing(model: Any, is_pending: Any, state: Any) -> Select[Any]:
    today = bindparam("today", type_=Date())
    told: Any = (col(model.state) if state is None else state).label("state")
    late = case((and_(is_pending, col(model.due_on) < today), 1), else_=0)
    # Asked only of the pending: where everybody else is does not matter, and looking it up costs.
    away = case((~is_pending, 0), (absent_on(today, model), 1), else_=0)
    return select(told, late.label("late"), away.label("away"))
