"""How many minutes of working time training is worth, and the month they belong to."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Protocol

from app.rules.instants import in_reach
from app.wording import N_, Worded

_MONTHS_A_YEAR = 12
_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
_DURATION = re.compile(r"([+-]?)(\d{1,3}):([0-5]\d)", re.ASCII)


class MinutesKind(Worded):
    """What minutes were recognised for. The source of each is the certificate, the attendance, the correction."""

    COURSE = "course", N_("Course passed")
    SESSION = "session", N_("Session attended")
    CORRECTION = "correction", N_("Correction")


class TimedLesson(Protocol):
    """A lesson of the version that was passed."""

    minutes: int
    counts_from: int


def pass_minutes(lessons: Iterable[TimedLesson], passed_before: int) -> int:
    """Return what passing a version is worth: its lessons, without those that an earlier pass was credited for.

    ``passed_before`` is the number of the newest version passed in this cycle, 0 for none: of a refresher only the
    lessons count that had to be done again.
    """
    return sum(lesson.minutes for lesson in lessons if lesson.counts_from > passed_before)


def month_of(day: date) -> date:
    """Return the month of a day, named by its first day."""
    return day.replace(day=1)


def following(month: date) -> date:
    """Return the month after this one."""
    years, place = divmod(month.month, _MONTHS_A_YEAR)
    return date(month.year + years, place + 1, 1)


def read_month(text: str) -> date | None:
    """Return the month that is written like 2026-12; None for anything else."""
    found = _MONTH.fullmatch(text)
    if found is None:
        return None
    year, place = map(int, found.groups())
    day = date(year, place, 1) if year and place in range(1, _MONTHS_A_YEAR + 1) else None
    return day if day and in_reach(day) else None


def written_month(month: date) -> str:
    """Write a month like 2026-12: what ``read_month`` reads."""
    return f"{month:%Y-%m}"


def read_duration(text: str) -> int | None:
    """Return the minutes of what is written like 8:30 or -0:45; None for anything else.

    8,30 and 8.30 are nothing: people mean half past eight by them, programs 498 minutes.
    """
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    sign, whole, rest = found.groups()
    minutes = int(whole) * 60 + int(rest)
    return -minutes if sign == "-" else minutes


def written_duration(minutes: int) -> str:
    """Write minutes as hours and minutes, 8:30 or -0:45: what ``read_duration`` reads."""
    whole, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else ''}{whole}:{rest:02}"


def hours_and_minutes(minutes: int) -> str:
    """Say minutes to people, 1 h 51, the same in every language; the minus sign is a real one."""
    whole, rest = divmod(abs(minutes), 60)
    return f"{'−' if minutes < 0 else ''}{whole} h {rest:02}"
