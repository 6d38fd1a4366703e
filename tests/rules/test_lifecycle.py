from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.lifecycle import Lifecycle, NotPossible


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    WALLED_UP = "walled_up"


class Act(StrEnum):
    CLOSE = "close"
    OPEN = "open"
    WALL_UP = "wall_up"


TABLE = {
    (Door.OPEN, Act.CLOSE): Door.SHUT,
    (Door.SHUT, Act.OPEN): Door.OPEN,
    (Door.SHUT, Act.WALL_UP): Door.WALLED_UP,
}
DOORS = Lifecycle(TABLE)


def test_an_event_leads_to_the_state_of_the_table() -> None:
    assert DOORS.after(Door.OPEN, Act.CLOSE) == Door.SHUT


def test_an_event_that_the_state_does_not_allow_is_refused_with_both_names() -> None:
    with pytest.raises(NotPossible, match="wall_up is not possible in state open") as refusal:
        DOORS.after(Door.OPEN, Act.WALL_UP)
    assert (refusal.value.state, refusal.value.event) == (Door.OPEN, Act.WALL_UP)


def test_events_are_listed_in_the_order_of_the_table_and_a_final_state_has_none() -> None:
    assert DOORS.events(Door.SHUT) == (Act.OPEN, Act.WALL_UP)
    assert DOORS.events(Door.WALLED_UP) == ()


def test_an_event_knows_where_it_is_possible_and_where_it_leads() -> None:
    assert DOORS.origins(Act.WALL_UP) == (Door.SHUT,)
    assert DOORS.target(Act.WALL_UP) is Door.WALLED_UP


def test_an_event_that_leads_to_several_states_has_no_one_target() -> None:
    with pytest.raises(ValueError, match="too many values"):
        Lifecycle({(Door.SHUT, Act.OPEN): Door.OPEN, (Door.OPEN, Act.OPEN): Door.SHUT}).target(Act.OPEN)


def test_a_lifecycle_does_not_change_with_the_table_it_was_made_from() -> None:
    table = dict(TABLE)
    doors = Lifecycle(table)
    table.clear()
    assert doors.after(Door.OPEN, Act.CLOSE) == Door.SHUT
    with pytest.raises(TypeError):
        doors.transitions[Door.OPEN, Act.OPEN] = Door.OPEN  # type: ignore[index]


@given(st.lists(st.sampled_from(Act)))
def test_no_sequence_of_events_leaves_the_table(events: list[Act]) -> None:
    state = Door.OPEN
    for event in events:
        if event in DOORS.events(state):
            state = DOORS.after(state, event)
            assert state in set(TABLE.values())
        else:
            with pytest.raises(NotPossible):
                DOORS.after(state, event)
