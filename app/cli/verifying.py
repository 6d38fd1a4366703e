"""Checks a receipt at the terminal, with the words of the verification page."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import typer

from app.evidence.receipts import Check
from app.receipts.web.check_words import Words, words_in
from app.receipts.web.input import Unreadable, read
from app.receipts.web.verification import answers, verdict
from app.web.i18n import LANGUAGES


def verify(file: Path, keys: Sequence[str], language: str, *, as_json: bool) -> None:
    """Print each answer on a line; end with status 0 if none fails, 1 if one does, 2 if there is no receipt to check.

    ``language`` may be a locale such as ``it_IT.UTF-8``; what is neither Italian nor English is answered in English.
    """
    words = words_in(language[:2] if language[:2] in LANGUAGES else "en")
    try:
        receipt = read(file.read_text(encoding="utf-8", errors="replace"))
    except Unreadable as refused:
        typer.echo(words.problems[refused.problem], err=True)
        raise typer.Exit(2) from None
    checks = answers(receipt, keys)
    typer.echo(_as_json(checks) if as_json else _in_words(checks, words))
    raise typer.Exit(1 if verdict(checks) == "fails" else 0)


def _in_words(checks: Sequence[Check], words: Words) -> str:
    width = max(map(len, words.outcomes.values()))
    lines = [
        f"{words.outcomes[one.outcome]:<{width}}  {words.checks[one.check]}: {words.reason(one)}" for one in checks
    ]
    return "\n".join([*lines, "", " ".join(words.verdicts[verdict(checks)])])


def _as_json(checks: Sequence[Check]) -> str:
    return json.dumps({"verdict": verdict(checks), "checks": [asdict(one) for one in checks]}, indent=2)
