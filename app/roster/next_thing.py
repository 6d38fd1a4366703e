"""The one next thing of an employee: every part says its own, the first page shows the most pressing."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class NextThing:
    """What a part has for a person. The lowest ``rank`` is shown.

    ``template`` shows it and knows ``facts`` as ``home``; ``pending`` says that something is still to be done, ``done``
    that all of it is. In the chain of steps it is a bead that leads to ``href``; its detail is said by the macro
    ``detail(facts, zone)`` of the template ``bead``.
    """

    rank: int
    pending: bool
    done: bool
    template: str
    bead: str
    href: str
    facts: Any
