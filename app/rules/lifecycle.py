"""Lifecycles as tables: a state and an event give the next state, or nothing does."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, TypeVar

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


class NotPossible(ValueError):
    """An event that the state does not allow."""

    def __init__(self, state: StrEnum, event: StrEnum) -> None:
        super().__init__(f"{event} is not possible in state {state}")
        self.state = state
        self.event = event


@dataclass(frozen=True)
class Lifecycle(Generic[State, Event]):
    """A transition table: (state, event) -> next state. It cannot be changed once made."""

    transitions: Mapping[tuple[State, Event], State]

    def __post_init__(self) -> None:
        object.__setattr__(self, "transitions", MappingProxyType(dict(self.transitions)))

    def after(self, state: State, event: Event) -> State:
        """Return the state that follows. Raise `NotPossible` when the table has no such step."""
        try:
            return self.transitions[state, event]
        except KeyError:
            raise NotPossible(state, event) from None

    def events(self, state: State) -> tuple[Event, ...]:
        """List the events possible in this state, in the order of the table; none for a final state."""
        return tuple(event for origin, event in self.transitions if origin == state)

    def target(self, event: Event) -> State:
        """Return the one state that this event leads to. ValueError if there are several."""
        (target,) = {following for (_, possible), following in self.transitions.items() if possible == event}
        return target

    def origins(self, event: Event) -> tuple[State, ...]:
        """List the states in which this event is possible, in the order of the table."""
        return tuple(origin for origin, possible in self.transitions if possible == event)
