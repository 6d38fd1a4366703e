"""When a person may be written to: in their working window, on a working day that is no holiday."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.rules.work_calendar import WorkCalendar
from app.rules.working_time import MONDAY_TO_FRIDAY, WorkingWindow, next_moment

_SUNDAY = 6
_ANY_DAY = frozenset(range(7))
_FARTHEST = 400
"""Days to look ahead. A company that says it is closed for longer is written to all the same."""


def works_on_weekdays(window: WorkingWindow) -> bool:
    """Tell whether any part of this window lies on Monday to Friday: people who work then get reminders."""
    ends_on_monday = _SUNDAY in window.weekdays and window.over_midnight and window.end > time.min
    return ends_on_monday or bool(window.weekdays & MONDAY_TO_FRIDAY)


def moment_to_write(now: datetime, zone: ZoneInfo, window: WorkingWindow, calendar: WorkCalendar) -> datetime:
    """Return the first moment (UTC) from now on in which a person may be written to.

    It lies in their window, not on a closed day and not at a weekend; only people who work at weekends alone are
    written to then.
    """
    return next_open_moment(now, zone, window, calendar, MONDAY_TO_FRIDAY if works_on_weekdays(window) else _ANY_DAY)


def next_open_moment(
    at: datetime, zone: ZoneInfo, window: WorkingWindow, calendar: WorkCalendar, weekdays: frozenset[int]
) -> datetime:
    """Return the first moment (UTC) of the window, not before ``at``, on one of these weekdays that is not closed."""
    moment = next_moment(at, zone, window)
    for _ in range(_FARTHEST):
        day = moment.astimezone(zone).date()
        if day.weekday() in weekdays and not calendar.is_closed(day):
            break
        moment = next_moment(midnight(day + timedelta(days=1), zone), zone, window)
    return moment


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the beginning of a local day, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)
