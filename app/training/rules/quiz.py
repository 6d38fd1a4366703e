"""Questions: what makes one answerable, which are drawn, which answer is right, and who passes.

An attempt is scored from the questions as they were when it began, and by the passing score of that moment.
"""

import re
from collections.abc import Collection, Sequence
from random import Random
from typing import TypeVar

from app.rules.folding import folded
from app.wording import N_, Worded

Drawn = TypeVar("Drawn")


class QuestionKind(Worded):
    SINGLE = "single", N_("One answer is right")
    MULTIPLE = "multiple", N_("Several answers are right")
    TRUE_FALSE = "true_false", N_("True or false")
    ORDERING = "ordering", N_("Put in order")
    SHORT_TEXT = "short_text", N_("A short answer in words")
    SPOT = "spot", N_("Mark what is wrong in this post")


TRUE, FALSE = "true", "false"
MOST_OPTIONS = 12
LONGEST_ANSWER = 200
"""Characters of an answer in words that are compared; the rest is cut off before anything looks at it."""
_WORD = re.compile(r"\w+")


def fault(kind: QuestionKind, option_ids: Sequence[str], right: Sequence[str], accepted: Collection[str]) -> str | None:
    """Return why nobody could answer this question: the code of the fault; None for a good one.

    ``option_ids`` are those of every language, ``accepted`` the answers in words of one language.
    """
    if kind is QuestionKind.SHORT_TEXT:
        return None if any(map(_words, accepted)) else "no_right_answer"
    options = (TRUE, FALSE) if kind is QuestionKind.TRUE_FALSE else option_ids
    in_order, one_only = kind is QuestionKind.ORDERING, kind in (QuestionKind.SINGLE, QuestionKind.TRUE_FALSE)
    faults = {
        "same_option_twice": len(set(options)) != len(options) or len(set(right)) != len(right),
        "no_right_answer": not right,
        "unknown_right_answer": not set(right) <= set(options),
        "order_incomplete": in_order and not len(right) == len(options) > 1,
        "no_wrong_answer": not in_order and len(right) == len(options),
        "several_right_answers": one_only and len(right) > 1,
    }
    return next((code for code, found in faults.items() if found), None)


def is_right(kind: QuestionKind, right: Sequence[str], accepted: Collection[str], given: Sequence[str]) -> bool:
    """Tell whether this answer is right.

    ``given`` are ids of options, in the order chosen, or one text. A text is compared without regard to case, accents
    and punctuation with each accepted one.
    """
    if kind is QuestionKind.SHORT_TEXT:
        return bool(given) and _words(given[0]) in set(map(_words, accepted)) - {""}
    if kind is QuestionKind.ORDERING:
        return list(given) == list(right)
    return len(given) == len(right) and set(given) == set(right)


def passes(right: int, questions: int, passing_score: int) -> bool:
    """Tell whether so many right answers reach the passing score (per cent). Whole numbers: nothing is rounded."""
    return right * 100 >= passing_score * questions


def drawn(pools: Sequence[tuple[Sequence[Drawn], int]], chance: Random) -> list[Drawn]:
    """Return the questions of one attempt, shuffled: of each pool as many as it gives, none twice."""
    chosen = [question for pool, number in pools for question in chance.sample(pool, min(number, len(pool)))]
    chance.shuffle(chosen)
    return chosen


def _words(text: str) -> str:
    return " ".join(_WORD.findall(folded(text[:LONGEST_ANSWER])))
