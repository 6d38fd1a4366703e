"""How easy a text is to read: the published formulas, and the sentences that make it hard."""

import pytest

from app.training.rules.reading_ease import Ease, measured

EASY = "Il sole c’è. Il cane va. Io so chi è. Noi qui. Lui no."
HARD = "L’amministrazione stabilisce conseguentemente l’inammissibilità dell’autorizzazione precedentemente rilasciata."


def test_gulpease_counts_letters_words_and_sentences() -> None:
    # 3 words, 1 sentence, 12 letters: 89 + (300 - 120) / 3 = 149, which is cut off at 100
    assert measured("Ecco una prova.", "it").index == 100  # type: ignore[union-attr]
    # 10 words of 6 letters in one sentence: 89 + (300 - 600) / 10 = 59
    found = measured(" ".join(["sabato"] * 10) + ".", "it")
    assert found is not None
    assert (found.index, found.ease, found.words) == (59, Ease.MIDDLE, 10)


def test_an_english_text_is_measured_by_a_school_grade() -> None:
    easy, hard = measured("The sun is up. We go. I see him.", "en"), measured("Organisational responsibilities.", "en")
    assert easy is not None
    assert hard is not None
    assert (easy.ease, hard.ease) == (Ease.EASY, Ease.HARD)


@pytest.mark.parametrize(("text", "ease"), [(EASY, Ease.EASY), (HARD, Ease.HARD)])
def test_short_words_and_sentences_are_easy(text: str, ease: Ease) -> None:
    found = measured(text, "it")
    assert found is not None
    assert found.ease is ease


def test_the_longest_sentences_are_shown_and_no_more_than_three() -> None:
    long = [" ".join([f"parola{name}"] * (26 + place)) + "." for place, name in enumerate("abcd")]
    found = measured(" ".join(["Breve.", *long]).translate({ord(digit): None for digit in "0123456789"}), "it")
    assert found is not None
    assert [sentence.split()[0] for sentence in found.hard] == ["parolad", "parolac", "parolab"]


def test_marks_of_markdown_are_no_words_and_headings_no_part_of_a_sentence() -> None:
    found = measured("## Titolo\n\n- **Uno** due\n- [tre](https://azienda.example/quattro)", "it")
    assert found is not None
    assert found.words == 4


@pytest.mark.parametrize("text", ["", "  \n", "123 456", "---"])
def test_a_text_without_words_is_not_measured(text: str) -> None:
    assert measured(text, "it") is None


@pytest.mark.parametrize(
    "text", ["\n" * 50_000, " " * 50_000, "](" * 25_000, "a." * 25_000, "# " * 25_000, "1" * 50_000]
)
def test_a_text_made_to_be_slow_costs_no_more_than_its_length(text: str) -> None:
    measured(f"{text}fine", "it")  # with unbounded repetition some of these took minutes
