"""How long a certificate is valid."""

from calendar import monthrange
from datetime import date, timedelta

_MONTHS_A_YEAR = 12


def expires_on(issued_on: date, valid_months: int | None) -> date | None:
    """Return the last day on which a certificate is valid; None if its course sets no end.

    It is the same day of a later month, or that month's last day where it is shorter.
    """
    if valid_months is None:
        return None
    years, month = divmod(issued_on.month - 1 + valid_months, _MONTHS_A_YEAR)
    year, month = issued_on.year + years, month + 1
    return date(year, month, min(issued_on.day, monthrange(year, month)[1]))


def asked_again_from(today: date, renewal_days: int) -> date:
    """Return the latest last day of a certificate for which its course is asked again today."""
    return today + timedelta(days=renewal_days)


def renewed_by(today: date, expires_on: date, due_days: int) -> date:
    """Return by when a course is to be taken again: within its validity, or the usual days after it."""
    return expires_on if expires_on >= today else today + timedelta(days=due_days)
