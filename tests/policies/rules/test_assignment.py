from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policies.rules.assignment import (
    CLOSED,
    LIFECYCLE,
    PENDING,
    READ,
    SETTLED,
    TO_RESOLVE,
    UNANSWERED,
    AssignmentEvent,
    AssignmentState,
    due_on,
)
from app.rules.lifecycle import NotPossible


@pytest.mark.parametrize(
    "state",
    [AssignmentState.OPEN, AssignmentState.QUESTION, AssignmentState.DECLINED, AssignmentState.EXCUSED],
)
def test_whoever_has_not_acknowledged_still_can(state: AssignmentState) -> None:
    assert LIFECYCLE.after(state, AssignmentEvent.ACKNOWLEDGE) == AssignmentState.ACKNOWLEDGED
    assert LIFECYCLE.after(state, AssignmentEvent.RECORD_ON_PAPER) == AssignmentState.RECORDED_ON_PAPER


def test_a_question_that_hr_answers_is_open_again() -> None:
    asked = LIFECYCLE.after(AssignmentState.OPEN, AssignmentEvent.ASK)
    assert LIFECYCLE.after(asked, AssignmentEvent.ASK) == AssignmentState.QUESTION
    assert LIFECYCLE.after(asked, AssignmentEvent.ANSWER) == AssignmentState.OPEN


@pytest.mark.parametrize("state", READ)
def test_what_happened_is_never_rewritten(state: AssignmentState) -> None:
    assert LIFECYCLE.events(state) == ()
    with pytest.raises(NotPossible):
        LIFECYCLE.after(state, AssignmentEvent.SUPERSEDE)


@given(st.lists(st.sampled_from(AssignmentEvent), max_size=20))
def test_no_sequence_of_events_leaves_the_table_or_a_final_state(events: list[AssignmentEvent]) -> None:
    state = AssignmentState.OPEN
    for event in events:
        possible = event in LIFECYCLE.events(state)
        following = LIFECYCLE.after(state, event) if possible else state
        assert following in AssignmentState
        assert state not in READ or following == state
        state = following


@pytest.mark.parametrize("state", CLOSED)
def test_what_is_not_asked_any_more_can_only_be_asked_again(state: AssignmentState) -> None:
    assert LIFECYCLE.events(state) == (AssignmentEvent.REOPEN,)
    assert LIFECYCLE.after(state, AssignmentEvent.REOPEN) is AssignmentState.OPEN


def test_a_newer_version_asks_instead_wherever_nothing_was_confirmed_or_excused() -> None:
    closing = AssignmentEvent.CANCEL, AssignmentEvent.SUPERSEDE
    assert {LIFECYCLE.origins(event) for event in closing} == {UNANSWERED}


def test_each_state_is_unanswered_settled_or_closed() -> None:
    assert sorted([*UNANSWERED, *SETTLED, *CLOSED]) == sorted(AssignmentState)
    assert set(TO_RESOLVE) < set(UNANSWERED)


def test_every_state_and_event_is_in_use() -> None:
    assert {event for _, event in LIFECYCLE.transitions} == set(AssignmentEvent)
    assert set(LIFECYCLE.transitions.values()) == set(AssignmentState)


def test_a_refusal_is_an_answer_and_a_question_is_still_pending() -> None:
    assert PENDING == (AssignmentState.OPEN, AssignmentState.QUESTION)


def test_grace_runs_from_the_day_the_version_takes_effect() -> None:
    assert due_on(date(2026, 12, 1), 14, joined_on=date(2020, 1, 1)) == date(2026, 12, 15)
    assert due_on(date(2026, 12, 1), 0, joined_on=date(2020, 1, 1)) == date(2026, 12, 1)


def test_a_joiner_has_the_whole_grace_from_the_day_they_join() -> None:
    assert due_on(date(2026, 12, 1), 14, joined_on=date(2027, 3, 1)) == date(2027, 3, 15)
