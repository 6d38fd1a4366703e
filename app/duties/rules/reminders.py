"""When to remind a person of what is asked of them, and when to tell HR instead.

Reminders go only to people who still owe an answer, at most one a local day, in the person's working window, never
at weekends or on holidays, at most `maximum` times; then HR is told once.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.rules.work_calendar import WorkCalendar
from app.rules.working_time import MONDAY_TO_FRIDAY, WorkingWindow
from app.rules.writing_hours import midnight, next_open_moment, works_on_weekdays

_DAYS_BEFORE_DUE = (7, 1, 0)
"""The first reminders come a week before, the day before and on the last day; from then on daily."""

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
    """Nothing will ever be sent for this duty in this state."""


Decision = Send | WaitUntil | Escalate | Stop


def decide(  # noqa: PLR0913 -- the facts of one duty, each by its name
    now: datetime,
    zone: ZoneInfo,
    window: WorkingWindow,
    calendar: WorkCalendar,
    *,
    pending: bool,
    due_on: date,
    sent: int,
    last_sent_at: datetime | None,
    maximum: int,
) -> Decision:
    """Decide what to do about one duty at this moment.

    `sent` counts reminders and the note to HR alike, so `maximum + 1` means that everything was said.
    `last_sent_at` may also be the first notice of the duty: no reminder follows on the same day. HR is told after
    the due date, on a working day, in usual office hours of the person's zone. People who work at weekends only get
    no reminder: for them HR is told as soon as the due date has passed.
    """
    allowed = maximum if works_on_weekdays(window) else 0
    if not pending or sent > allowed:
        return Stop()
    is_last_word = sent == allowed
    day = due_on + timedelta(days=1) if is_last_word else _planned_day(due_on, sent)
    if last_sent_at is not None:
        day = max(day, last_sent_at.astimezone(zone).date() + timedelta(days=1))
    earliest = max(now.astimezone(UTC), midnight(day, zone))
    hours = _OFFICE_HOURS if is_last_word else window
    at = next_open_moment(earliest, zone, hours, calendar, MONDAY_TO_FRIDAY)
    if at > now:
        return WaitUntil(at)
    return Escalate() if is_last_word else Send()


def _planned_day(due_on: date, sent: int) -> date:
    if sent < len(_DAYS_BEFORE_DUE):
        return due_on - timedelta(days=_DAYS_BEFORE_DUE[sent])
    return due_on + timedelta(days=sent - len(_DAYS_BEFORE_DUE) + 1)
