"""The life of a course version, and what a new one asks of people who passed an earlier one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.rules.lifecycle import Lifecycle
from app.wording import N_, NC_, Worded


class CourseState(Worded):
    DRAFT = "draft", NC_("course version", "Draft")
    PUBLISHED = "published", NC_("course version", "Published")
    SUPERSEDED = "superseded", NC_("course version", "Replaced")
    WITHDRAWN = "withdrawn", NC_("course version", "Withdrawn")


class CourseEvent(StrEnum):
    PUBLISH = "publish"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"


LIFECYCLE = Lifecycle(
    {
        (CourseState.DRAFT, CourseEvent.PUBLISH): CourseState.PUBLISHED,
        (CourseState.PUBLISHED, CourseEvent.SUPERSEDE): CourseState.SUPERSEDED,
        (CourseState.PUBLISHED, CourseEvent.WITHDRAW): CourseState.WITHDRAWN,
    }
)


class Asks(Worded):
    """What a version asks of people who passed an earlier one; the author declares it when they publish."""

    KEEP = "keep", N_("Nothing: what they passed stays valid until it expires")
    REFRESHER = "refresher", N_("Only the lessons that changed")
    RETAKE = "retake", N_("The whole course again")


@dataclass(frozen=True, slots=True)
class LessonBefore:
    """A lesson of the version before: the fingerprint of its content, and from which version on it counts."""

    content_sha256: str
    counts_from: int


def counts_from(number: int, asks: Asks, content_sha256: str, before: LessonBefore | None) -> int:
    """Return from which version on a lesson must have been done to count in version ``number``.

    ``before`` is the lesson of the same key in the version before, None for a new one.
    """
    if before is None or asks is Asks.RETAKE:
        return number
    if asks is Asks.REFRESHER and content_sha256 != before.content_sha256:
        return number
    return before.counts_from


def leads_back(course_id: str, required: Iterable[str], prerequisites: Mapping[str, Iterable[str]]) -> bool:
    """Tell whether a course that requires these would require itself, directly or through others.

    ``prerequisites`` gives for each course the courses that it requires.
    """
    seen: set[str] = set()
    waiting = list(required)
    while waiting:
        one = waiting.pop()
        if one == course_id:
            return True
        if one not in seen:
            seen.add(one)
            waiting.extend(prerequisites.get(one, ()))
    return False
