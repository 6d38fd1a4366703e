"""What is told of a question: never enough to know what one person answered."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.training.rules.misses import Missed, missed_by, told

ANSWERS = st.lists(st.booleans(), max_size=40)


@pytest.mark.parametrize(
    ("missed", "of", "words"),
    [(0, 5, "few"), (1, 5, "few"), (2, 5, "some"), (3, 5, "many"), (4, 5, "most"), (5, 5, "most"), (5, 20, "some")],
)
def test_the_range_says_how_many_missed_a_question(missed: int, of: int, words: str) -> None:
    assert told([True] * missed + [False] * (of - missed)) is Missed(words)


@given(ANSWERS.filter(lambda answers: len(answers) < 5))
def test_of_fewer_than_five_nothing_is_told(answers: list[bool]) -> None:
    assert told(answers) is None


@given(ANSWERS)
def test_what_is_told_changes_only_when_five_more_have_finished(answers: list[bool]) -> None:
    whole = len(answers) // 5 * 5
    assert told(answers) is told(answers[:whole])


@given(ANSWERS.filter(lambda answers: len(answers) >= 5))
def test_of_nobody_it_can_be_told_whether_they_missed_it(answers: list[bool]) -> None:
    others = len(answers) // 5 * 5 - 1
    if_right, if_wrong = (
        {told([own, *[True] * missed, *[False] * (others - missed)]) for missed in range(others + 1)}
        for own in (False, True)
    )
    assert told(answers) in if_right & if_wrong


def attempt(who: str, **answers: bool) -> Any:
    questions = [
        {"id": one, "kind": "true_false", "right": ["true"], "options": ["true", "false"], "texts": {}}
        for one in answers
    ]
    given_answers = {one: ["true" if is_right else "false"] for one, is_right in answers.items()}
    return SimpleNamespace(enrolment_id=who, questions=questions, answers=given_answers)


def test_each_person_counts_once_by_their_first_finished_attempt() -> None:
    found = missed_by([attempt("a", one=False), attempt("b", one=True), attempt("a", one=True, two=True)])
    assert found == {"one": [True, False], "two": [False]}


def test_a_question_that_was_left_out_counts_as_missed() -> None:
    left_out = attempt("a", one=True)
    left_out.answers = {}
    assert missed_by([left_out]) == {"one": [True]}
