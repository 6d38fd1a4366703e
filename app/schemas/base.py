"""What all inputs and outputs share."""

import re
from datetime import date
from functools import partial
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError, PydanticKnownError

from app.rules.instants import in_reach
from app.rules.normal_form import normalised

Language = Literal["it", "en"]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$", max_length=36)]


def _apart(values: object) -> object:
    return [one for value in values for one in str(value).split()] if isinstance(values, list) else values


# Many ids in few fields of a form, which may hold only so many: several stand in one, with a blank between them.
Ids = Annotated[list[Id], BeforeValidator(_apart)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$", max_length=64)]

_DAY_AND_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def _printable(text: str) -> str:
    if _CONTROLS.search(text):
        raise ValueError("control characters are not allowed")
    return text


Printable = AfterValidator(_printable)


def one_line(most: int, text: str) -> str:
    """Return a name or number as it is kept: in one normal form, as in files, and with single blanks.

    Normalising can lengthen it, so it is measured again.
    """
    line = " ".join(normalised("NFC", _printable(text), most).split())
    if len(line) > most:
        raise PydanticKnownError("string_too_long", {"max_length": most})
    return line


def _unix_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


# Browsers send line ends as CRLF; the same text must give the same bytes, and so the same hash, on every way in.
UnixLines = AfterValidator(_unix_lines)

# The constraints come first: what is left after stripping must still be something.
Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    AfterValidator(partial(one_line, 200)),
]
GrantedRole = Literal["owner", "marketing_lead", "hr"]
ShortName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=120, strip_whitespace=True),
    AfterValidator(partial(one_line, 120)),
]
Note = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True), Printable]
Search = Annotated[str, StringConstraints(max_length=100), Printable]
Email = Annotated[
    str,
    StringConstraints(
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$",
        max_length=254,
        to_lower=True,
        strip_whitespace=True,
    ),
]
Markdown = Annotated[str, StringConstraints(min_length=1, max_length=200_000), Printable]


_Day = TypeVar("_Day", bound=date)


def _in_reach(day: _Day) -> _Day:
    if not in_reach(day):
        raise PydanticCustomError("day_out_of_reach", "not between 1900 and 2199")
    return day


def _rfc3339(text: object) -> object:
    if isinstance(text, str) and not _DAY_AND_TIME.match(text):
        raise ValueError("a number of seconds is not a moment")
    return text


# A moment in a query string, written as RFC 3339 has it; a bare number would count as seconds since 1970.
Moment = Annotated[AwareDatetime, BeforeValidator(_rfc3339), AfterValidator(_in_reach)]
Day = Annotated[date, AfterValidator(_in_reach)]


class Input(BaseModel):
    """What a caller may send. An unknown field is a mistake and refused, never ignored.

    Values stand in no error, here and below: errors end up in logs, and the values are personal.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False, hide_input_in_errors=True)


class Output(BaseModel):
    """What a caller gets; made from rows and table objects."""

    model_config = ConfigDict(from_attributes=True, hide_input_in_errors=True)
