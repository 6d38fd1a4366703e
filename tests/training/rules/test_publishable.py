"""What keeps a course from publication: every fault at once, each where it is."""

from dataclasses import replace
from typing import Any

import pytest

from app.training.rules.content import Content, LessonWords, Option, QuestionWords, WrittenLesson, WrittenQuestion
from app.training.rules.course import Asks
from app.training.rules.publishable import shortcomings
from app.training.rules.quiz import QuestionKind
from tests.training.rules.test_content import CONTENT, LESSON

OPTIONS = [Option("a", "Sì"), Option("b", "No")]
QUESTION = WrittenQuestion(QuestionKind.SINGLE, ["a"], {"it": QuestionWords("Chi sei?", "", OPTIONS)})
GOOD = replace(LESSON, questions=[QUESTION])
BOTH = {"it": LessonWords("Perché", "Testo"), "en": LessonWords("Why", "Text")}


def found(content: Content) -> list[tuple[str, str]]:
    return [(one.pointer, one.code) for one in shortcomings(content)]


def of(lesson: WrittenLesson, **facts: Any) -> Content:
    return replace(CONTENT, lessons=[lesson], **facts)


def asking(*, languages: tuple[str, ...] = ("it",), **facts: Any) -> Content:
    question = replace(QUESTION, **facts)
    texts = dict.fromkeys(languages, CONTENT.texts["it"])
    said = {language: BOTH[language] for language in languages}
    return of(replace(GOOD, questions=[question], texts=said), texts=texts)


def test_a_whole_course_can_be_published() -> None:
    assert found(of(GOOD)) == []


def test_a_course_without_language_and_lessons_cannot() -> None:
    assert found(Content(80, None, Asks.KEEP, {})) == [("/texts", "no_language"), ("/lessons", "no_lesson")]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"texts": {"it": LessonWords("Perché", " \n")}}, ("/lessons/0/texts/it/body", "lesson_empty")),
        ({"texts": {}}, ("/lessons/0/texts/it/body", "lesson_empty")),
        ({"own_quiz": True, "questions": [], "draws": 0}, ("/lessons/0/own_quiz", "no_question")),
        ({"draws": 2}, ("/lessons/0/draws", "too_few_questions")),
    ],
)
def test_a_lesson_that_nobody_could_take_is_named(change: dict[str, Any], expected: tuple[str, str]) -> None:
    assert found(of(replace(GOOD, **change))) == [expected]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (asking(right=[]), ("/lessons/0/questions/0/right", "no_right_answer")),
        (asking(right=["z"]), ("/lessons/0/questions/0/right", "unknown_right_answer")),
        (
            asking(texts={"it": QuestionWords("", "", OPTIONS)}),
            ("/lessons/0/questions/0/texts/it/prompt", "question_empty"),
        ),
        (
            asking(languages=("it", "en")),
            ("/lessons/0/questions/0/texts/en/prompt", "question_empty"),
        ),
        (
            asking(languages=("it", "en"), texts={**QUESTION.texts, "en": QuestionWords("Who?", "", OPTIONS[:1])}),
            ("/lessons/0/questions/0/texts", "options_differ"),
        ),
        (
            asking(
                languages=("it", "en"),
                kind=QuestionKind.SHORT_TEXT,
                right=[],
                texts={"it": QuestionWords("Chi?", accepted=["io"]), "en": QuestionWords("Who?")},
            ),
            ("/lessons/0/questions/0/right", "no_right_answer"),
        ),
    ],
)
def test_a_question_that_nobody_could_answer_is_named(content: Content, expected: tuple[str, str]) -> None:
    assert found(content) == [expected]


def test_every_fault_is_told_at_once() -> None:
    bad = replace(GOOD, draws=9, questions=[replace(QUESTION, right=[])])
    assert found(replace(CONTENT, lessons=[bad, replace(bad, own_quiz=True)])) == [
        ("/lessons/0/draws", "too_few_questions"),
        ("/lessons/0/questions/0/right", "no_right_answer"),
        ("/lessons/1/draws", "too_few_questions"),
        ("/lessons/1/questions/0/right", "no_right_answer"),
    ]
