"""The catalogue of everything this service refuses: what ``type`` in a problem leads to.

problems.json is read from the source (tests/contract/contracts.py) and a test keeps the two together.
"""

import json
import re
from pathlib import Path
from typing import NamedTuple

_ASIDE = re.compile(r" \(%\(\w+\)s\)")
_PLACE = re.compile(r"%\(\w+\)s")


class Kind(NamedTuple):
    """One kind of problem. ``details`` are the messages it comes with; each says what to do next."""

    code: str
    status: int
    details: list[str]


def _read() -> dict[str, Kind]:
    text = Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
    return {code: Kind(code, kind["status"], kind["details"]) for code, kind in json.loads(text).items()}


CATALOGUE = _read()


def without_values(detail: str) -> str:
    """Return a message with dots where its values go; one in brackets is left out."""
    return _PLACE.sub("…", _ASIDE.sub("", detail))
