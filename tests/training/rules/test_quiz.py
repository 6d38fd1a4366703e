from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.training.rules.quiz import QuestionKind, drawn, fault, is_right, passes

K = QuestionKind


@pytest.mark.parametrize(
    ("kind", "options", "right", "accepted", "code"),
    [
        (K.SINGLE, "abc", "b", [], None),
        (K.SINGLE, "abc", "", [], "no_right_answer"),
        (K.SINGLE, "abc", "ab", [], "several_right_answers"),
        (K.SINGLE, "abc", "x", [], "unknown_right_answer"),
        (K.SINGLE, "aab", "b", [], "same_option_twice"),
        (K.SINGLE, "a", "a", [], "no_wrong_answer"),
        (K.MULTIPLE, "abc", "ab", [], None),
        (K.MULTIPLE, "abc", "abc", [], "no_wrong_answer"),
        (K.MULTIPLE, "abc", "aa", [], "same_option_twice"),
        (K.TRUE_FALSE, "", ["true"], [], None),
        (K.TRUE_FALSE, "", ["perhaps"], [], "unknown_right_answer"),
        (K.TRUE_FALSE, "", ["true", "false"], [], "no_wrong_answer"),
        (K.ORDERING, "abc", "cab", [], None),
        (K.ORDERING, "abc", "ca", [], "order_incomplete"),
        (K.ORDERING, "a", "a", [], "order_incomplete"),
        (K.SPOT, "abc", "a", [], None),
        (K.SPOT, "abc", "", [], "no_right_answer"),
        (K.SHORT_TEXT, "", "", ["#adv"], None),
        (K.SHORT_TEXT, "", "", [], "no_right_answer"),
        (K.SHORT_TEXT, "", "", ["…", " "], "no_right_answer"),
    ],
)
def test_a_question_that_nobody_could_answer_is_found(
    kind: QuestionKind, options: str, right: str | list[str], accepted: list[str], code: str | None
) -> None:
    assert fault(kind, list(options), list(right), accepted) == code


@pytest.mark.parametrize(
    ("kind", "right", "given", "verdict"),
    [
        (K.SINGLE, "b", ["b"], True),
        (K.SINGLE, "b", ["a"], False),
        (K.SINGLE, "b", [], False),
        (K.MULTIPLE, "ab", ["b", "a"], True),
        (K.MULTIPLE, "ab", ["a"], False),
        (K.MULTIPLE, "ab", ["a", "a"], False),
        (K.SPOT, "ab", ["a", "b", "c"], False),
        (K.ORDERING, "cab", ["c", "a", "b"], True),
        (K.ORDERING, "cab", ["a", "b", "c"], False),
    ],
)
def test_an_answer_by_options_is_right_or_wrong_as_a_whole(
    kind: QuestionKind, right: str, given: list[str], *, verdict: bool
) -> None:
    assert is_right(kind, list(right), [], given) is verdict


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (["Lavoro per l'azienda"], True),
        (["  lavoro per l’AZIENDA. "], True),
        (["lavóro per l'azienda!"], True),
        (["lavoro"], False),
        (["…"], False),
        ([""], False),
        ([], False),
    ],
)
def test_a_short_answer_is_compared_without_case_accents_and_punctuation(given: list[str], *, verdict: bool) -> None:
    assert is_right(K.SHORT_TEXT, [], ["lavoro per l'azienda", "—"], given) is verdict


def test_an_answer_of_a_million_letters_is_cut_before_it_is_compared() -> None:
    assert not is_right(K.SHORT_TEXT, [], ["e"], ["e\u0301" * 1_000_000])


@pytest.mark.parametrize(
    ("right", "questions", "score", "verdict"),
    [(4, 5, 80, True), (3, 5, 80, False), (2, 3, 67, False), (2, 3, 66, True), (0, 4, 0, True)],
)
def test_the_passing_score_is_reached_exactly_or_not_at_all(
    right: int, questions: int, score: int, *, verdict: bool
) -> None:
    assert passes(right, questions, score) is verdict


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 7)), max_size=5), st.integers())
def test_an_attempt_takes_of_each_pool_what_it_gives_and_no_question_twice(
    sizes: list[tuple[int, int]], seed: int
) -> None:
    pools = [([(number, place) for place in range(size)], draws) for number, (size, draws) in enumerate(sizes)]
    chosen = drawn(pools, Random(seed))  # noqa: S311 - repeatable
    assert len(set(chosen)) == len(chosen)
    for number, (size, draws) in enumerate(sizes):
        assert sum(pool == number for pool, _ in chosen) == min(size, draws)
