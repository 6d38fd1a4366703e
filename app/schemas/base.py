"""What all inputs and outputs share."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

Language = Literal["it", "en"]
Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$", max_length=36)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$", max_length=64)]

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def _printable(text: str) -> str:
    if _CONTROLS.search(text):
        raise ValueError("control characters are not allowed")
    return text


def _one_line(text: str) -> str:
    return " ".join(_printable(text).split())


Name = Annotated[str, AfterValidator(_one_line), StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
ShortName = Annotated[
    str, AfterValidator(_one_line), StringConstraints(min_length=1, max_length=120, strip_whitespace=True)
]
Note = Annotated[
    str, AfterValidator(_printable), StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)
]
Email = Annotated[
    str,
    StringConstraints(
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$",
        max_length=254,
        to_lower=True,
        strip_whitespace=True,
    ),
]
Markdown = Annotated[str, AfterValidator(_printable), StringConstraints(min_length=1, max_length=200_000)]


class Input(BaseModel):
    """What a caller may send. An unknown field is a mistake and refused, never ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


class Output(BaseModel):
    """What a caller gets; made from rows and table objects."""

    model_config = ConfigDict(from_attributes=True)
