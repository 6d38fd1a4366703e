"""How easy a text is to read, from 0 to 100, and which of its sentences make it hard.

Italian: Gulpease (P. Lucisano and M. E. Piemontese, "GULPEASE: una formula per la predisposizione di testi", Scuola e
città 3, 1988), which counts letters, words and sentences. English: the index of M. Coleman and T. L. Liau ("A computer
readability formula designed for machine scoring", Journal of Applied Psychology 60, 1975), a school grade, laid on the
same scale. Both say something of a text as a whole, and nothing of who wrote it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE = re.compile(r"[^.!?:;\n]+(?:[.!?:;]|\n|$)")
# Every repetition is bounded: strangers' texts must not cost more than their length.
_MARKS = re.compile(r"^[ \t]{0,8}(?:#{1,6}|[-*+>]|\d{1,4}\.)[ \t]{1,8}|[*_`]|!?\[|\]\([^)\n]{0,500}\)", re.MULTILINE)
_LONG = 25
"""Words from which on a sentence is hard to keep in mind."""
_EASY, _MIDDLE = 60, 45
_HARDEST = 3
_MEASURED = 50_000
"""Characters that are looked at: more say nothing new."""


class Ease(StrEnum):
    EASY = "easy"
    MIDDLE = "middle"
    HARD = "hard"


@dataclass(frozen=True, slots=True)
class Reading:
    """The index, what it means, the words of the text, and its longest sentences if they are too long."""

    index: int
    ease: Ease
    words: int
    hard: tuple[str, ...]


def measured(markdown: str, language: str) -> Reading | None:
    """Return how easy a text is to read; None for one without words."""
    text = _MARKS.sub(" ", markdown[:_MEASURED])
    sentences = [found.strip() for found in _SENTENCE.findall(text) if _WORD.search(found)]
    words = _WORD.findall(text)
    if not words:
        return None
    letters = sum(len(word) for word in words)
    index = _gulpease if language == "it" else _coleman_liau
    value = min(100, max(0, round(index(letters, len(words), len(sentences)))))
    ease = Ease.EASY if value >= _EASY else Ease.MIDDLE if value >= _MIDDLE else Ease.HARD
    long = sorted(sentences, key=_length, reverse=True)[:_HARDEST]
    return Reading(value, ease, len(words), tuple(one for one in long if _length(one) > _LONG))


def _length(sentence: str) -> int:
    return len(_WORD.findall(sentence))


def _gulpease(letters: int, words: int, sentences: int) -> float:
    return 89 + (300 * sentences - 10 * letters) / words


def _coleman_liau(letters: int, words: int, sentences: int) -> float:
    grade = 5.88 * letters / words - 29.6 * sentences / words - 15.8
    return 100 - 5 * grade
