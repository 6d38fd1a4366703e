"""The cases of vectors/receipts.json, which judge every verifier of ours: receipts as issued, and forged ones."""

import copy
import json
from pathlib import Path
from typing import Any, NamedTuple

_HERE = Path(__file__).parent
_FILE = json.loads((_HERE / "vectors" / "receipts.json").read_text(encoding="utf-8"))
VKEYS: list[str] = _FILE["vkeys"]
WITNESSES: list[str] = _FILE["witnesses"]


class Case(NamedTuple):
    """A receipt, the keys that the caller knows, and what every verifier must say."""

    name: str
    receipt: dict[str, Any]
    vkeys: list[str]
    verdict: str
    kind: str | None
    failing: dict[str, str]
    proven: list[str]
    printed: list[str]


def golden(kind: str) -> dict[str, Any]:
    """Return the receipt of this kind as a release wrote it."""
    ending = "" if kind == "acknowledgement" else f"-{kind}"
    read: dict[str, Any] = json.loads((_HERE / "golden" / f"receipt-v1{ending}.json").read_text(encoding="utf-8"))
    return read


def _case(told: dict[str, Any]) -> Case:
    base = told["receipt"]
    receipt = copy.deepcopy(_FILE["receipts"].get(base) or golden(base))
    for path, value in told.get("change", {}).items():
        *way, last = path.split(".")
        holder = receipt
        for step in way:
            holder = holder[step]
        holder[last] = value
    vkeys = [] if told.get("trusting") == "nothing" else VKEYS
    said = (told[name] for name in ("verdict", "kind", "failing", "proven", "printed"))
    return Case(told["name"], receipt, vkeys, *said)


CASES = [_case(told) for told in _FILE["cases"]]
STRANGE: dict[str, dict[str, Any]] = _FILE["receipts"]
