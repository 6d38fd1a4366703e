"""How many minutes of working time training is worth, and the month they belong to."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from app.wording import N_, Worded

_MONTHS_A_YEAR = 12


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
