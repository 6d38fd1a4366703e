"""Which days can be reckoned with, and one way to write a moment: what is stored, hashed and printed is the same text.

A peer product printed seconds and hashed microseconds, and every one of its certificates failed to verify.
"""

import re
from datetime import UTC, date, datetime

_CANONICAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_YEARS = range(1900, 2200)


class NotAnInstant(ValueError):
    """A value that names no single moment; `code` is machine-readable."""

    code = "not_an_instant"


def in_reach(day: date) -> bool:
    """Tell whether a day or moment lies where days can be added to it in every time zone; 9999-12-31 does not."""
    return day.year in _YEARS


def canonical(at: datetime) -> str:
    """Write an aware moment in UTC with six decimals, as in "2026-11-23T18:22:57.000123Z".

    Raise `NotAnInstant` for a datetime without a zone.
    """
    if at.utcoffset() is None:
        raise NotAnInstant("a moment needs a time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """Read a canonical moment back as a UTC datetime.

    Raise `NotAnInstant` for every other spelling, even of the same moment: one moment has one text.
    """
    if not _CANONICAL.fullmatch(text):
        raise NotAnInstant(f"not a canonical moment: {text!r}")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise NotAnInstant(f"no such moment: {text!r}") from error
