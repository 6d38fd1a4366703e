"""Rows that start on a day and may end on one (``starts_on``, ``ends_on``), as conditions in SQL.

``day`` is a date or a parameter. The last day belongs to the period; a row without one has no end.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_


def covers(period: Any, day: Any) -> ColumnElement[bool]:
    """Return the condition that a row has started by this day and is not over."""
    return and_(period.starts_on <= day, not_over(period, day))


def not_over(period: Any, day: Any) -> ColumnElement[bool]:
    """Return the condition that a row has not ended before this day; it may start later."""
    return or_(period.ends_on.is_(None), period.ends_on >= day)
