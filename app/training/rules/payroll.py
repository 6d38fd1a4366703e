"""How recognised minutes are written for a payroll program: rounded once, in the forms that it reads."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from app.rules.spreadsheet import Written
from app.training.rules.hours import written_duration
from app.wording import N_, Worded

HEADER = ("company_code", "employee_code", "cause_code", "date", "hours")
STEPS = (1, 5, 6, 10, 15, 30, 60)
"""Minutes that hours can be rounded to; six minutes are a tenth of an hour."""


class HoursForm(Worded):
    DECIMAL_COMMA = "decimal_comma", N_("Decimals with a comma: 8,50")
    DECIMAL_POINT = "decimal_point", N_("Decimals with a point: 8.50")
    HOURS_AND_MINUTES = "hours_and_minutes", N_("Hours and minutes: 8:30")


class Separator(Worded):
    SEMICOLON = "semicolon", N_("Semicolon")
    COMMA = "comma", N_("Comma")
    TAB = "tab", N_("Tab")


class DateForm(Worded):
    """The date of a line is the last day of its month."""

    YEAR_FIRST = "year_first", N_("2026-12-31")
    DAY_FIRST = "day_first", N_("31/12/2026")
    DIGITS = "digits", N_("20261231")


class Rounding(Worded):
    NEAREST = "nearest", N_("To the nearest step, halves up")
    UP = "up", N_("Up to the next step")
    DOWN = "down", N_("Down to the step before")


SEPARATORS = {Separator.SEMICOLON: ";", Separator.COMMA: ",", Separator.TAB: "\t"}
_DATES = {DateForm.YEAR_FIRST: "%Y-%m-%d", DateForm.DAY_FIRST: "%d/%m/%Y", DateForm.DIGITS: "%Y%m%d"}


@dataclass(frozen=True, slots=True)
class PayrollForm:
    """The codes and forms that a payroll program wants. Codes are text: their leading zeros stay."""

    company_code: str
    cause_code: str
    hours_form: HoursForm
    separator: Separator
    date_form: DateForm
    rounding: Rounding
    step: int


def rounded(minutes: int, rounding: Rounding, step: int) -> int:
    """Round the sum of a person's month to a multiple of ``step`` minutes: once, never entry by entry.

    "Up" is in the person's favour also below zero, where a correction took more back than the month had: -50 minutes
    in steps of 15 are -45 up, -60 down.
    """
    added = {Rounding.DOWN: 0, Rounding.NEAREST: step / 2, Rounding.UP: step - 1}[rounding]
    return int((minutes + added) // step) * step


def written_hours(minutes: int, form: HoursForm) -> str:
    """Write minutes as the program reads hours; decimals have two places, 20 minutes are 0.33."""
    if form is HoursForm.HOURS_AND_MINUTES:
        return written_duration(minutes)
    whole, hundredths = divmod((abs(minutes) * 100 + 30) // 60, 100)
    point = "," if form is HoursForm.DECIMAL_COMMA else "."
    return f"{'-' if minutes < 0 else ''}{whole}{point}{hundredths:02}"


def last_day(month: date) -> date:
    """Return the last day of a month, which is named by its first."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def line(form: PayrollForm, employee_code: str, month: date, minutes: int) -> tuple[str, ...] | None:
    """Return the cells of a person's month under ``HEADER``; None if nothing is left of it by rounding.

    Codes are texts, which ``safe_cell`` guards; dates and hours are written already.
    """
    worth = rounded(minutes, form.rounding, form.step)
    if not worth:
        return None
    day = last_day(month).strftime(_DATES[form.date_form])
    hours = Written(written_hours(worth, form.hours_form))
    return form.company_code, employee_code, form.cause_code, day, hours
