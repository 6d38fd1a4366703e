"""One step of a life cycle, refused as a conflict when the state does not allow it."""

from enum import StrEnum
from typing import TypeVar

from app.errors import Conflict
from app.rules.lifecycle import Lifecycle, NotPossible
from app.wording import N_

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


def after(lifecycle: Lifecycle[State, Event], state: State, event: Event) -> State:
    """Return the next state; Conflict when there is none."""
    try:
        return lifecycle.after(state, event)
    except NotPossible as refusal:
        detail = N_("This is not possible any more: the state is now “%(state)s”. Load it again and look.")
        raise Conflict(refusal.code, detail, state=state, event=event.value) from refusal
