"""How acknowledgements grow from day to day."""

from datetime import date

from app.authz import Permission
from app.context import Ctx
from app.duties.rows.coverage_cache import kept, mark
from app.duties.rules.progress import cumulated
from app.policies.queries.coverage import TEAMS_KEPT, counts
from app.policies.rows import coverage_statements
from app.policies.rules.published import PublishedVersion


def progress(ctx: Ctx, asked: PublishedVersion) -> list[tuple[date, int | None]]:
    """Return how many had acknowledged by the end of each working day since publication, and today.

    Days are those of the company's zone; what happens at a weekend shows on the Monday. A long time is thinned out
    to at most forty days. None stands for a company too small for this viewer.
    """
    ctx.require(Permission.SUMMARISE_ACKNOWLEDGEMENTS)
    hidden = counts(ctx, asked) is None
    key = (ctx.company_id, asked.id, "progress", ctx.today)
    points = kept(key, mark(ctx), ctx.now, TEAMS_KEPT, lambda: _cumulate(ctx, asked), _people)
    return [(day, None if hidden else number) for day, number in points]


def _people(points: list[tuple[date, int]]) -> int:
    return points[-1][1] if points else 0


def _cumulate(ctx: Ctx, asked: PublishedVersion) -> list[tuple[date, int]]:
    rows = coverage_statements.per_minute(ctx, asked.line)
    return cumulated(rows, ctx.company.zone, asked.line_published_at, ctx.today)
