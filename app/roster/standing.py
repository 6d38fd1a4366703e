"""Where a company stands with one thing it runs: every part says its own, the agency's list of clients shows them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a company has come, and what it waits for.

    ``title`` says what the ``done`` of those ``asked`` have done. ``done`` is None where the group is too small or the
    viewer may not see it; ``counted`` tells which of both. ``waits`` is a message id and a kind of tag; the kind
    ``done`` says that nothing waits.
    """

    title: str
    asked: int
    done: int | None
    counted: bool
    waits: tuple[str, str]
