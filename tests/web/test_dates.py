"""A day in a sentence: Italian joins its prepositions to it, and elides them before the 8th and the 11th."""

from datetime import date

import pytest

from app.web.dates import Before, day_in_words


@pytest.mark.parametrize(
    ("day", "before", "italian"),
    [
        (20, "", "20 novembre 2026"),
        (20, "the", "il 20 novembre 2026"),
        (20, "from", "dal 20 novembre 2026"),
        (8, "", "8 novembre 2026"),
        (8, "the", "l’8 novembre 2026"),
        (8, "from", "dall’8 novembre 2026"),
        (11, "from", "dall’11 novembre 2026"),
        (11, "to", "all’11 novembre 2026"),
        (18, "to", "al 18 novembre 2026"),
        (1, "from", "dal 1º novembre 2026"),
    ],
)
def test_an_italian_day_brings_its_preposition(day: int, before: Before, italian: str) -> None:
    assert day_in_words(date(2026, 11, day), "it", before) == italian


@pytest.mark.parametrize("before", ["", "the", "from", "to"])
def test_an_english_day_stands_alone(before: Before) -> None:
    assert day_in_words(date(2026, 11, 8), "en", before) == "8 November 2026"
