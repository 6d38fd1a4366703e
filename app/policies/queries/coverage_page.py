"""What the page about one version's coverage shows, and what the actor may do there."""

from datetime import date
from typing import NamedTuple

from app.authz import Permission
from app.context import Ctx
from app.duties.rules.team_counts import TeamCounts
from app.policies.queries import coverage, coverage_progress
from app.policies.queries.coverage import Counts
from app.policies.rules.published import PublishedVersion


class Figures(NamedTuple):
    """Numbers for this viewer; ``unposted`` are the sites where the version hangs nowhere, if that is asked for."""

    teams: list[TeamCounts[Counts]]
    counts: Counts | None
    progress: list[tuple[date, int | None]]
    unposted: list[str] | None
    may_post: bool
    named: bool
    may_remind: bool
    may_invite: bool


def figures(ctx: Ctx, version: PublishedVersion) -> Figures:
    """Return how far a version has come."""
    ctx.require(Permission.SUMMARISE_ACKNOWLEDGEMENTS)
    posting = version.disciplinary and version.current and ctx.actor.may(Permission.READ_POLICIES)
    return Figures(
        teams=coverage.teams(ctx, version),  # first: the counts are their sum, and kept with them
        counts=coverage.counts(ctx, version),
        progress=coverage_progress.progress(ctx, version),
        unposted=coverage.unposted_sites(ctx, version.id) if posting else None,
        may_post=ctx.actor.may(Permission.PUBLISH_POLICIES),
        named=ctx.actor.may_see_names(Permission.READ_ACKNOWLEDGEMENTS),
        may_remind=version.current and ctx.actor.may(Permission.RECORD_ACKNOWLEDGEMENTS),
        may_invite=ctx.actor.may(Permission.WRITE_PEOPLE),
    )
