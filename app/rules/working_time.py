"""When a person works: the only time in which the service writes to them.

A window is wall-clock time in the person's own zone. Where the clocks change, a moment counts only if every
reading of the clock puts it inside: a start that happens twice is the later one, an end that happens twice
the earlier one, and a window that the change swallows does not take place that day.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count, groupby
from typing import Self
from zoneinfo import ZoneInfo

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ITALIAN_DAYS = ("lun", "mar", "mer", "gio", "ven", "sab", "dom")
_DAY_NUMBER = {name: number for days in (_DAYS, _ITALIAN_DAYS) for number, name in enumerate(days)}
_WINDOW = re.compile(
    r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*-\s*([0-9]{1,2})(?:[:.]([0-9]{2}))?(?:\s+(\S.*))?",
)
_HOUR = 60  # minutes
_MIDNIGHT = 24 * _HOUR
_WEEK = 7  # days
_SHORTEST_RANGE = 3
MONDAY_TO_FRIDAY = frozenset(range(5))


class InvalidWindow(ValueError):
    """A text or a set of values that is no working window; `code` is machine-readable."""

    code = "window_invalid"


@dataclass(frozen=True)
class WorkingWindow:
    """The hours and days a person works: from `start` up to, not including, `end`.

    Weekdays count from Monday = 0. A window that ends before it starts runs over midnight and belongs to the
    day on which it starts. Raise `InvalidWindow` without days, with unknown days, or when start equals end.
    """

    start: time = time(9)
    end: time = time(18)
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= set(range(_WEEK)):
            raise InvalidWindow("a working window needs days of the week")
        if self.start == self.end:
            raise InvalidWindow("a working window starts and ends at different times")

    @property
    def over_midnight(self) -> bool:
        return self.end < self.start

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "08:00-17:00 mon-fri", "8-17 lun,mer,ven", "22:00-06:00 sun-thu"; Monday to Friday if no days.

        Day names are the first three letters in English or Italian. Raise `InvalidWindow` for anything else.
        """
        match = _WINDOW.fullmatch(text.strip().lower().replace("–", "-"))
        if match is None:
            raise InvalidWindow(f"not a working window: {text!r}")
        start_hour, start_minute, end_hour, end_minute, days = match.groups()
        weekdays = MONDAY_TO_FRIDAY if days is None else _parse_days(days)
        return cls(_parse_time(start_hour, start_minute), _parse_time(end_hour, end_minute), weekdays)

    def __str__(self) -> str:
        return self.in_language("en")

    @lru_cache(1024)  # noqa: B019 - values, not things: as few as there are working hours
    def in_language(self, language: str) -> str:
        """Write the window with the days of "it", else with the English ones; `parse` reads both."""
        days = _print_days(self.weekdays, _ITALIAN_DAYS if language == "it" else _DAYS)
        return f"{self.start:%H:%M}-{self.end:%H:%M} {days}"


def contains(at: datetime, zone: ZoneInfo, window: WorkingWindow) -> bool:
    """Tell whether this aware moment is working time in this zone."""
    today = at.astimezone(zone).date()
    return any(_covers(at, zone, window, day) for day in (today - timedelta(days=1), today))


def next_moment(at: datetime, zone: ZoneInfo, window: WorkingWindow) -> datetime:
    """Return the first moment of working time that is not before `at` (aware), in UTC."""
    first = at.astimezone(zone).date() - timedelta(days=1)
    shifts = (_shift(first + timedelta(days=number), zone, window) for number in count())
    return next(max(at.astimezone(UTC), begin) for begin, end in shifts if begin < end and at < end)


def _covers(at: datetime, zone: ZoneInfo, window: WorkingWindow, day: date) -> bool:
    begin, end = _shift(day, zone, window)
    return begin <= at < end


def _shift(day: date, zone: ZoneInfo, window: WorkingWindow) -> tuple[datetime, datetime]:
    """Give begin and end in UTC of the work that starts on this day; an empty span if there is none."""
    begin = max(_readings(day, window.start, zone))
    if day.weekday() not in window.weekdays:
        return begin, begin
    end_day = day + timedelta(days=1) if window.over_midnight else day
    return begin, min(_readings(end_day, window.end, zone))


def _readings(day: date, clock: time, zone: ZoneInfo) -> Iterator[datetime]:
    """Give both UTC moments a wall-clock time can stand for; they differ only where the clocks change."""
    for fold in (0, 1):
        yield datetime.combine(day, clock, zone).replace(fold=fold).astimezone(UTC)


def _parse_time(hour: str, minute: str | None) -> time:
    minutes = int(hour) * _HOUR + int(minute or 0)
    if minutes > _MIDNIGHT or int(minute or 0) >= _HOUR:
        raise InvalidWindow(f"no such time of day: {hour}:{minute}")
    return time(minutes % _MIDNIGHT // _HOUR, minutes % _HOUR)


def _parse_days(text: str) -> frozenset[int]:
    return frozenset(day for part in text.split(",") for day in _parse_day_range(part))


def _parse_day_range(text: str) -> Iterator[int]:
    first, _, last = (part.strip() for part in text.partition("-"))
    try:
        begin, end = _DAY_NUMBER[first], _DAY_NUMBER[last or first]
    except KeyError as error:
        raise InvalidWindow(f"no such day of the week: {text!r}") from error
    for step in range((end - begin) % _WEEK + 1):
        yield (begin + step) % _WEEK


def _print_days(weekdays: frozenset[int], names: tuple[str, ...]) -> str:
    runs = groupby(enumerate(sorted(weekdays)), key=lambda pair: pair[1] - pair[0])
    return ",".join(_print_run([names[day] for _, day in run]) for _, run in runs)


def _print_run(days: list[str]) -> str:
    return ",".join(days) if len(days) < _SHORTEST_RANGE else f"{days[0]}-{days[-1]}"
