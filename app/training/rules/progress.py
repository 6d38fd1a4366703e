"""How far somebody is: derived from what they did, never stored as a share, never above 100."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class CountedLesson(Protocol):
    """A lesson of the version that somebody follows."""

    key: str
    minutes: int
    counts_from: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Lessons and minutes, done and in all; ``next_key`` is the first lesson that is still to do."""

    lessons_done: int
    lessons: int
    minutes_done: int
    minutes: int
    done: frozenset[str]
    next_key: str | None

    @property
    def percent(self) -> int:
        """Return the share of the minutes that is done, rounded down: 100 means everything."""
        return 100 if self.next_key is None else min(99, self.minutes_done * 100 // max(self.minutes, 1))


def progress(lessons: Sequence[CountedLesson], done_in: Mapping[str, int]) -> Progress:
    """Return how far somebody is with these lessons, in their order.

    ``done_in`` gives for each key of a lesson the number of the newest version in which it was done (``newest``).
    A lesson done before it changed does not count where the version asks for what changed (``rules.course``).
    """
    done = [lesson for lesson in lessons if done_in.get(lesson.key, 0) >= lesson.counts_from]
    keys = frozenset(lesson.key for lesson in done)
    return Progress(
        lessons_done=len(done),
        lessons=len(lessons),
        minutes_done=sum(lesson.minutes for lesson in done),
        minutes=sum(lesson.minutes for lesson in lessons),
        done=keys,
        next_key=next((lesson.key for lesson in lessons if lesson.key not in keys), None),
    )


def newest(done: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return for each lesson the newest version in which it was done, whatever the order of the records."""
    found: dict[str, int] = {}
    for key, number in done:
        found[key] = max(number, found.get(key, 0))
    return found
