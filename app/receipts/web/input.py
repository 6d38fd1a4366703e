"""From what people have (JSON, the address of a QR code, a saved page with that address) to the receipt in it.

The browser does the same in static/receipt.js.
"""

import re
from typing import Any

from app.evidence.errors import EvidenceError
from app.evidence.leaves import read_json
from app.evidence.receipts import MAX_RECEIPT_BYTES, unpack

MOST_KEYS = 20  # a log that changed its key now and then, and all its witnesses

_LINK = re.compile(r"/verify#([A-Za-z0-9_-]+)")


class Unreadable(Exception):
    """There is no receipt to check; ``problem`` is a code that has words in `check_words`."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def read(given: str) -> dict[str, Any]:
    """Return the receipt, an object not yet looked at; Unreadable where there is none."""
    text = given.strip()
    link = None if text.startswith("{") else _LINK.search(text)
    if not text:
        raise Unreadable("empty")
    if not link and len(text) > MAX_RECEIPT_BYTES:
        raise Unreadable("too_large")
    try:
        return unpack(link[1]) if link else read_json(text)
    except EvidenceError:
        raise Unreadable("unreadable") from None


def read_keys(given: str) -> list[str]:
    """Return the keys of logs and witnesses in a text that parts them by white space; Unreadable if there are too many.

    What a stranger gives is cut here, before any key is looked at.
    """
    keys = given.split(maxsplit=MOST_KEYS)
    if len(keys) > MOST_KEYS:
        raise Unreadable("too_many_keys")
    return keys
