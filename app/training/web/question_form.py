"""The form of a question: one language at a time, its options as rows, and what is right among them.

An ordering is written in its right order, and shuffled when it is asked. An option that is left empty is taken out.
"""

from collections.abc import Mapping
from string import ascii_lowercase
from typing import Any

from app.training.rules.content import WrittenQuestion
from app.training.rules.quiz import MOST_OPTIONS, TRUE, QuestionKind

FRESH_ROWS = 4
"""Empty rows that a new question shows."""


def rows(question: WrittenQuestion | None, language: str) -> list[dict[str, Any]]:
    """Return the options as the form shows them: ``id``, ``text``, ``because``, ``right`` and ``elsewhere``.

    ``elsewhere`` is the text in another language while there is none in this one.
    """
    known = [] if question is None else _known(question, language)
    free = [letter for letter in ascii_lowercase if letter not in {row["id"] for row in known}]
    more = max(FRESH_ROWS - len(known), 1) if len(known) < MOST_OPTIONS else 0
    fresh = {"text": "", "because": "", "right": False, "elsewhere": ""}
    return known + [{"id": letter, **fresh} for letter in free[:more]]


def values(kind: QuestionKind, language: str, raw: Mapping[str, str], before: WrittenQuestion | None) -> dict[str, Any]:
    """Return what the form says as ``QuestionIn`` reads it, with the other languages of the question as they were."""
    ids = [name.removeprefix("text_") for name in raw if name.startswith("text_")][:MOST_OPTIONS]
    options = [
        {"id": one, "text": raw[f"text_{one}"].strip(), "because": raw.get(f"because_{one}", "").strip()}
        for one in ids
        if raw[f"text_{one}"].strip()
    ]
    words = {
        "prompt": raw.get("prompt", "").strip(),
        "explanation": raw.get("explanation", "").strip(),
        "options": options,
        "accepted": [line.strip() for line in raw.get("accepted", "").splitlines() if line.strip()],
    }
    return {
        "kind": kind,
        "right": _right(kind, raw, [option["id"] for option in options]),
        "texts": {**_others(before, language, {one for one in ids if not raw[f"text_{one}"].strip()}), language: words},
    }


def _known(question: WrittenQuestion, language: str) -> list[dict[str, Any]]:
    spoken = question.texts.get(language)
    here = {option.id: option for option in (spoken.options if spoken else ())}
    everywhere = {option.id: option.text for words in question.texts.values() for option in words.options}
    ordered = [*question.right] if question.kind is QuestionKind.ORDERING else list(here)
    ids = [*ordered, *(one for one in everywhere if one not in ordered)]
    return [
        {
            "id": one,
            "text": here[one].text if one in here else "",
            "because": here[one].because if one in here else "",
            "right": one in question.right,
            "elsewhere": "" if one in here else everywhere.get(one, ""),
        }
        for one in ids
    ]


def _right(kind: QuestionKind, raw: Mapping[str, str], ids: list[str]) -> list[str]:
    if kind is QuestionKind.ORDERING:
        return ids
    if kind is QuestionKind.TRUE_FALSE:
        return [raw.get("right", TRUE)]
    if kind is QuestionKind.SINGLE:
        return [one for one in ids if raw.get("right") == one]
    return [one for one in ids if f"right_{one}" in raw]


def _others(before: WrittenQuestion | None, language: str, dropped: set[str]) -> dict[str, Any]:
    if before is None:
        return {}
    return {
        code: {
            "prompt": words.prompt,
            "explanation": words.explanation,
            "options": [
                {"id": option.id, "text": option.text, "because": option.because}
                for option in words.options
                if option.id not in dropped
            ],
            "accepted": list(words.accepted),
        }
        for code, words in before.texts.items()
        if code != language
    }
