"""Text from strangers is cut before it is normalised."""

from collections.abc import Callable
from time import process_time

import pytest
from pydantic import TypeAdapter, ValidationError

from app.accounts.schemas.sign_in import LONGEST_PASSWORD
from app.accounts.services import passwords
from app.people.rules import people_csv
from app.people.schemas.people import ExternalId
from app.policies.rules.text import taken_apart
from app.rules.folding import folded
from app.rules.normal_form import normalised
from app.schemas.base import Name, ShortName

MARKS = "a" + "\u0301\u0316" * 50_000  # takes some 3 s to normalise as a whole


def test_what_looks_the_same_is_the_same() -> None:
    assert normalised("NFC", "Nicolo\u0300", 200) == "Nicolò"
    assert normalised("NFKD", "\ufb01", 200) == "fi"


def test_only_the_beginning_of_a_long_text_is_normalised() -> None:
    assert normalised("NFD", MARKS, 3) == "a\u0316\u0301"
    assert normalised("NFC", "a" * 300, 200) == "a" * 200


@pytest.mark.parametrize(
    "meets",
    [
        pytest.param(lambda: people_csv.read(f"name;email\nAda {MARKS};\n".encode()), id="a cell"),
        pytest.param(lambda: people_csv.read(f"name;{MARKS}\nAda;x\n".encode()), id="a header"),
        pytest.param(lambda: people_csv.read(f"name;x\nAda;{MARKS}\n".encode()), id="a cell of no use"),
        pytest.param(lambda: taken_apart(f"# {MARKS}"), id="a heading"),
        pytest.param(lambda: folded(MARKS), id="a search"),
        pytest.param(lambda: passwords.weakness(MARKS, None), id="a password"),
    ],
)
def test_a_long_run_of_marks_costs_no_more_than_other_text(meets: Callable[[], object]) -> None:
    began = process_time()
    meets()
    assert process_time() - began < 0.5


def test_every_character_of_a_password_counts() -> None:
    longest = "à" * LONGEST_PASSWORD
    assert passwords.check(passwords.hashed(longest), longest).matches
    assert not passwords.check(passwords.hashed(longest), longest[:-1]).matches


@pytest.mark.parametrize("kind", [Name, ShortName, ExternalId])
def test_names_and_numbers_are_kept_in_one_form_whichever_way_they_come_in(kind: object) -> None:
    assert TypeAdapter[str](kind).validate_python(" Nicolo\u0300   1 ") == "Nicolò 1"


@pytest.mark.parametrize(("kind", "length"), [(Name, 67), (ShortName, 41), (ExternalId, 22)])
def test_a_name_that_outgrows_its_column_in_that_form_is_refused(kind: object, length: int) -> None:
    with pytest.raises(ValidationError, match="string_too_long"):
        TypeAdapter[str](kind).validate_python("\U0001d160" * length)  # each becomes three characters
