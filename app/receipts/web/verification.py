"""What is shown of a checked receipt, by codes; the words come from `check_words`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.evidence import receipts
from app.evidence.errors import EvidenceError
from app.evidence.notes import COSIGNATURE, Verifier
from app.evidence.verdicts import Check, Stated, Verdict, kind_of, stated, verdict
from app.receipts.rules.kinds import KINDS
from app.receipts.web.check_words import Words
from app.receipts.web.input import Unreadable, read, read_keys


class Judged(NamedTuple):
    """A checked receipt: its kind, if the verdict lets one be named, the nine answers and what they prove."""

    verdict: Verdict
    kind: str | None
    checks: Sequence[Check]
    stated: Stated


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
class Fact:
    """A label, a value, and the language of the value if it is another than the page's may be."""

    label: str
    value: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A result in one language. Without a verdict there is none, and ``problem`` may have the code of why."""

    asked: Asked = Asked()
    problem: str = ""
    verdicts: list[str] = field(default_factory=list)
    act: str = ""
    rows: list[Row] = field(default_factory=list)
    proven: list[Fact] = field(default_factory=list)
    printed: list[Fact] = field(default_factory=list)


NOTHING = View()


def checked(asked: Asked, words: Words) -> View:
    """Check what was asked."""
    try:
        receipt, keys = read(asked.text), read_keys(asked.keys)
    except Unreadable as refused:
        return View(asked, problem=refused.problem)
    judged = judge(receipt, keys)
    return View(
        asked,
        verdicts=[judged.verdict],
        act=words.kinds[judged.kind].act if judged.kind else "",
        rows=[Row(one.check, one.outcome, words.checks[one.check], words.reason(one)) for one in judged.checks],
        proven=facts(receipt, judged.stated.proven, words),
        printed=facts(receipt, judged.stated.printed, words),
    )


def judge(receipt: Mapping[str, Any], keys: Sequence[str]) -> Judged:
    """Check a receipt. Keys of witnesses are told from those of logs by their type."""
    kinds: dict[bool, list[str]] = {True: [], False: []}
    for key in keys:
        kinds[_is_witness(key)].append(key)
    checks = receipts.verify(receipt, KINDS, vkeys=kinds[False], witnesses=kinds[True])
    claimed, found = kind_of(receipt, KINDS), verdict(checks)
    said = stated(receipt, KINDS[claimed] if claimed else None, checks)
    return Judged(found, None if found == "fails" else claimed, checks, said)


def facts(receipt: Mapping[str, Any], said: Mapping[str, str], words: Words) -> list[Fact]:
    """Return what a receipt says, as people read it."""
    labels, language = words.labels(kind_of(receipt, KINDS)), str(receipt.get("language"))
    shown_in = language if language in words.values["evidence.language"] else ""
    return [
        Fact(labels[path], words.said(path, value), shown_in if path == "statement" else "")
        for path, value in said.items()
    ]


def pattern(words: Words) -> View:
    """Return a view with one of each kind of line, for the browser's script to copy and fill."""
    rows, fact = [Row("", outcome, "", "") for outcome in words.outcomes], [Fact("", "")]
    return View(verdicts=list(words.verdicts), rows=rows, proven=fact, printed=fact)


def _is_witness(key: str) -> bool:
    try:
        return Verifier.from_vkey(key).type == COSIGNATURE
    except EvidenceError:
        return False
