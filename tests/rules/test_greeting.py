"""How somebody is addressed in a mail."""

import pytest

from app.rules.greeting import given_name


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Giulia Ferrara", "Giulia"),
        ("Giulia", "Giulia"),
        ("Ludovica Dell’Aquila", "Ludovica"),
        ("FERRARA GIULIA", "FERRARA GIULIA"),
    ],
)
def test_a_person_is_called_by_the_first_name_unless_the_surname_may_come_first(name: str, called: str) -> None:
    assert given_name(name) == called
