"""Input and output of recognised minutes, their months, and the payroll file."""

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.schemas.base import Day, Id, Input, Note, Output, Search, one_line
from app.schemas.bulk import MAXIMUM_ROWS
from app.training.rules.hours import MinutesKind, read_duration, read_month, written_month
from app.training.rules.payroll import DateForm, HoursForm, Rounding, Separator
from app.training.schemas.enrolment import ExternalId

_MOST = 10_000  # minutes in one correction: nobody works so many in a week


def _month(value: object) -> object:
    month = read_month(value) if isinstance(value, str) else value
    if not isinstance(month, date):
        raise PydanticCustomError("month_parsing", "not a month like 2026-12")
    return month


def _minutes(value: object) -> object:
    """Return minutes as they are, and those of a text like 8:30; a text of digits alone could be either."""
    if not isinstance(value, str):
        return value
    minutes = read_duration(value)
    if minutes is None:
        raise PydanticCustomError("duration_parsing", "not hours and minutes like 8:30")
    return minutes


def _everybody(text: object) -> object:
    return text if text == "everybody" else None


def _code(text: str) -> str:
    if not text.isascii() or not text[0].isalnum() or not all(one.isalnum() or one in "._/-" for one in text):
        raise PydanticCustomError("code_parsing", "not a code")
    return text


_WRITTEN_MONTH = {"type": "string", "pattern": r"^\d{4}-\d{2}$", "examples": ["2026-11"]}
Month = Annotated[
    date, BeforeValidator(_month), PlainSerializer(written_month, return_type=str), WithJsonSchema(_WRITTEN_MONTH)
]
_WRITTEN_MINUTES: dict[str, Any] = {
    "anyOf": [
        {"type": "integer", "minimum": -_MOST, "maximum": _MOST, "examples": [30]},
        {"type": "string", "pattern": r"^[+-]?\d{1,3}:[0-5]\d$"},
    ]
}
Minutes = Annotated[int, BeforeValidator(_minutes), Field(ge=-_MOST, le=_MOST), WithJsonSchema(_WRITTEN_MINUTES)]
Code = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=32),
    AfterValidator(partial(one_line, 32)),
    AfterValidator(_code),
]
Step = Annotated[
    Literal[1, 5, 6, 10, 15, 30, 60], BeforeValidator(lambda value: int(value) if str(value).isdecimal() else value)
]


class HoursFilter(Input):
    """Which people a list of hours shows; what is empty does not matter."""

    q: Search = ""
    team: Id | None = None
    who: Annotated[Literal["everybody"] | None, BeforeValidator(_everybody)] = None


class CorrectionForm(Input):
    """The form on a person's page of hours; the person stands in its address."""

    minutes: Minutes
    reason: Note
    on: Day | None = None


class CorrectionIn(Input):
    """Minutes to add to a person's hours, or below zero to take back, and why.

    ``on`` is the day that they are about, today if it is left out; they are booked into its month, or into the first
    one after it that is still open.
    """

    person_id: Id
    minutes: Minutes = Field(description="Minutes, or hours and minutes as a text like `-0:45`.")
    reason: Note = Field(examples=["Stayed until the end; the trainer’s list was wrong."])
    on: Day | None = None
    external_id: ExternalId | None = Field(
        None, description="Its name in your own system: sent again, nothing changes."
    )


_Row = Annotated[dict[str, Any], WithJsonSchema(CorrectionIn.model_json_schema())]


class CorrectionsIn(Input):
    """Corrections are checked one by one, so that a bad one harms no other."""

    corrections: Annotated[list[_Row], Field(min_length=1, max_length=MAXIMUM_ROWS)]


class RecognisedMinutesOut(Output):
    """One entry of the ledger. Entries are never changed: a correction is an entry of its own, with its reason."""

    id: Id
    person_id: Id
    month: Month
    minutes: int
    kind: MinutesKind
    source_id: Id
    happened_on: date
    at: datetime
    reason: str | None


class PayrollMonthOut(Output):
    """A month of hours: once closed it never changes, and what comes later goes into the next one."""

    month: Month
    closed_at: datetime | None
    people: int
    minutes: int


class PayrollMappingIn(Input):
    """How the payroll program wants hours. Codes are text: leading zeros stay.

    The code of a person is their ``external_id``. A person's month is summed in minutes and rounded once.
    """

    company_code: Code = Field(examples=["000042"])
    cause_code: Code = Field(examples=["FORM"])
    hours_form: HoursForm
    separator: Separator
    date_form: DateForm
    rounding: Rounding
    step: Step = Field(description="Minutes that hours are rounded to.")


class PayrollMappingOut(Output):
    company_code: str
    cause_code: str
    hours_form: HoursForm
    separator: Separator
    date_form: DateForm
    rounding: Rounding
    step: int
