"""From what pydantic found to what a person or caller is told, with the same words on pages and in the API."""

from collections.abc import Iterable
from typing import Any

from app.errors import FieldError
from app.wording import N_

_WORDS = {
    "missing": N_("This is missing. Fill it in."),
    "string_too_short": N_("This is missing. Fill it in."),
    "string_too_long": N_("This is too long: at most %(max_length)s characters."),
    "too_long": N_("These are too many: at most %(max_length)s."),
    "too_short": N_("These are too few: at least %(min_length)s."),
    "extra_forbidden": N_("This field is not known here. Check its name."),
    "greater_than_equal": N_("This is too small: at least %(ge)s."),
    "less_than_equal": N_("This is too large: at most %(le)s."),
    "date_from_datetime_parsing": N_("This is not a date. Write it like 2026-12-31."),
    "date_parsing": N_("This is not a date. Write it like 2026-12-31."),
    "date_type": N_("This is not a date. Write it like 2026-12-31."),
    "day_out_of_reach": N_("Write a day between 1900 and 2199."),
    "month_parsing": N_("This is not a month. Write it like 2026-12."),
    "duration_parsing": N_(
        "Write hours and minutes with a colon, like 8:30. With a comma or a point, minutes and decimals look the same."
    ),
    "code_parsing": N_("Use letters, digits and . _ / - only, and begin with a letter or a digit."),
    "literal_error": N_("Choose one of: %(expected)s."),
    "enum": N_("Choose one of: %(expected)s."),
    "bool_parsing": N_("Choose yes or no."),
    "int_parsing": N_("This is not a whole number."),
    "json_invalid": N_("This is not valid JSON. Check quotes and commas."),
}
_LONGEST_NAME = 200  # of a field: whatever somebody sends as a name comes back in a pointer
_OTHERWISE = N_("This value cannot be used. Check it and try again.")


def field_errors(found: Iterable[Any], *, skip: int = 0) -> list[FieldError]:
    """Return one FieldError per finding; ``skip`` leading parts of its location (``body``) are left out."""
    return [_field_error(error, skip) for error in found]


def _field_error(error: Any, skip: int) -> FieldError:
    pointer = "".join(f"/{_escaped(part)}" for part in error["loc"][skip:])
    params: dict[str, object] = {name: str(value) for name, value in (error.get("ctx") or {}).items()}
    return FieldError(pointer or "", error["type"], _WORDS.get(error["type"], _OTHERWISE), params)


def _escaped(part: object) -> str:
    return str(part)[:_LONGEST_NAME].replace("~", "~0").replace("/", "~1")
