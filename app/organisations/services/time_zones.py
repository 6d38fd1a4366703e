"""Names of time zones, checked where one comes in: a wrong one would break every date of the company."""

from functools import cache
from zoneinfo import available_timezones

from app.errors import FieldError, Invalid
from app.wording import N_


def refuse_unknown(name: str) -> None:
    """Raise Invalid unless this is a name of the IANA time zone database."""
    if name not in _known():
        detail = N_("This time zone is not known. Write it like Europe/Rome.")
        raise Invalid([FieldError("/time_zone", "time_zone_unknown", detail)])


def suggested() -> list[str]:
    """Return the names that are offered to choose from; others can be typed."""
    return sorted(name for name in _known() if name.startswith("Europe/"))


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())
