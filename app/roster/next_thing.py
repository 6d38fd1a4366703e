"""The one next thing of an employee: every part says its own, the first page shows the most pressing."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class NextThing:
    """What a part has for a person. The lowest ``rank`` is shown.

    ``template`` shows it and knows ``facts`` as ``home``; ``pending`` says that something is still to be done.
    """

    rank: int
    pending: bool
    template: str
    facts: Any
