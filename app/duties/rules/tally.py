"""People counted by where they stand with a duty."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Tally:
    """How many stand where. ``overdue`` are among the pending states.

    ``away`` still have to answer but are absent today: they are in no state.
    """

    states: Counter[StrEnum]
    overdue: int = 0
    away: int = 0

    @classmethod
    def of(cls, rows: Iterable[Any], pending: Collection[StrEnum]) -> Self:
        """Sum up rows of state, late, away and people (``duties.queries.counting``)."""
        states: Counter[StrEnum] = Counter()
        overdue = away = 0
        for row in rows:
            if row.away:
                away += row.people
                continue
            states[row.state] += row.people
            overdue += row.people if row.late and row.state in pending else 0
        return cls(states, overdue, away)

    def among(self, states: Iterable[StrEnum]) -> int:
        """Return how many are in one of these states."""
        return sum(self.states[state] for state in states)
