"""How acknowledgements grow from day to day."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from app.context import Ctx
from app.policies.queries import coverage_statements
from app.policies.queries.coverage import TEAMS_KEPT, PublishedVersion, counts
from app.policies.queries.coverage_cache import kept, mark
from app.rules.working_time import MONDAY_TO_FRIDAY

MOST_POINTS = 40


def progress(ctx: Ctx, asked: PublishedVersion) -> list[tuple[date, int | None]]:
    """Return how many had acknowledged by the end of each working day since publication, and today.

    Days are those of the company's zone; what happens at a weekend shows on the Monday. A long time is thinned out
    to at most MOST_POINTS days. None stands for a company too small for this viewer.
    """
    hidden = counts(ctx, asked) is None
    key = (ctx.company_id, asked.id, "progress", ctx.today)
    points = kept(key, mark(ctx), ctx.now, TEAMS_KEPT, lambda: _cumulate(ctx, asked), _people)
    return [(day, None if hidden else number) for day, number in points]


def _people(points: list[tuple[date, int]]) -> int:
    return points[-1][1] if points else 0


def _cumulate(ctx: Ctx, asked: PublishedVersion) -> list[tuple[date, int]]:
    per_day: Counter[date] = Counter()
    for row in coverage_statements.per_minute(ctx, asked.line):
        per_day[_local_day(datetime.fromisoformat(row.minute).replace(tzinfo=UTC), ctx)] += row.people
    days = _thinned(_working_days(_local_day(asked.line_published_at, ctx), ctx.today))
    return [(day, sum(number for earlier, number in per_day.items() if earlier <= day)) for day in days]


def _local_day(at: datetime, ctx: Ctx) -> date:
    return at.astimezone(ctx.company.zone).date()


def _working_days(first: date, last: date) -> list[date]:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if day.weekday() in MONDAY_TO_FRIDAY or day == last]


def _thinned(days: list[date]) -> list[date]:
    step = -(-len(days) // MOST_POINTS)
    return days[::-step][::-1] if days else []
