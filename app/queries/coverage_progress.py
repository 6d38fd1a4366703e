"""How acknowledgements grow from day to day."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import col

from app.context import Ctx
from app.models import Acknowledgement
from app.queries.coverage import TEAMS_KEPT, counted, counts, published
from app.queries.coverage_cache import kept
from app.rules.working_time import MONDAY_TO_FRIDAY

MOST_POINTS = 40

_TO_MINUTE = 16  # characters of "2026-12-01T08:15"


def progress(ctx: Ctx, version_id: str) -> list[tuple[date, int | None]]:
    """Return how many had acknowledged by the end of each working day since publication, and today.

    Days are those of the company's zone; what happens at a weekend shows on the Monday. A long time is thinned out
    to at most MOST_POINTS days. None stands for a company too small for this viewer.
    """
    hidden = counts(ctx, version_id) is None
    ids = counted(ctx, version_id)
    key = (ctx.company_id, version_id, "progress", ctx.today)
    points = kept(key, ctx.now, TEAMS_KEPT, lambda: _cumulate(ctx, ids), lambda made: made[-1][1] if made else 0)
    return [(day, None if hidden else number) for day, number in points]


def _cumulate(ctx: Ctx, ids: Sequence[str]) -> list[tuple[date, int]]:
    minute = func.substr(col(Acknowledgement.at), 1, _TO_MINUTE)
    rows = ctx.session.execute(
        select(minute.label("minute"), func.count().label("people"))
        .where(col(Acknowledgement.version_id).in_(ids))
        .group_by(minute)
    )
    per_day: Counter[date] = Counter()
    for row in rows:
        per_day[_local_day(datetime.fromisoformat(row.minute).replace(tzinfo=UTC), ctx)] += row.people
    first = min(_local_day(one.published_at, ctx) for one in published(ctx) if one.id in ids)
    days = _thinned(_working_days(first, ctx.today))
    return [(day, sum(number for earlier, number in per_day.items() if earlier <= day)) for day in days]


def _local_day(at: datetime, ctx: Ctx) -> date:
    return at.astimezone(ctx.company.zone).date()


def _working_days(first: date, last: date) -> list[date]:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if day.weekday() in MONDAY_TO_FRIDAY or day == last]


def _thinned(days: list[date]) -> list[date]:
    step = -(-len(days) // MOST_POINTS)
    return days[::-step][::-1] if days else []
