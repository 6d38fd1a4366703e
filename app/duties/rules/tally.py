"""People counted by where they stand with a duty."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Tally:
    """How many stand where. ``late`` are those in each state who still owe an answer after their last day.

    ``away`` still have to answer but are absent today: they are in no state.
    """

    states: Counter[StrEnum] = field(default_factory=Counter)
    late: Counter[StrEnum] = field(default_factory=Counter)
    away: int = 0

    @classmethod
    def of(cls, rows: Iterable[Any]) -> Self:
        """Sum up rows of state, late, away and people (``duties.rows.counting``)."""
        states: Counter[StrEnum] = Counter()
        late: Counter[StrEnum] = Counter()
        away = 0
        for row in rows:
            if row.away:
                away += row.people
                continue
            states[row.state] += row.people
            late[row.state] += row.people if row.late else 0
        return cls(states, late, away)

    @property
    def overdue(self) -> int:
        """Return how many are late, whatever their state."""
        return self.late.total()

    def among(self, states: Iterable[StrEnum]) -> int:
        """Return how many are in one of these states."""
        return sum(self.states[state] for state in states)
