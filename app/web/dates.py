"""Days in words. Italian joins preposition and article to the day, and elides them: dal 20, but dall’8 and dall’11."""

from datetime import date
from typing import Literal

from babel.dates import format_date

Before = Literal["", "the", "from", "to"]
_JOINED = {"the": ("il ", "l’"), "from": ("dal ", "dall’"), "to": ("al ", "all’")}
_SAID_WITH_A_VOWEL = (8, 11)


def day_in_words(day: date, language: str, before: Before = "") -> str:
    """Return a day as a sentence holds it, 20 November 2026.

    ``before`` is the sense in which it stands there: where the language joins a word to the day, that word comes
    first (il 20 novembre, dall’8 novembre); English keeps its prepositions in the sentence.
    """
    if language != "it":
        return format_date(day, "d MMMM yyyy", locale=language)
    words = format_date(day, "d'º' MMMM yyyy" if day.day == 1 else "d MMMM yyyy", locale="it")
    whole, elided = _JOINED.get(before, ("", ""))
    return (elided if day.day in _SAID_WITH_A_VOWEL else whole) + words


def month_in_words(month: date, language: str) -> str:
    """Return a month as a title or a cell holds it, November 2026."""
    return format_date(month, "LLLL yyyy", locale=language)
