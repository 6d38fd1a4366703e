import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.lifecycle import NotPossible
from app.training.rules.course import LIFECYCLE, Asks, CourseEvent, CourseState, LessonBefore, counts_from, leads_back

OLD, NEW = "a" * 64, "b" * 64


def test_a_version_is_published_once_and_then_replaced_or_withdrawn() -> None:
    assert LIFECYCLE.after(CourseState.DRAFT, CourseEvent.PUBLISH) is CourseState.PUBLISHED
    assert LIFECYCLE.after(CourseState.PUBLISHED, CourseEvent.SUPERSEDE) is CourseState.SUPERSEDED
    assert LIFECYCLE.after(CourseState.PUBLISHED, CourseEvent.WITHDRAW) is CourseState.WITHDRAWN
    assert LIFECYCLE.events(CourseState.SUPERSEDED) == LIFECYCLE.events(CourseState.WITHDRAWN) == ()


@given(st.lists(st.sampled_from(CourseEvent), max_size=8))
def test_nothing_that_was_published_becomes_a_draft_again(events: list[CourseEvent]) -> None:
    state = CourseState.DRAFT
    for event in events:
        try:
            state = LIFECYCLE.after(state, event)
        except NotPossible:
            continue
        assert state is not CourseState.DRAFT


@pytest.mark.parametrize(
    ("asks", "content", "since"),
    [
        (Asks.KEEP, OLD, 1),
        (Asks.KEEP, NEW, 1),
        (Asks.REFRESHER, OLD, 1),
        (Asks.REFRESHER, NEW, 3),
        (Asks.RETAKE, OLD, 3),
    ],
)
def test_a_version_says_from_when_on_a_lesson_counts(asks: Asks, content: str, since: int) -> None:
    assert counts_from(3, asks, content, LessonBefore(OLD, counts_from=1)) == since


@pytest.mark.parametrize("asks", Asks)
def test_a_new_lesson_has_been_done_by_nobody(asks: Asks) -> None:
    assert counts_from(3, asks, NEW, None) == 3


@pytest.mark.parametrize(
    ("required", "back"),
    [(["a"], True), (["b"], True), (["d"], False), (["e"], False), ([], False)],
)
def test_a_course_cannot_require_itself_through_others(required: list[str], *, back: bool) -> None:
    assert leads_back("a", required, {"b": ["c"], "c": ["a"], "d": ["e"], "e": ["d"]}) is back
