"""What distinguishes two versions of a course, lesson by lesson, told apart by the keys of lessons."""

from dataclasses import dataclass
from enum import StrEnum

from app.training.rules.content import Content, WrittenLesson, lesson_sha256


class Change(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class LessonDifference:
    """One lesson that is not the same in both; its title is that of the newer version where it has one."""

    change: Change
    title: str
    language: str


def differences(old: Content, new: Content) -> list[LessonDifference]:
    """Return the lessons that were added, changed or removed, in the order of the newer version, those removed last."""
    before = {lesson.key: lesson for lesson in old.lessons}
    after = {lesson.key for lesson in new.lessons}
    found = [
        _told(Change.CHANGED if lesson.key in before else Change.ADDED, lesson)
        for lesson in new.lessons
        if lesson.key not in before or lesson_sha256(before[lesson.key]) != lesson_sha256(lesson)
    ]
    return found + [_told(Change.REMOVED, lesson) for lesson in old.lessons if lesson.key not in after]


def _told(change: Change, lesson: WrittenLesson) -> LessonDifference:
    language, words = next(iter(lesson.texts.items()))
    return LessonDifference(change, words.title, language)
