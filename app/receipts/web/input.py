"""From what people have (JSON, the address of a QR code, a saved page with that address) to the receipt in it.

The browser does the same in static/receipt.js.
"""

import re
from typing import Any

from app.evidence.errors import EvidenceError
from app.evidence.leaves import read_json
from app.evidence.receipts import MAX_RECEIPT_BYTES, unpack

_LINK = re.compile(r"/verify#([A-Za-z0-9_-]+)")


class Unreadable(Exception):
    """There is no receipt to check; ``problem`` is a code that has words in `app.web.evidence_words`."""

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
