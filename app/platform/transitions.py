"""Steps of life cycles. No state is set anywhere else (tests/architecture/test_lifecycles.py)."""

from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, or_

from app.errors import Conflict
from app.rules.lifecycle import Lifecycle, NotPossible
from app.wording import N_

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


def move(row: Any, lifecycle: Lifecycle[State, Event], event: Event) -> None:
    """Take one step with a row that has a ``state``; Conflict if its state does not allow it."""
    row.state = after(lifecycle, row.state, event)


def after(lifecycle: Lifecycle[State, Event], state: State, event: Event) -> State:
    """Return the next state; Conflict when there is none."""
    try:
        return lifecycle.after(state, event)
    except NotPossible as refusal:
        raise not_possible(refusal.state, refusal.event) from refusal


def not_possible(state: StrEnum, event: StrEnum) -> Conflict:
    """Return the refusal of an event, which names the state."""
    detail = N_("This is not possible any more: the state is now “%(state)s”. Load it again and look.")
    return Conflict("not_possible_in_state", detail, state=state, event=event.value)


def in_bulk(lifecycle: Lifecycle[State, Event], event: Event, model: Any) -> tuple[ColumnElement[bool], dict[str, Any]]:
    """Return the same step for rows of ``model`` in an UPDATE: the condition that allows it, and the new values."""
    possible = or_(*(model.state == state for state in lifecycle.origins(event)))
    return possible, {"state": lifecycle.target(event)}
