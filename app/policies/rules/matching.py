"""Finding what two texts have in common, with work that is bounded whatever the texts are.

``SequenceMatcher`` looks at all that is left for each piece that it finds. On words of which every other one is new its
time grows with the square of the text, and with the cube where words repeat: 190 KB took minutes.
"""

from collections.abc import Hashable, Sequence
from difflib import Match, SequenceMatcher
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


class Budget:
    """Steps that are left for comparing one text with another; a step takes some 0.2 µs."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def affords(self, steps: int) -> bool:
        """Spend so many steps, if there are as many left."""
        if steps > self._left:
            return False
        self._left -= steps
        return True


class Matcher(SequenceMatcher[int]):
    """A ``SequenceMatcher`` that stops looking when its budget is spent; the rest counts as changed."""

    def __init__(self, old: Sequence[T], new: Sequence[T], budget: Budget) -> None:
        numbers: dict[T, int] = {}  # compared in a moment, however long the things are that they stand for
        olds, news = ([numbers.setdefault(one, len(numbers)) for one in side] for side in (old, new))
        super().__init__(None, olds, news)
        # Documented, though its type is not: where each thing stands in the new text.
        places: dict[int, list[int]] = self.b2j  # type: ignore[attr-defined]
        self._budget = budget
        self._steps = list(accumulate((1 + len(places.get(one, ())) for one in olds), initial=0))

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        """Find the longest piece in common, and none if looking for it costs more than is left."""
        end = len(self._steps) - 1 if ahi is None else ahi
        if not self._budget.affords(self._steps[end] - self._steps[alo]):
            return Match(alo, blo, 0)
        return super().find_longest_match(alo, end, blo, bhi)
