"""How names are sorted."""

import pytest

from app.rules.folding import sort_name


@pytest.mark.parametrize(
    ("name", "sorted_as"),
    [
        ("Giulia Rossi", "rossi giulia"),
        ("Anna Maria De Luca", "de luca anna maria"),
        ("Amina El Amrani", "el amrani amina"),
        ("Chiara Dell’Aquila", "dell'aquila chiara"),
        ("Sara Öztürk", "ozturk sara"),
        ("Jan van der Berg", "van der berg jan"),
        ("Al Pacino", "pacino al"),
        ("Madonna", "madonna"),
    ],
)
def test_people_are_sorted_by_the_last_word_with_its_particles(name: str, sorted_as: str) -> None:
    assert sort_name(name) == sorted_as


def test_a_name_that_grows_when_it_is_taken_apart_still_fits() -> None:
    assert len(sort_name("각" * 200)) == 200
