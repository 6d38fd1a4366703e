"""How a pillar asks: which table holds its duties, what they are about, and who still owes an answer."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class DutyKind:
    """One pillar's duties.

    ``model`` is a table of ``models.duty.Duty`` with a ``state``; ``subject`` names its column for what is asked
    (``version_id``); ``pending`` are the states of people who still owe an answer. ``owed`` gives, for the context and
    what is asked, the condition that a duty asks for it now.
    """

    model: Any
    subject: str
    pending: frozenset[StrEnum]
    owed: Callable[[Any, str], Any]

    @property
    def own_id(self) -> str:
        """Return what a job calls the id of one duty: ``assignment_id``."""
        return f"{self.model.__tablename__}_id"
