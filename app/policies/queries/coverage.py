"""Who has read a version: counts for everybody who may see counts, names only where duty needs them.

A minor version asks nobody again, so what was acknowledged of the versions it amends counts for it, too. Everybody
who was asked counts once, in the team of their latest employment; leavers keep what they answered.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.db.periods import covers
from app.db.prepared import Prepared, in_company
from app.duties.rules.tally import Tally
from app.models import PostingRecord, Site, Team
from app.policies.rows import coverage_statements
from app.policies.rows import published as rows
from app.policies.rows.coverage_cache import keep, kept, mark
from app.policies.rules.assignment import PENDING, READ, AssignmentState
from app.policies.rules.published import PublishedVersion
from app.rules.small_groups import MINIMUM_GROUP, shown_groups

COUNTS_KEPT = timedelta(seconds=2)
TEAMS_KEPT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Counts:
    """People by where they stand. ``asked`` leaves out the excused and the absent: nothing is expected of them now.

    Asked are the acknowledged, those in time, the overdue and the declined; ``questions`` are among the pending.
    ``away`` still have to answer but are absent today: they are not counted anywhere else.
    """

    asked: int = 0
    acknowledged: int = 0
    in_time: int = 0
    overdue: int = 0
    questions: int = 0
    declined: int = 0
    excused: int = 0
    away: int = 0

    @property
    def pending(self) -> int:
        return self.in_time + self.overdue


@dataclass(frozen=True, slots=True)
class TeamCounts:
    """One team, or whoever is in none. ``counts`` is None where the viewer may not see so small a group.

    ``without_email`` are those of the pending whom no mail reaches: they need a printed invitation.
    """

    team_id: str | None
    name: str
    counts: Counts | None
    without_email: int


def published(ctx: Ctx) -> list[PublishedVersion]:
    """Return every version of an internal policy that people were asked to read, the newest of each policy first."""
    ctx.require(Permission.SUMMARISE_ACKNOWLEDGEMENTS)
    return rows.published(ctx)


def summary(ctx: Ctx, version_id: str) -> tuple[PublishedVersion, Counts | None, list[TeamCounts]]:
    """Return a published version with where the people asked stand, in all and by team."""
    ctx.require(Permission.SUMMARISE_ACKNOWLEDGEMENTS)
    asked = rows.version(ctx, version_id)
    by_team = teams(ctx, asked)  # first: the counts are their sum, and kept with them
    return asked, counts(ctx, asked), by_team


def counts(ctx: Ctx, asked: PublishedVersion) -> Counts | None:
    """Return where the people asked stand; None if they are too few for this viewer to be told."""
    ctx.require(Permission.SUMMARISE_ACKNOWLEDGEMENTS)
    key, marked = (ctx.company_id, asked.id, "counts", ctx.today), mark(ctx)
    found = kept(key, marked, ctx.now, COUNTS_KEPT, lambda: _count(ctx, asked), lambda made: made.asked)
    return None if not _sees_names(ctx) and found.asked < MINIMUM_GROUP else _without_absences(ctx, found)


def teams(ctx: Ctx, asked: PublishedVersion) -> list[TeamCounts]:
    """Return the same by team, by name, those in no team last.

    For whoever sees counts only, small groups are hidden, and so many more that none can be told by subtracting.
    """
    ctx.require(Permission.SUMMARISE_ACKNOWLEDGEMENTS)
    key, marked = (ctx.company_id, asked.id, "teams", ctx.today), mark(ctx)
    found = kept(key, marked, ctx.now, TEAMS_KEPT, lambda: _count_by_team(ctx, asked, marked), _asked_in_all)
    return found if _sees_names(ctx) else _hiding_small(ctx, found)


def unposted_sites(ctx: Ctx, version_id: str) -> list[str]:
    """Return the names of the sites where this version hangs nowhere today."""
    ctx.require(Permission.READ_POLICIES)
    hanging = select(col(PostingRecord.site_id)).where(
        col(PostingRecord.company_id) == col(Site.company_id),
        col(PostingRecord.site_id) == col(Site.id),
        col(PostingRecord.version_id) == version_id,
        covers(PostingRecord, ctx.today),
    )
    return list(ctx.session.scalars(select(col(Site.name)).where(~hanging.exists()).order_by(col(Site.name))))


_TEAMS = Prepared(select(col(Team.id), col(Team.name)).where(in_company(Team)))


def _sees_names(ctx: Ctx) -> bool:
    return ctx.actor.may_see_names(Permission.READ_ACKNOWLEDGEMENTS)


def _count(ctx: Ctx, asked: PublishedVersion) -> Counts:
    return _summed(coverage_statements.in_all(ctx, asked.line))


def _count_by_team(ctx: Ctx, asked: PublishedVersion, marked: str) -> list[TeamCounts]:
    """Count by team; the whole is their sum, and is kept too."""
    rows = defaultdict(list)
    for row in coverage_statements.by_team(ctx, asked.line):
        rows[row.team_id].append(row)
    whole = _summed(row for of_team in rows.values() for row in of_team)
    keep((ctx.company_id, asked.id, "counts", ctx.today), marked, ctx.now, whole, whole.asked)
    names = {team.id: team.name for team in _TEAMS(ctx.session)}
    found = [
        TeamCounts(team_id, names.get(team_id or "", ""), _summed(of_team), _unreached(of_team))
        for team_id, of_team in rows.items()
    ]
    asked_teams = [team for team in found if team.counts and team.counts.asked]
    return sorted(asked_teams, key=lambda team: (team.team_id is None, team.name))


def _summed(rows: Iterable[Any]) -> Counts:
    tally = Tally.of(rows, PENDING)
    done, pending, declined = tally.among(READ), tally.among(PENDING), tally.among([AssignmentState.DECLINED])
    return Counts(
        asked=done + pending + declined,
        acknowledged=done,
        in_time=pending - tally.overdue,
        overdue=tally.overdue,
        questions=tally.among([AssignmentState.QUESTION]),
        declined=declined,
        excused=tally.among([AssignmentState.EXCUSED]),
        away=tally.away,
    )


def _without_absences(ctx: Ctx, counts: Counts) -> Counts:
    """Return what an actor who sees no names may know: who is absent is HR's business alone."""
    return counts if _sees_names(ctx) else replace(counts, away=0)


def _unreached(rows: Iterable[Any]) -> int:
    return sum(row.people for row in rows if row.unreached)


def _asked_in_all(found: Iterable[TeamCounts]) -> int:
    return sum(team.counts.asked for team in found if team.counts)


def _hiding_small(ctx: Ctx, found: list[TeamCounts]) -> list[TeamCounts]:
    sizes = {team.team_id or "": (team.counts.asked, team.counts.asked) for team in found if team.counts}
    visible = shown_groups(sizes)

    def shown(team: TeamCounts) -> Counts | None:
        hidden = team.counts is None or visible[team.team_id or ""] is None
        return None if hidden or team.counts is None else _without_absences(ctx, team.counts)

    return [TeamCounts(team.team_id, team.name, shown(team), without_email=0) for team in found]
