"""Whether a state was reached by steps that its life cycle has."""

from enum import StrEnum

from app.rules.lifecycle import Lifecycle


def follows(lifecycle: Lifecycle[StrEnum, StrEnum], before: StrEnum, now: StrEnum, *, most: int = 1) -> bool:
    """Tell whether at most so many steps lead from one state to the other."""
    reached = {before}
    for _ in range(most):
        reached |= {lifecycle.after(state, event) for state in reached for event in lifecycle.events(state)}
    return now in reached
