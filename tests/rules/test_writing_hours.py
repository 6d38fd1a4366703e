from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.rules.work_calendar import WorkCalendar
from app.rules.working_time import WorkingWindow
from app.rules.writing_hours import moment_to_write

ROME = ZoneInfo("Europe/Rome")
OFFICE = WorkingWindow()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ROME)


def test_a_mail_of_christmas_eve_s_night_waits_for_the_next_working_day() -> None:
    assert moment_to_write(at("2026-12-24T19:00"), ROME, OFFICE, WorkCalendar("IT")) == at("2026-12-28T09:00")


def test_people_who_work_at_weekends_only_are_written_to_at_weekends_but_not_on_a_holiday() -> None:
    weekends = WorkingWindow.parse("10:00-18:00 sat,sun")
    boxing_day = at("2026-12-26T11:00")  # a Saturday
    assert moment_to_write(boxing_day, ROME, weekends, WorkCalendar("IT")) == at("2026-12-27T10:00")


def test_a_company_that_says_it_is_closed_for_years_is_written_to_at_last() -> None:
    closed = WorkCalendar("IT", frozenset({(date(2026, 1, 1), date(2036, 1, 1))}))
    moment = moment_to_write(at("2026-12-24T11:00"), ROME, OFFICE, closed)
    assert at("2027-12-24T00:00") < moment < at("2029-01-01T00:00")
