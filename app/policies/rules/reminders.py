"""When to remind somebody who still has to acknowledge, and when to tell HR instead.

Reminders go only to those pending, at most one a local day, in the person's working window, never at
weekends, at most `maximum` times; then HR is told once.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.policies.rules.assignment import PENDING, AssignmentState
from app.rules.working_time import MONDAY_TO_FRIDAY, WorkingWindow, next_moment

_DAYS_BEFORE_DUE = (7, 1, 0)
"""The first reminders come a week before, the day before and on the last day; from then on daily."""

_SUNDAY = 6
_OFFICE_HOURS = WorkingWindow()


@dataclass(frozen=True)
class Send:
    """Send a reminder now."""


@dataclass(frozen=True)
class WaitUntil:
    """Decide again at this moment (UTC); nothing may be sent before."""

    at: datetime


@dataclass(frozen=True)
class Escalate:
    """Tell HR now, once, and count it as one more sent."""


@dataclass(frozen=True)
class Stop:
    """Nothing will ever be sent for this assignment in this state."""


Decision = Send | WaitUntil | Escalate | Stop


def decide(  # noqa: PLR0913 -- the facts of one assignment, each by its name
    now: datetime,
    zone: ZoneInfo,
    window: WorkingWindow,
    *,
    state: AssignmentState,
    due_on: date,
    sent: int,
    last_sent_at: datetime | None,
    maximum: int,
) -> Decision:
    """Say what to do about one assignment at this moment.

    `sent` counts reminders and the note to HR alike, so `maximum + 1` means that everything was said.
    `last_sent_at` may also be the first notice of the assignment: no reminder follows on the same day.
    HR is told after the due date, on a working day, in usual office hours of the person's zone. Whoever works
    at weekends only is never written to: for them HR is told at once when the due date has passed.
    """
    allowed = maximum if works_on_weekdays(window) else 0
    if state not in PENDING or sent > allowed:
        return Stop()
    is_last_word = sent == allowed
    day = due_on + timedelta(days=1) if is_last_word else _planned_day(due_on, sent)
    if last_sent_at is not None:
        day = max(day, last_sent_at.astimezone(zone).date() + timedelta(days=1))
    earliest = max(now.astimezone(UTC), _midnight(day, zone))
    at = _weekday_moment(earliest, zone, _OFFICE_HOURS if is_last_word else window)
    if at > now:
        return WaitUntil(at)
    return Escalate() if is_last_word else Send()


def works_on_weekdays(window: WorkingWindow) -> bool:
    """Tell whether any part of this window lies on Monday to Friday: nobody else is reminded."""
    ends_on_monday = _SUNDAY in window.weekdays and window.over_midnight and window.end > time.min
    return ends_on_monday or bool(window.weekdays & MONDAY_TO_FRIDAY)


def moment_to_write(now: datetime, zone: ZoneInfo, window: WorkingWindow) -> datetime:
    """Give the first moment (UTC) from now on in which a person may be written to.

    It lies in their window and never at a weekend; only whoever works at weekends alone is reached there.
    """
    return _weekday_moment(now, zone, window) if works_on_weekdays(window) else next_moment(now, zone, window)


def _planned_day(due_on: date, sent: int) -> date:
    if sent < len(_DAYS_BEFORE_DUE):
        return due_on - timedelta(days=_DAYS_BEFORE_DUE[sent])
    return due_on + timedelta(days=sent - len(_DAYS_BEFORE_DUE) + 1)


def _weekday_moment(at: datetime, zone: ZoneInfo, window: WorkingWindow) -> datetime:
    moment = next_moment(at, zone, window)
    while (day := moment.astimezone(zone).date()).weekday() not in MONDAY_TO_FRIDAY:
        moment = next_moment(_midnight(day + timedelta(days=1), zone), zone, window)
    return moment


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)
