"""Personal data is declared where it is kept; docs/privacy-register.md is written from those declarations.

A new column either carries ``info=personal(…)`` or somebody has looked at it and put it into not_personal.txt.
Write the register anew with ``.venv/bin/python -m tests.architecture.test_privacy``.
"""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel

import app.models

ROOT = Path(__file__).resolve().parents[2]
REGISTER = ROOT / "docs" / "privacy-register.md"
REVIEWED = Path(__file__).with_name("not_personal.txt")
ERASURES = {"delete", "anonymise", "keep"}
BASES = {f"6(1)({letter})" for letter in "abcdef"}
INTRODUCTION = """# Register of personal data

Written from the declarations in `app/models` by `tests/architecture/test_privacy.py`; do not edit it by hand.
Basis is the point of GDPR art. 6(1). Erasure says what happens at the end of the purpose: the value is deleted,
replaced by one that names nobody, or kept. A dash under days means that no time limit is set yet.
Columns that are not here hold references to other rows, moments, or nothing about a person; each of them is
listed in `tests/architecture/not_personal.txt`.

What is kept of an erased person stands under an id that leads nowhere. Minutes of training are kept so that a closed
month still adds up to what payroll was told: the employer has to prove paid working time for years.
"""


def columns() -> dict[str, dict[str, Any]]:
    """Return what every column of every table declares, by ``table.column``."""
    assert app.models.__all__
    return {
        f"{table.name}.{column.name}": dict(column.info)
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
    }


def declared() -> dict[str, dict[str, Any]]:
    return {name: info for name, info in columns().items() if info.get("personal")}


def reviewed() -> list[str]:
    lines = REVIEWED.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def register() -> str:
    """Return the register as Markdown."""
    heading = "| Column | Kind | Purpose | Basis | Erasure | Days |\n|---|---|---|---|---|---|\n"
    rows = [
        f"| `{name}` | {info['personal']} | {info['purpose']} | {info['basis']} | {info['erase']} "
        f"| {info['keep_days'] or '–'} |\n"
        for name, info in sorted(declared().items())
    ]
    return f"{INTRODUCTION}\n{heading}{''.join(rows)}"


def test_every_column_is_declared_personal_or_was_looked_at() -> None:
    assert sorted(columns().keys() - declared().keys() - set(reviewed())) == []


def test_the_reviewed_list_names_only_columns_that_there_are_and_that_are_not_declared() -> None:
    assert sorted(set(reviewed()) - (columns().keys() - declared().keys())) == []
    assert len(reviewed()) == len(set(reviewed()))


@pytest.mark.parametrize("name", declared())
def test_a_declaration_says_purpose_basis_and_erasure(name: str) -> None:
    info = declared()[name]
    assert info["purpose"]
    assert info["basis"] in BASES
    assert info["erase"] in ERASURES


def test_the_register_says_what_the_models_say() -> None:
    assert REGISTER.read_text(encoding="utf-8") == register()


if __name__ == "__main__":
    REGISTER.write_text(register(), encoding="utf-8")
