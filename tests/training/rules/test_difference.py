"""Two versions of a course are told apart lesson by lesson."""

from dataclasses import replace

from app.training.rules.content import LessonWords
from app.training.rules.difference import Change, differences
from tests.training.rules.test_content import CONTENT, LESSON


def test_lessons_are_added_changed_and_removed_by_their_keys() -> None:
    changed = replace(LESSON, key="second", texts={"it": LessonWords("Altro titolo", "Altro")})
    new = replace(CONTENT, lessons=[replace(LESSON, key="third"), changed])
    found = [(one.change, one.title) for one in differences(CONTENT, new)]
    assert found == [(Change.ADDED, "Perché"), (Change.CHANGED, "Altro titolo"), (Change.REMOVED, "Perché")]


def test_another_order_and_other_minutes_are_no_difference() -> None:
    new = replace(CONTENT, lessons=[replace(lesson, minutes=9) for lesson in CONTENT.lessons[::-1]])
    assert differences(CONTENT, new) == []
