"""The payroll file: a month rounded once, hours and dates in the forms that programs read, codes as they are."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.training.rules.hours import read_duration, read_month, written_duration, written_month
from app.training.rules.payroll import (
    STEPS,
    DateForm,
    HoursForm,
    PayrollForm,
    Rounding,
    Separator,
    line,
    rounded,
    written_hours,
)

NOVEMBER = date(2026, 11, 1)
FORM = PayrollForm("000042", "FORM", HoursForm.DECIMAL_COMMA, Separator.SEMICOLON, DateForm.DAY_FIRST, Rounding.UP, 15)
MINUTES = st.integers(-100_000, 100_000)


@pytest.mark.parametrize(
    ("minutes", "rounding", "expected"),
    [
        (52, Rounding.NEAREST, 45),
        (53, Rounding.NEAREST, 60),
        (46, Rounding.UP, 60),
        (59, Rounding.DOWN, 45),
        (45, Rounding.UP, 45),
        (-50, Rounding.UP, -45),
        (-50, Rounding.DOWN, -60),
        (0, Rounding.UP, 0),
    ],
)
def test_a_month_is_rounded_to_its_step(minutes: int, rounding: Rounding, expected: int) -> None:
    assert rounded(minutes, rounding, 15) == expected


@given(MINUTES, st.sampled_from(Rounding), st.sampled_from(STEPS))
def test_rounding_moves_a_month_by_less_than_one_step(minutes: int, rounding: Rounding, step: int) -> None:
    result = rounded(minutes, rounding, step)
    assert result % step == 0
    assert abs(result - minutes) < step
    assert rounded(result, rounding, step) == result
    if rounding is Rounding.NEAREST:
        assert abs(result - minutes) * 2 <= step


@pytest.mark.parametrize(
    ("minutes", "form", "written"),
    [
        (510, HoursForm.DECIMAL_COMMA, "8,50"),
        (510, HoursForm.DECIMAL_POINT, "8.50"),
        (510, HoursForm.HOURS_AND_MINUTES, "8:30"),
        (20, HoursForm.DECIMAL_POINT, "0.33"),
        (119, HoursForm.DECIMAL_POINT, "1.98"),
        (-45, HoursForm.DECIMAL_COMMA, "-0,75"),
        (-45, HoursForm.HOURS_AND_MINUTES, "-0:45"),
    ],
)
def test_hours_are_written_as_the_program_reads_them(minutes: int, form: HoursForm, written: str) -> None:
    assert written_hours(minutes, form) == written


@pytest.mark.parametrize(
    ("form", "written"),
    [(DateForm.YEAR_FIRST, "2026-11-30"), (DateForm.DAY_FIRST, "30/11/2026"), (DateForm.DIGITS, "20261130")],
)
def test_a_line_is_dated_with_the_last_day_of_its_month(form: DateForm, written: str) -> None:
    mapped = PayrollForm("1", "2", HoursForm.HOURS_AND_MINUTES, Separator.TAB, form, Rounding.DOWN, 1)
    assert line(mapped, "0000123", NOVEMBER, 61) == ("1", "0000123", "2", written, "1:01")


def test_codes_stay_the_texts_they_are_and_what_is_rounded_away_has_no_line() -> None:
    assert line(FORM, "0000123", NOVEMBER, 31) == ("000042", "0000123", "FORM", "30/11/2026", "0,75")
    assert line(FORM, "0000123", NOVEMBER, -14) is None


@given(st.integers(-59_999, 59_999))
def test_a_duration_is_read_as_it_was_written(minutes: int) -> None:
    assert read_duration(written_duration(minutes)) == minutes


@pytest.mark.parametrize("text", ["8,30", "8.30", "8", "8:60", "8:3", "", "1000:00", "٨:30", "8h30"])
def test_a_duration_that_could_mean_two_things_means_none(text: str) -> None:
    assert read_duration(text) is None


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-1", "0000-01", "1600-01", "11/2026", ""])
def test_what_is_no_month_is_none(text: str) -> None:
    assert read_month(text) is None


def test_a_month_is_read_as_it_was_written() -> None:
    assert read_month(written_month(NOVEMBER)) == NOVEMBER
