"""How many hours of training were recognised: for whoever sees counts, names apart.

For those who see no names small groups are hidden, and so many more that none can be told by subtracting.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.duties.rows.counting import team_names
from app.models import RecognisedMinutes
from app.roster.placement import team_of
from app.rules.small_groups import shown, shown_groups
from app.training.rows import hours as rows
from app.training.rows.hours import MonthHours
from app.training.rules.hours import MinutesKind

MOST_MONTHS = 24


@dataclass(frozen=True, slots=True)
class ShownMonth:
    """A month as the viewer may know it: ``minutes`` and ``people`` are None where too few have hours.

    ``by_kind`` is for those who see names alone.
    """

    month: date
    closed_at: datetime | None
    people: int | None
    minutes: int | None
    by_kind: dict[MinutesKind, int] | None


@dataclass(frozen=True, slots=True)
class TeamHours:
    """What the people of a team have in a month; None for groups that are too small. Without a name: in no team."""

    name: str
    people: int | None
    minutes: int | None


def months(ctx: Ctx) -> list[ShownMonth]:
    """Return the newest months, the last one first."""
    ctx.require(Permission.READ_TRAINING)
    return [_shown(ctx, one) for one in rows.months(ctx, None, MOST_MONTHS)]


def month(ctx: Ctx, wanted: date) -> ShownMonth:
    """Return one month; NotFound if nothing was ever booked into it and nobody closed it."""
    ctx.require(Permission.READ_TRAINING)
    return _shown(ctx, rows.one_month(ctx, wanted))


def teams(ctx: Ctx, wanted: date) -> list[TeamHours]:
    """Return what each team has in a month, by name, people in none last. Erased people are in no team."""
    ctx.require(Permission.READ_TRAINING)
    found = _by_team(ctx, wanted)
    minutes: dict[str, int | None] = {row.team_id: row.minutes for row in found}
    if not _sees_names(ctx):
        minutes = shown_groups({row.team_id: (row.minutes, row.people) for row in found})
    names = team_names(ctx)
    shown_so = [_team(names.get(row.team_id, ""), row.people, minutes[row.team_id]) for row in found]
    return sorted(shown_so, key=lambda team: (not team.name, team.name))


def _sees_names(ctx: Ctx) -> bool:
    """Tell whether the actor may see whose hours these are."""
    return ctx.actor.may_see_names(Permission.READ_HOURS)


def _team(name: str, people: int, minutes: int | None) -> TeamHours:
    return TeamHours(name, None if minutes is None else people, minutes)


def _shown(ctx: Ctx, found: MonthHours) -> ShownMonth:
    named = _sees_names(ctx)
    minutes = shown(found.minutes, found.people, aggregate_only=not named)
    people = shown(found.people, found.people, aggregate_only=not named)
    return ShownMonth(found.month, found.closed_at, people, minutes, found.by_kind if named else None)


def _by_team(ctx: Ctx, wanted: date) -> list[Any]:
    """Return team_id (empty for none), people and minutes of each team with hours in a month.

    Each person is summed up before the team is looked for, once and not for every entry.
    """
    person_id, minutes = col(RecognisedMinutes.person_id), func.sum(col(RecognisedMinutes.minutes)).label("minutes")
    each = select(person_id, minutes).where(col(RecognisedMinutes.month) == wanted).group_by(person_id).subquery()
    team_id = func.coalesce(team_of(each.c.person_id, ctx.company_id), "").label("team_id")
    placed = select(team_id, each.c.minutes).subquery()
    columns: list[Any] = [placed.c.team_id, func.count().label("people"), func.sum(placed.c.minutes).label("minutes")]
    found = ctx.session.execute(select(*columns).group_by(placed.c.team_id)).all()
    return list(found)
