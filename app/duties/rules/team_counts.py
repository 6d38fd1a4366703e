"""Counts by team, and what of them an actor may know who sees no names."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from app.rules.small_groups import MINIMUM_GROUP, shown_groups


@dataclass(frozen=True, slots=True)
class Counted:
    """People by where they stand with a duty: the pillar adds its own figures.

    ``asked`` leaves out the absent and those of whom nothing is expected. ``away`` still owe an answer but are absent
    today: they are counted nowhere else.
    """

    asked: int = 0
    away: int = 0


C = TypeVar("C", bound=Counted)


@dataclass(frozen=True, slots=True)
class TeamCounts(Generic[C]):
    """One team, or people who are in none. ``counts`` is None where the viewer may not see so small a group.

    ``without_email`` are those of the pending whom no mail reaches: they need a printed invitation.
    """

    team_id: str | None
    name: str
    counts: C | None
    without_email: int


def by_team(rows: Iterable[Any], names: Mapping[str, str], summed: Callable[[Iterable[Any]], C]) -> list[TeamCounts[C]]:
    """Sum up rows of ``duties.rows.counting.by_team``: the teams that were asked, by name, people without one last."""
    of_teams: dict[str | None, list[Any]] = defaultdict(list)
    for row in rows:
        of_teams[row.team_id].append(row)
    found = [
        TeamCounts(team_id, names.get(team_id or "", ""), summed(of_team), _unreached(of_team))
        for team_id, of_team in of_teams.items()
    ]
    asked = [team for team in found if team.counts and team.counts.asked]
    return sorted(asked, key=lambda team: (team.team_id is None, team.name))


def shown_counts(counts: C, *, sees_names: bool) -> C | None:
    """Return what a viewer may know of the whole; None if it is too small for one who sees no names."""
    if sees_names:
        return counts
    return None if counts.asked < MINIMUM_GROUP else _without_absences(counts)


def shown_teams(found: list[TeamCounts[C]], *, sees_names: bool) -> list[TeamCounts[C]]:
    """Return the teams as a viewer may know them.

    For one who sees no names small groups are hidden, and so many more that none can be told by subtracting.
    """
    return found if sees_names else _hiding_small(found)


def asked_in_all(found: Iterable[TeamCounts[C]]) -> int:
    """Return how many are asked in all teams together."""
    return sum(team.counts.asked for team in found if team.counts)


def _hiding_small(teams: list[TeamCounts[C]]) -> list[TeamCounts[C]]:
    sizes = {team.team_id or "": (team.counts.asked, team.counts.asked) for team in teams if team.counts}
    visible = shown_groups(sizes)

    def shown(team: TeamCounts[C]) -> C | None:
        hidden = team.counts is None or visible[team.team_id or ""] is None
        return None if hidden or team.counts is None else _without_absences(team.counts)

    return [TeamCounts(team.team_id, team.name, shown(team), without_email=0) for team in teams]


def _without_absences(counts: C) -> C:
    """Return counts without the absent: who is absent is HR's business alone."""
    return replace(counts, away=0)


def _unreached(rows: Iterable[Any]) -> int:
    return sum(row.people for row in rows if row.unreached)
