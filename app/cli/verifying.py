"""Checks a receipt at the terminal, with the words of the verification page."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from app.receipts.web.check_words import Words, words_in
from app.receipts.web.input import Unreadable, read, read_keys
from app.receipts.web.verification import Fact, Judged, facts, judge
from app.web.i18n import LANGUAGES


def verify(file: Path, keys: Sequence[str], language: str, *, as_json: bool) -> None:
    """Print each answer on a line; end with status 0 if none fails, 1 if one does, 2 if there is no receipt to check.

    ``language`` may be a locale such as ``it_IT.UTF-8``; what is neither Italian nor English is answered in English.
    """
    words = words_in(language[:2] if language[:2] in LANGUAGES else "en")
    try:
        receipt, known = read(file.read_text(encoding="utf-8", errors="replace")), read_keys(" ".join(keys))
    except Unreadable as refused:
        typer.echo(words.problems[refused.problem], err=True)
        raise typer.Exit(2) from None
    judged = judge(receipt, known)
    typer.echo(_as_json(judged) if as_json else _in_words(receipt, judged, words))
    raise typer.Exit(1 if judged.verdict == "fails" else 0)


def _in_words(receipt: Mapping[str, Any], judged: Judged, words: Words) -> str:
    width = max(map(len, words.outcomes.values()))
    lines = [
        f"{words.outcomes[one.outcome]:<{width}}  {words.checks[one.check]}: {words.reason(one)}"
        for one in judged.checks
    ]
    said = [
        line
        for heading, part in ((words.proven, judged.stated.proven), (words.printed, judged.stated.printed))
        for line in _listed(heading, facts(receipt, part, words))
    ]
    act = [f"{words.records} {words.kinds[judged.kind].act}"] if judged.kind else []
    return "\n".join([*lines, *said, "", " ".join([*words.verdicts[judged.verdict], *act])])


def _listed(heading: str, listed: Sequence[Fact]) -> list[str]:
    """Return a heading and a line for each fact."""
    return ["", heading, *(f"  {one.label}: {_on_one_line(one.value)}" for one in listed)] if listed else []


def _on_one_line(value: str) -> str:
    """Return a stranger's text with a blank for what would break the line or steer the terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in value)


def _as_json(judged: Judged) -> str:
    told = {
        "verdict": judged.verdict,
        "kind": judged.kind,
        "checks": [asdict(one) for one in judged.checks],
        **judged.stated._asdict(),
    }
    return json.dumps(told, indent=2)
