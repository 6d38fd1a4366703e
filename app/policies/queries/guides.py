"""The guided texts that a first version starts from."""

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[2] / "templates" / "policies" / "guides"


@cache
def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def unfilled(language: str) -> str:
    """Return the guided Markdown of an internal policy with the places for names still in it."""
    return _read(f"internal.{language}.md")


def guide(kind: str, language: str, *, company: str, contact: str) -> str:
    """Return the guided Markdown of an internal or external policy, with the company's names filled in."""
    return _read(f"{kind}.{language}.md").replace("{company}", company).replace("{contact}", contact)


def statement(language: str, *, company: str, policy: str) -> str:
    """Return the sentence to confirm; ``{version}`` is filled in at approval, when the label is known."""
    return _read(f"statement.{language}.txt").strip().replace("{company}", company).replace("{policy}", policy)
