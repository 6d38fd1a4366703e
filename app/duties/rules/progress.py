"""How many had done something by the end of each working day: the points of a chart."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.rules.working_time import MONDAY_TO_FRIDAY

MOST_POINTS = 40


def cumulated(per_minute: Iterable[Any], zone: ZoneInfo, since: datetime, today: date) -> list[tuple[date, int]]:
    """Return each working day from ``since`` until today with how many had done it by its end.

    ``per_minute`` are rows of minute (ISO text, UTC) and people. What happens at a weekend shows on the Monday. A long
    time is thinned out to at most MOST_POINTS days, the last one always among them.
    """
    per_day: Counter[date] = Counter()
    for row in per_minute:
        per_day[datetime.fromisoformat(row.minute).replace(tzinfo=UTC).astimezone(zone).date()] += row.people
    days = _thinned(_working_days(since.astimezone(zone).date(), today))
    return [(day, sum(number for earlier, number in per_day.items() if earlier <= day)) for day in days]


def _working_days(first: date, last: date) -> list[date]:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [day for day in days if day.weekday() in MONDAY_TO_FRIDAY or day == last]


def _thinned(days: list[date]) -> list[date]:
    step = -(-len(days) // MOST_POINTS)
    return days[::-step][::-1] if days else []
