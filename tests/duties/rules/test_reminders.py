from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.duties.rules.reminders import Decision, Escalate, Send, Stop, WaitUntil, decide
from app.rules.work_calendar import WorkCalendar
from app.rules.working_time import WorkingWindow, contains

ROME = ZoneInfo("Europe/Rome")
OFFICE = WorkingWindow()
WEEKENDS_ONLY = WorkingWindow.parse("08:00-20:00 sat,sun")
DUE = date(2026, 12, 16)  # a Wednesday
ITALY = WorkCalendar("IT")


def rome(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ROME)


def decided(
    now: str,
    *,
    window: WorkingWindow = OFFICE,
    pending: bool = True,
    calendar: WorkCalendar = ITALY,
    sent: int = 0,
    due_on: date = DUE,
    last_sent_at: str | None = None,
) -> Decision:
    return decide(
        rome(now),
        ROME,
        window,
        calendar,
        pending=pending,
        due_on=due_on,
        sent=sent,
        last_sent_at=rome(last_sent_at) if last_sent_at else None,
        maximum=4,
    )


def test_people_who_have_answered_get_no_reminder() -> None:
    assert decided("2026-12-16T10:00", pending=False) == Stop()


def test_people_who_owe_an_answer_get_one() -> None:
    assert decided("2026-12-16T10:00") == Send()


def test_no_reminder_goes_out_on_a_public_holiday() -> None:
    immaculate_conception = decided("2026-12-08T10:00", sent=0, due_on=date(2026, 12, 8))
    assert immaculate_conception == WaitUntil(rome("2026-12-09T09:00"))


def test_a_company_that_is_closed_over_christmas_writes_to_people_afterwards() -> None:
    closed = WorkCalendar("IT", frozenset({(date(2026, 12, 23), date(2027, 1, 5))}))
    decision = decided("2026-12-23T10:00", calendar=closed, due_on=date(2026, 12, 23))
    assert decision == WaitUntil(rome("2027-01-07T09:00"))  # 6 January is Epiphany


def test_hr_is_not_told_on_a_holiday_either() -> None:
    decision = decided("2026-12-25T10:00", sent=4, due_on=date(2026, 12, 24))
    assert decision == WaitUntil(rome("2026-12-28T09:00"))


def test_the_first_reminder_waits_for_the_week_before_the_due_date() -> None:
    assert decided("2026-12-01T10:00") == WaitUntil(rome("2026-12-09T09:00"))
    assert decided("2026-12-09T09:00") == Send()


@pytest.mark.parametrize(
    ("sent", "day"),
    [(1, "2026-12-15"), (2, "2026-12-16"), (3, "2026-12-17")],
    ids=["second", "third", "fourth"],
)
def test_the_others_come_the_day_before_on_the_last_day_and_the_day_after(sent: int, day: str) -> None:
    last = "2026-12-09T09:00"
    assert decided("2026-12-10T10:00", sent=sent, last_sent_at=last) == WaitUntil(rome(f"{day}T09:00"))


def test_a_second_reminder_never_follows_on_the_same_local_day() -> None:
    decision = decided("2026-12-16T17:00", sent=1, last_sent_at="2026-12-16T09:00")
    assert decision == WaitUntil(rome("2026-12-17T09:00"))


def test_a_reminder_waits_for_the_working_window() -> None:
    assert decided("2026-12-16T07:00") == WaitUntil(rome("2026-12-16T09:00"))
    assert decided("2026-12-16T19:00") == WaitUntil(rome("2026-12-17T09:00"))


def test_a_reminder_is_never_sent_at_a_weekend_even_to_those_who_work_then() -> None:
    every_day = WorkingWindow.parse("08:00-20:00 mon-sun")
    assert decided("2026-12-19T10:00", window=every_day) == WaitUntil(rome("2026-12-21T00:00").replace(hour=8))


def test_the_night_shift_of_friday_ends_for_reminders_at_midnight() -> None:
    nights = WorkingWindow.parse("22:00-06:00 fri")
    assert decided("2026-12-18T23:00", window=nights) == Send()
    assert decided("2026-12-19T01:00", window=nights) == WaitUntil(rome("2027-01-08T22:00"))  # two Fridays are holidays


def test_the_night_shift_of_sunday_is_reminded_on_monday_after_midnight() -> None:
    nights = WorkingWindow.parse("22:00-06:00 sun")
    assert decided("2026-12-20T23:00", window=nights) == WaitUntil(rome("2026-12-21T00:00"))


def test_after_the_last_reminder_hr_is_told_once_and_then_nobody() -> None:
    last = "2026-12-17T09:00"
    assert decided("2026-12-17T12:00", sent=4, last_sent_at=last) == WaitUntil(rome("2026-12-18T09:00"))
    assert decided("2026-12-18T09:00", sent=4, last_sent_at=last) == Escalate()
    assert decided("2026-12-21T09:00", sent=5, last_sent_at="2026-12-18T09:00") == Stop()


def test_hr_is_not_told_before_the_due_date_has_passed() -> None:
    decision = decided("2026-12-10T10:00", sent=4, last_sent_at="2026-12-10T09:00")
    assert decision == WaitUntil(rome("2026-12-17T09:00"))


@pytest.mark.parametrize(
    "window", [WEEKENDS_ONLY, WorkingWindow.parse("16:00-24:00 sun")], ids=["weekends", "until midnight"]
)
def test_for_whoever_works_at_weekends_only_hr_is_told_instead(window: WorkingWindow) -> None:
    assert decided("2026-12-12T10:00", window=window) == WaitUntil(rome("2026-12-17T09:00"))
    assert decided("2026-12-17T10:00", window=window) == Escalate()
    assert decided("2026-12-18T10:00", window=window, sent=1, last_sent_at="2026-12-17T10:00") == Stop()


WINDOWS = st.sampled_from(
    ["9-18", "22-6 mon-sun", "8-14 sat,sun", "6-14 fri-sun", "22-6 sun", "16-24 sun", "20-4 fri"]
).map(WorkingWindow.parse)


@given(
    start=st.datetimes(
        min_value=datetime(2026, 1, 1),  # noqa: DTZ001 -- hypothesis adds the zone
        max_value=datetime(2027, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
    days_to_due=st.integers(-20, 40),
    window=WINDOWS,
    maximum=st.integers(0, 6),
)
def test_a_whole_season_of_reminders_keeps_every_promise(
    start: datetime, days_to_due: int, window: WorkingWindow, maximum: int
) -> None:
    due_on = start.date() + timedelta(days=days_to_due)
    now, sent_at, escalated = start, list[datetime](), 0
    while not isinstance(decision := season_step(now, window, due_on, sent_at, maximum), Stop):
        if isinstance(decision, WaitUntil):
            assert decision.at > now
            now = decision.at
            continue
        local = now.astimezone(ROME)
        assert local.weekday() < 5
        assert not ITALY.is_closed(local.date())
        assert isinstance(decision, Escalate) or contains(now, ROME, window)
        escalated += isinstance(decision, Escalate)
        assert not escalated or local.date() > due_on
        sent_at.append(now)
    assert escalated == 1
    assert len(sent_at) <= maximum + 1
    days = [at.astimezone(ROME).date() for at in sent_at]
    assert days == sorted(set(days))


def season_step(now: datetime, window: WorkingWindow, due_on: date, sent_at: list[datetime], maximum: int) -> Decision:
    return decide(
        now,
        ROME,
        window,
        ITALY,
        pending=True,
        due_on=due_on,
        sent=len(sent_at),
        last_sent_at=sent_at[-1] if sent_at else None,
        maximum=maximum,
    )
