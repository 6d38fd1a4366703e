"""Who has read a version: counts for everybody who may see counts, names only where duty needs them.

A minor version asks nobody again, so what was acknowledged of the versions it amends counts for it, too. Everybody
who was asked counts once, in the team of their latest employment; leavers keep what they answered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.db.periods import covers
from app.duties.rows import counting
from app.duties.rows.coverage_cache import keep, kept, mark
from app.duties.rules.tally import Tally
from app.duties.rules.team_counts import Counted, TeamCounts, asked_in_all, by_team, shown_counts, shown_teams
from app.models import PostingRecord, Site
from app.policies.rows import coverage_statements
from app.policies.rows import published as rows
from app.policies.rules.assignment import PENDING, READ, AssignmentState
from app.policies.rules.published import PublishedVersion

COUNTS_KEPT = timedelta(seconds=2)
TEAMS_KEPT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Counts(Counted):
    """People by where they stand. ``asked`` leaves out the excused and the absent: nothing is expected of them now.

    Asked are the acknowledged, those in time, the overdue and the declined; ``questions`` are among the pending.
    ``away`` still have to answer but are absent today: they are not counted anywhere else.
    """

    acknowledged: int = 0
    in_time: int = 0
    overdue: int = 0
    questions: int = 0
    declined: int = 0
    excused: int = 0

    @property
    def pending(self) -> int:
        return self.in_time + self.overdue


def published(ctx: Ctx) -> list[PublishedVersion]:
    """Return every version of an internal policy that people were asked to read, the newest of each policy first."""
    ctx.require(Permission.SUMMARISE_ACKNOWLEDGEMENTS)
    return rows.published(ctx)


def summary(ctx: Ctx, version_id: str) -> tuple[PublishedVersion, Counts | None, list[TeamCounts[Counts]]]:
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
    return shown_counts(found, sees_names=_sees_names(ctx))


def teams(ctx: Ctx, asked: PublishedVersion) -> list[TeamCounts[Counts]]:
    """Return the same by team, by name, those in no team last.

    From a caller who may see counts only, small groups are hidden, and enough others that subtraction reveals none.
    """
    ctx.require(Permission.SUMMARISE_ACKNOWLEDGEMENTS)
    key, marked = (ctx.company_id, asked.id, "teams", ctx.today), mark(ctx)
    found = kept(key, marked, ctx.now, TEAMS_KEPT, lambda: _count_by_team(ctx, asked, marked), asked_in_all)
    return shown_teams(found, sees_names=_sees_names(ctx))


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


def _sees_names(ctx: Ctx) -> bool:
    return ctx.actor.may_see_names(Permission.READ_ACKNOWLEDGEMENTS)


def _count(ctx: Ctx, asked: PublishedVersion) -> Counts:
    return _summed(coverage_statements.in_all(ctx, asked.line))


def _count_by_team(ctx: Ctx, asked: PublishedVersion, marked: str) -> list[TeamCounts[Counts]]:
    """Count by team; the whole is their sum, and is kept too."""
    rows = coverage_statements.by_team(ctx, asked.line)
    whole = _summed(rows)
    keep((ctx.company_id, asked.id, "counts", ctx.today), marked, ctx.now, whole, whole.asked)
    return by_team(rows, counting.team_names(ctx), _summed)


def _summed(rows: Iterable[Any]) -> Counts:
    tally = Tally.of(rows)
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
