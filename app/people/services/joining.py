"""Joining: what is asked of people who come, who come back, or of whom an audience knows something new.

One line for each pillar.
"""

from collections.abc import Sequence
from typing import Any

from app.context import Ctx
from app.people.rows import people
from app.policies.services import asking
from app.training.services import enrolling

AUDIENCE_FACTS = frozenset({"team_id", "site_id", "language"})
"""What audiences go by, beside roles (roster/audience.py)."""


def ask(ctx: Ctx, employments: Sequence[Any]) -> None:
    """Ask these people what is for them now and was not asked of them yet; rows hold person_id and starts_on.

    Nothing is asked of people whose employment is over. Twice is once.
    """
    asking.ask_joiners(ctx, employments)
    enrolling.ask_joiners(ctx, employments)


def ask_person(ctx: Ctx, person_id: str) -> None:
    """Do the same for one person."""
    ask(ctx, [people.employment(ctx, person_id)])
