"""The starter courses: whole in both languages, answerable, and easy to read."""

import pytest

from app.training.rules.content import Content
from app.training.rules.publishable import shortcomings
from app.training.rules.quiz import QuestionKind
from app.training.rules.reading_ease import measured
from app.training.rules.starter import Starter
from app.training.services.starting import content

LESSONS = {Starter.SPEAKING: 10, Starter.LEADING: 3}
EASIEST_ALLOWED = {"it": 60, "en": 60}
BOTH = {"it", "en"}


@pytest.fixture(params=list(Starter))
def course(request: pytest.FixtureRequest) -> Content:
    return content(request.param)


@pytest.mark.parametrize("starter", list(Starter))
def test_it_can_be_published_as_it_comes(starter: Starter) -> None:
    assert shortcomings(content(starter)) == []
    assert len(content(starter).lessons) == LESSONS[starter]


def test_it_speaks_italian_and_english_throughout(course: Content) -> None:
    assert set(course.texts) == BOTH
    for lesson in course.lessons:
        assert set(lesson.texts) == BOTH
        assert all(set(question.texts) == BOTH for question in lesson.questions)


def test_each_attempt_leaves_some_questions_for_the_next(course: Content) -> None:
    assert all(0 < lesson.draws < len(lesson.questions) for lesson in course.lessons)


def test_each_answer_is_explained(course: Content) -> None:
    for question in (one for lesson in course.lessons for one in lesson.questions):
        for words in question.texts.values():
            assert words.explanation
            if question.kind is not QuestionKind.ORDERING:
                assert all(option.because for option in words.options)


def test_a_course_uses_questions_of_many_kinds(course: Content) -> None:
    kinds = {question.kind for lesson in course.lessons for question in lesson.questions}
    assert kinds >= set(QuestionKind) - {QuestionKind.TRUE_FALSE}


def test_the_course_for_everybody_uses_every_kind_of_question() -> None:
    assert {question.kind for lesson in content(Starter.SPEAKING).lessons for question in lesson.questions} == set(
        QuestionKind
    )


def test_each_lesson_is_easy_to_read_in_the_time_it_says(course: Content) -> None:
    for lesson in course.lessons:
        for language, words in lesson.texts.items():
            found = measured(words.body, language)
            assert found is not None
            assert found.index >= EASIEST_ALLOWED[language], (words.title, found.index)
            assert found.words <= lesson.minutes * 120, words.title


def test_lessons_keep_their_keys_so_that_copies_are_known_as_such() -> None:
    keys = [lesson.key for starter in Starter for lesson in content(starter).lessons]
    content.cache_clear()
    assert [lesson.key for starter in Starter for lesson in content(starter).lessons] == keys
    assert len(set(keys)) == len(keys)
