"""Who works here: the conditions that every part asks of an employment.

``day`` is a date where the company is, or a parameter.
"""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from app.db import periods
from app.models import Employment


def running(day: Any) -> ColumnElement[bool]:
    """Return the condition that an employment covers this day."""
    return periods.covers(Employment, day)


def not_over(day: Any) -> ColumnElement[bool]:
    """Return the condition that an employment has not ended before this day: it runs, or starts later."""
    return periods.not_over(Employment, day)


def works_here(company_id: Any, person_id: Any, day: Any) -> ColumnElement[bool]:
    """Return the condition that the person in these columns works in the company on this day."""
    return employed(company_id, person_id, running(day))


def employed(company_id: Any, person_id: Any, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that the person in these columns has an employment of which all these conditions hold."""
    own = (col(Employment.company_id) == company_id, col(Employment.person_id) == person_id)
    return select(col(Employment.id)).where(*own, *which).correlate_except(Employment).exists()
