"""What the answers of the verifier come to: whether a receipt of this kind holds, and what it then proves.

docs/evidence/specification.md, "Kinds" and "Verdict".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Outcome = Literal["pass", "fail", "absent"]
Verdict = Literal["holds", "consistent", "fails"]

# Which check covers a part of the receipt. The title has none: it is printed only.
_COVERED_BY = {
    "leaf": "inclusion",
    "evidence": "evidence",
    "statement": "statement",
    "label": "published",
    "vkey": "signature",
}
_TITLE = "title"


@dataclass(frozen=True)
class Check:
    """One answer of the verifier: `reason` is a stable code, `values` are what a text for people may name."""

    check: str
    outcome: Outcome
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of receipt: the leaf it is about, the checks that it must pass, the facts that these cover.

    `leaf` is the leaf's type. With a `method` it is a kind of its own if the evidence names this method. `facts` are
    paths into the receipt, in the order of reading, each with a label.
    """

    leaf: str
    method: str = ""
    required: Sequence[str]
    facts: Mapping[str, str]


class Stated(NamedTuple):
    """What a receipt says, by path: what its checks prove, and what it only prints."""

    proven: dict[str, str]
    printed: dict[str, str]


def kind_of(receipt: Mapping[str, Any], kinds: Mapping[str, Kind]) -> str | None:
    """Return which kind a receipt claims to be of, None if it is none of these; the one with its method goes first."""
    claimed, method = _at(receipt, "leaf.type"), _at(receipt, "evidence.method")
    fitting = {kind.method: code for code, kind in kinds.items() if kind.leaf == claimed}
    return (fitting.get(method) if isinstance(method, str) else None) or fitting.get("")


def verdict(checks: Sequence[Check]) -> Verdict:
    """Return what all answers together say: the receipt holds, fails, or only agrees with the key it carries."""
    if any(one.outcome == "fail" for one in checks):
        return "fails"
    return "consistent" if any(one.reason == "key_from_receipt" for one in checks) else "holds"


def stated(receipt: Mapping[str, Any], kind: Kind | None, checks: Sequence[Check]) -> Stated:
    """Return what a receipt says: proven is what a passed check covers, and of a receipt that fails nothing is."""
    passed = {one.check for one in checks if one.outcome == "pass"} if verdict(checks) != "fails" else set()
    said = Stated({}, {})
    for path in (_TITLE, *(kind.facts if kind else ())):
        if text := _text(_at(receipt, path)):
            covered = _COVERED_BY.get(path.partition(".")[0]) in passed
            (said.proven if covered else said.printed)[path] = text
    return said


def _at(receipt: Any, path: str) -> Any:
    for name in path.split("."):
        receipt = receipt.get(name) if isinstance(receipt, Mapping) else None
    return receipt


def _text(value: Any) -> str:
    """Return a text or a whole number as text, half characters as question marks; empty for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""
