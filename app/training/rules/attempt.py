"""An attempt at a quiz: its questions as they were when it began, what was answered, and what came of it.

A frozen question is ``{"id", "lesson_key", "kind", "right", "options", "texts"}``: ``options`` are the ids in the
order shown, ``texts`` by language ``{"prompt", "explanation", "options", "accepted"}``. It is scored by nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from app.training.rules.quiz import FALSE, LONGEST_ANSWER, TRUE, QuestionKind, is_right, passes

Frozen = Mapping[str, Any]
Answers = Mapping[str, Sequence[str]]
_IN_WRITTEN_ORDER = {QuestionKind.SPOT, QuestionKind.TRUE_FALSE, QuestionKind.SHORT_TEXT}
TRIES_BEFORE_HELP = 2
"""After so many failed attempts help is offered beside another try."""


@dataclass(frozen=True, slots=True)
class Score:
    """How many answers were right, of how many questions, and how many have to be."""

    right: int
    questions: int
    needed: int
    passed: bool


def frozen(question: Any, lesson_key: str, texts: Sequence[Any], chance: Random) -> dict[str, Any]:
    """Return a question as an attempt keeps it, its options shuffled unless their order is part of the question."""
    kind = QuestionKind(question.kind)
    options = [TRUE, FALSE] if kind is QuestionKind.TRUE_FALSE else [one["id"] for one in texts[0].options]
    if kind not in _IN_WRITTEN_ORDER:
        chance.shuffle(options)
    spoken = {
        text.language: {
            "prompt": text.prompt,
            "explanation": text.explanation,
            "options": {one["id"]: one for one in text.options},
            "accepted": list(text.accepted),
        }
        for text in texts
    }
    return {
        "id": question.id,
        "lesson_key": lesson_key,
        "kind": kind.value,
        "right": list(question.right),
        "options": [] if kind is QuestionKind.SHORT_TEXT else options,
        "texts": spoken,
    }


def fault(question: Frozen, given: Sequence[str]) -> str | None:
    """Return why this is no answer to the question: the code of the fault; None for one that can be scored."""
    kind, known = QuestionKind(question["kind"]), question["options"]
    if not given or not given[0].strip():
        return "nothing_answered"
    if kind is QuestionKind.SHORT_TEXT:
        return None
    if kind is QuestionKind.ORDERING and sorted(given) != sorted(known):
        return "order_incomplete"
    return None if set(given) <= set(known) and len(set(given)) == len(given) else "unknown_option"


def kept(question: Frozen, given: Sequence[str]) -> list[str]:
    """Return an answer as it is kept: words no longer than what is compared."""
    return [given[0][:LONGEST_ANSWER]] if question["kind"] == QuestionKind.SHORT_TEXT else list(given)


def answered_right(question: Frozen, given: Sequence[str]) -> bool:
    """Tell whether an answer is right; words may be in any language of the course."""
    accepted = [word for text in question["texts"].values() for word in text["accepted"]]
    return is_right(QuestionKind(question["kind"]), question["right"], accepted, given)


def score(questions: Sequence[Frozen], answers: Answers, passing_score: int) -> Score:
    """Return what the answers come to by the passing score (per cent) of the attempt."""
    right = sum(answered_right(one, answers.get(one["id"], ())) for one in questions)
    needed = -(-passing_score * len(questions) // 100)
    return Score(right, len(questions), needed, passes(right, len(questions), passing_score))


def next_question(questions: Sequence[Frozen], answers: Answers) -> Frozen | None:
    """Return the first question that is not answered yet; None at the end."""
    return next((one for one in questions if one["id"] not in answers), None)


def to_read_again(questions: Sequence[Frozen], answers: Answers) -> set[str]:
    """Return the lessons whose questions were answered wrongly, by their keys."""
    return {one["lesson_key"] for one in questions if not answered_right(one, answers.get(one["id"], ()))}


def in_order(places: Mapping[str, str]) -> list[str]:
    """Return options by the place that each was given; without those of a place that is given twice."""
    taken = list(places.values())
    alone = [(place, option) for option, place in places.items() if place.isdecimal() and taken.count(place) == 1]
    return [option for _, option in sorted(alone, key=lambda one: (len(one[0]), one[0]))]
