"""What is shown of a checked receipt, by codes; the words come from `app.web.evidence_words`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.evidence import receipts
from app.evidence.errors import EvidenceError
from app.evidence.notes import COSIGNATURE, Verifier
from app.evidence.receipts import Check
from app.receipts.web.check_words import Words
from app.receipts.web.input import Unreadable, read


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody gave to be checked, as they gave it: the receipt, and keys of the log parted by spaces."""

    text: str = ""
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One check: its code and outcome, and both in words."""

    check: str
    outcome: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class View:
    """A result in one language. Without a verdict there is none, and ``problem`` may say why."""

    asked: Asked = Asked()
    problem: str = ""
    verdicts: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    statement: str = ""
    language: str = ""


NOTHING = View()


def checked(asked: Asked, words: Words) -> View:
    """Check what was asked."""
    try:
        receipt = read(asked.text)
    except Unreadable as refused:
        return refusal(refused.problem, words, asked)
    checks = answers(receipt, asked.keys.split())
    labels = words.labels(_at(receipt, "evidence.method"))
    facts = [(label, _at(receipt, path)) for path, label in labels.items()]
    return View(
        asked,
        verdicts=[verdict(checks)],
        rows=[Row(one.check, one.outcome, words.checks[one.check], words.reason(one)) for one in checks],
        facts=[(label, words.values.get(value, value)) for label, value in facts if value],
        statement=_at(receipt, "statement"),
        language=_at(receipt, "language"),
    )


def answers(receipt: Mapping[str, Any], keys: Sequence[str]) -> list[Check]:
    """Return the eight answers. Keys of witnesses are told from those of logs by their type."""
    witnesses = [key for key in keys if _is_witness(key)]
    return receipts.verify(receipt, vkeys=[key for key in keys if key not in witnesses], witnesses=witnesses)


def refusal(problem: str, words: Words, asked: Asked | None = None) -> View:
    """Return why there is nothing to check, with what was given."""
    return View(asked or Asked(), problem=words.problems[problem])


def pattern(words: Words) -> View:
    """Return a view with one of each kind of line, for the browser's script to copy and fill."""
    rows = [Row("", outcome, "", "") for outcome in words.outcomes]
    return View(verdicts=list(words.verdicts), rows=rows, facts=[("", "")])


def verdict(checks: Sequence[Check]) -> str:
    """Return what all checks together say: holds, fails, or is only consistent with the key it carries."""
    if any(one.outcome == "fail" for one in checks):
        return "fails"
    return "consistent" if any(one.reason == "key_from_receipt" for one in checks) else "holds"


def _at(receipt: Any, path: str) -> str:
    """Return the text at a path like ``evidence.name``, half characters as question marks; empty if none is there."""
    for name in path.split("."):
        receipt = receipt.get(name) if isinstance(receipt, dict) else None
    return receipt.encode(errors="replace").decode() if isinstance(receipt, str) else ""


def _is_witness(key: str) -> bool:
    try:
        return Verifier.from_vkey(key).type == COSIGNATURE
    except EvidenceError:
        return False
