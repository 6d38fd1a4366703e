"""The fingerprints of a course: what changes them, and what does not."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.training.rules.content import (
    Content,
    CourseWords,
    LessonWords,
    Option,
    QuestionWords,
    WrittenLesson,
    WrittenQuestion,
    content_sha256,
    fingerprint,
    lesson_sha256,
)
from app.training.rules.course import Asks
from app.training.rules.quiz import QuestionKind

QUESTION = WrittenQuestion(
    QuestionKind.SINGLE, ["a"], {"it": QuestionWords("Chi sei?", "Dillo.", [Option("a", "Uno che lavora qui")])}
)
LESSON = WrittenLesson("first", 5, 1, False, {"it": LessonWords("Perché", "Testo")}, [QUESTION])
CONTENT = Content(80, None, Asks.KEEP, {"it": CourseWords("Parlare di noi")}, [LESSON, replace(LESSON, key="second")])


@pytest.mark.parametrize(
    ("change", "of_what_it_says"),
    [
        (lambda one: replace(one, texts={"it": LessonWords("Perché", "Altro")}), True),
        (lambda one: replace(one, texts={**one.texts, "en": LessonWords("Why")}), True),
        (lambda one: replace(one, questions=[replace(QUESTION, right=["b"])]), True),
        (lambda one: replace(one, questions=[]), True),
        (lambda one: replace(one, minutes=6), False),
        (lambda one: replace(one, draws=0), False),
        (lambda one: replace(one, own_quiz=True), False),
        (lambda one: replace(one, key="third"), False),
    ],
)
def test_a_lesson_counts_as_changed_by_what_it_says_alone(
    change: Callable[[WrittenLesson], WrittenLesson], *, of_what_it_says: bool
) -> None:
    changed = change(LESSON)
    assert (lesson_sha256(changed) != lesson_sha256(LESSON)) is of_what_it_says
    assert fingerprint(changed) != fingerprint(LESSON)  # two authors notice each other's changes of any kind
    assert content_sha256(replace(CONTENT, lessons=[changed, *CONTENT.lessons[1:]])) != content_sha256(CONTENT)


@pytest.mark.parametrize(
    "change",
    [
        {"passing_score": 70},
        {"max_attempts": 3},
        {"asks": Asks.RETAKE},
        {"texts": {"it": CourseWords("Parlare di noi", why="Serve a te.")}},
        {"lessons": CONTENT.lessons[::-1]},
        {"lessons": CONTENT.lessons[:1]},
    ],
)
def test_a_version_changes_with_its_rules_its_texts_and_the_order_of_its_lessons(change: dict[str, object]) -> None:
    assert content_sha256(replace(CONTENT, **change)) != content_sha256(CONTENT)  # type: ignore[arg-type]
