from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.rules.working_time import InvalidWindow, WorkingWindow, contains, next_moment

ROME = ZoneInfo("Europe/Rome")
OFFICE = WorkingWindow()
NIGHT = WorkingWindow.parse("22:00-06:00 sun-thu")

CLOCKS = st.times().map(lambda at: at.replace(second=0, microsecond=0))
WINDOWS = (
    st.tuples(CLOCKS, CLOCKS, st.frozensets(st.integers(0, 6), min_size=1))
    .filter(lambda parts: parts[0] != parts[1])
    .map(lambda parts: WorkingWindow(*parts))
)
ZONES = st.sampled_from(
    ["Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia", "UTC"]
).map(ZoneInfo)
MOMENTS = st.datetimes(
    min_value=datetime(2011, 12, 1),  # noqa: DTZ001 -- hypothesis adds the zone
    max_value=datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def rome(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ROME)


def reads_as_inside(at: datetime, zone: ZoneInfo, window: WorkingWindow) -> bool:
    """Read the clock on the wall, as a person would."""
    local = at.astimezone(zone)
    clock, today, yesterday = local.time(), local.weekday(), (local.weekday() - 1) % 7
    if window.start < window.end:
        return today in window.weekdays and window.start <= clock < window.end
    late = today in window.weekdays and clock >= window.start
    return late or (yesterday in window.weekdays and clock < window.end)


def test_the_usual_window_is_nine_to_six_from_monday_to_friday() -> None:
    assert str(OFFICE) == "09:00-18:00 mon-fri"
    assert OFFICE.in_language("it") == "09:00-18:00 lun-ven"
    assert WorkingWindow.parse(OFFICE.in_language("it")) == OFFICE
    assert contains(rome("2026-11-23T09:00"), ROME, OFFICE)
    assert not contains(rome("2026-11-23T18:00"), ROME, OFFICE)
    assert not contains(rome("2026-11-21T10:00"), ROME, OFFICE)


def test_a_night_shift_belongs_to_the_day_on_which_it_starts() -> None:
    assert contains(rome("2026-11-26T23:00"), ROME, NIGHT)
    assert contains(rome("2026-11-27T05:59"), ROME, NIGHT)
    assert not contains(rome("2026-11-27T23:00"), ROME, NIGHT)


def test_the_next_moment_is_now_when_it_is_working_time() -> None:
    assert next_moment(rome("2026-11-23T10:30"), ROME, OFFICE) == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def test_the_next_moment_after_friday_evening_is_monday_morning_in_utc() -> None:
    moment = next_moment(rome("2026-11-20T18:00"), ROME, OFFICE)
    assert (moment, moment.tzinfo) == (datetime(2026, 11, 23, 8, tzinfo=UTC), UTC)


def test_a_window_that_the_clock_change_swallows_waits_a_week() -> None:
    # On 2026-03-29 the clocks in Rome go from 02:00 to 03:00.
    swallowed = WorkingWindow.parse("02:00-03:00 sun")
    assert next_moment(rome("2026-03-28T12:00"), ROME, swallowed) == rome("2026-04-05T02:00")


def test_a_start_that_happens_twice_is_the_later_one() -> None:
    # On 2026-10-25 the clocks in Rome go from 03:00 back to 02:00.
    early = WorkingWindow.parse("02:30-10:00 sun")
    moment = next_moment(rome("2026-10-24T12:00"), ROME, early)
    assert moment == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@given(MOMENTS, ZONES, WINDOWS)
@example(datetime(2011, 12, 29, 12, tzinfo=UTC), ZoneInfo("Pacific/Apia"), WorkingWindow.parse("9-18 fri"))
def test_the_next_moment_is_inside_the_window_and_never_before(
    at: datetime, zone: ZoneInfo, window: WorkingWindow
) -> None:
    moment = next_moment(at, zone, window)
    assert moment >= at
    assert contains(moment, zone, window)
    assert reads_as_inside(moment, zone, window)
    assert next_moment(moment, zone, window) == moment


@given(MOMENTS, ZONES, WINDOWS, st.integers(1, 1440))
def test_no_working_time_lies_before_the_next_moment(
    at: datetime, zone: ZoneInfo, window: WorkingWindow, minutes: int
) -> None:
    moment = next_moment(at, zone, window)
    between = at + timedelta(minutes=minutes)
    assert between >= moment or not contains(between, zone, window)


@given(MOMENTS, ZONES, WINDOWS)
def test_working_time_is_what_the_clock_on_the_wall_says_where_it_does_not_change(
    at: datetime, zone: ZoneInfo, window: WorkingWindow
) -> None:
    offsets = {(at + timedelta(hours=hours)).astimezone(zone).utcoffset() for hours in range(-48, 49)}
    if len(offsets) == 1:
        assert contains(at, zone, window) is reads_as_inside(at, zone, window)


@given(WINDOWS)
def test_a_window_reads_back_from_its_text(window: WorkingWindow) -> None:
    assert WorkingWindow.parse(str(window)) == window


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("08:00-17:00 mon-fri", "08:00-17:00 mon-fri"),
        ("8-17", "08:00-17:00 mon-fri"),
        ("8.30 - 12:15 Mon,Wed, Fri", "08:30-12:15 mon,wed,fri"),
        ("9-13 lun–mer,sab", "09:00-13:00 mon-wed,sat"),
        ("22:00-06:00 sun-thu", "22:00-06:00 mon-thu,sun"),
        ("16-24 fri-sun", "16:00-00:00 fri-sun"),
        (" 9-18 mon,tue ", "09:00-18:00 mon,tue"),
    ],
)
def test_a_window_is_read_from_how_people_write_it(text: str, printed: str) -> None:
    assert str(WorkingWindow.parse(text)) == printed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mon-fri",
        "9",
        "25-26",
        "9:60-18",
        "24:01-12",
        "9-18 someday",
        "9-18 mon,",
        "9-9",
        "0-24",
        "9-18mon",
        "٩-18",
    ],
)
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(InvalidWindow) as refusal:
        WorkingWindow.parse(text)
    assert refusal.value.code == "window_invalid"


@pytest.mark.parametrize("weekdays", [frozenset[int](), frozenset({7})])
def test_a_window_needs_days_of_the_week(weekdays: frozenset[int]) -> None:
    with pytest.raises(InvalidWindow):
        WorkingWindow(time(9), time(18), weekdays)
