"""What an absence does to a due date."""

from datetime import date, timedelta

_AT_LEAST = timedelta(days=5)


def due_after_absence(due_on: date, opened_on: date, away_from: date, back_on: date) -> date:
    """Return the due date on return: the days that remained when the absence began, at least five.

    For what was asked during the absence, the days that remained when it was asked.
    """
    return back_on + max(due_on - max(away_from, opened_on), _AT_LEAST)
