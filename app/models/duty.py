"""What each pillar asks of one person by a day: the columns that asking, reminding and counting share."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.models.base import TenantOwned, column, personal
from app.models.types import ID, UtcDateTime

DUTY: Any = {"purpose": "duty to know the policy", "basis": "6(1)(b)", "erase": "delete"}


class Duty(TenantOwned):
    """One thing asked of one person. ``due_on`` is the last day in time.

    The table, its subject (a version, a course) and its states are the pillar's own: their foreign keys are walls.
    """

    person_id: str = column(ID)
    due_on: date = column(sa.Date())
    opened_at: datetime = column(UtcDateTime())
    answered_at: datetime | None = column(UtcDateTime(), None, nullable=True, info=personal("act", **DUTY))
    reminders_sent: int = column(sa.Integer(), 0)
    last_reminded_at: datetime | None = column(UtcDateTime(), None, nullable=True)
