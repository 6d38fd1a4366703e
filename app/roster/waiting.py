"""What waits for a person to act: every part says its own, the pages compose them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """Some things of one kind that wait for the actor. ``words`` say what waits (one, many), ``verb`` what to do.

    ``href`` is where it is done; ``menu`` the address of the menu item that counts it.
    """

    count: int
    words: tuple[str, str]
    verb: str
    href: str
    menu: str
