from hypothesis import given
from hypothesis import strategies as st

from app.training.rules.enrolment import DONE, LIFECYCLE, PENDING, UNFINISHED, EnrolmentEvent, EnrolmentState


def test_an_enrolment_is_begun_passed_and_renewed() -> None:
    state = EnrolmentState.ASSIGNED
    for event in (EnrolmentEvent.BEGIN, EnrolmentEvent.PASS, EnrolmentEvent.RENEW):
        state = LIFECYCLE.after(state, event)
    assert state is EnrolmentState.ASSIGNED


@given(st.lists(st.sampled_from(EnrolmentEvent), max_size=20))
def test_what_is_done_is_only_asked_again_by_a_renewal(events: list[EnrolmentEvent]) -> None:
    state = EnrolmentState.SELF_ENROLLED
    for event in (one for one in events if one in LIFECYCLE.events(state)):
        following = LIFECYCLE.after(state, event)
        assert state not in DONE or event is EnrolmentEvent.RENEW
        state = following


def test_each_state_is_unfinished_done_or_cancelled() -> None:
    assert sorted([*UNFINISHED, *DONE, EnrolmentState.CANCELLED]) == sorted(EnrolmentState)
    assert set(PENDING) < set(UNFINISHED)


def test_every_state_and_event_is_in_use() -> None:
    assert {event for _, event in LIFECYCLE.transitions} == set(EnrolmentEvent)
    assert {EnrolmentState.SELF_ENROLLED, *LIFECYCLE.transitions.values()} == set(EnrolmentState)
