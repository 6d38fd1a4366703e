import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.spreadsheet import Cell, Written, csv_bytes, plain, safe_cell


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+39 045",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "＝1",
        '=HYPERLINK("http://x")',
        "\u00a0=1",
    ],
)
def test_a_text_that_would_run_as_a_formula_gets_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Ada", "a=b", "ada@example.com", "Rossi-Bianchi", "12"])
def test_an_ordinary_text_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


def test_a_table_for_a_program_has_no_bom_and_quotes_only_what_needs_them() -> None:
    data = b"".join(csv_bytes(["code", "hours"], [["0000123", Written("-0,75")], ["-2", "a,b"]], plain(",")))
    assert data == b'code,hours\r\n0000123,"-0,75"\r\n\'-2,"a,b"\r\n'


def test_an_export_opens_in_an_italian_spreadsheet() -> None:
    data = b"".join(csv_bytes(["Nome", "Giorni"], [['Città; "alta"', -3], ["=1", None]]))
    assert data.decode() == '\ufeff"Nome";"Giorni"\r\n"Città; ""alta""";"-3"\r\n"\'=1";""\r\n'


def test_a_long_export_comes_in_chunks() -> None:
    chunks = list(csv_bytes(["n"], ([number] for number in range(1001))))
    assert len(chunks) == 3
    assert b"".join(chunks).count(b"\r\n") == 1002


def test_an_export_without_rows_is_its_header() -> None:
    assert b"".join(csv_bytes(["n"], [])) == '\ufeff"n"\r\n'.encode()


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2), max_size=5))
def test_every_export_reads_back_cell_by_cell_without_formulas(rows: list[list[Cell]]) -> None:
    text = b"".join(csv_bytes(["a", "b"], rows)).decode("utf-8-sig")
    read = list(csv.reader(StringIO(text, newline=""), delimiter=";"))[1:]
    assert read == [[safe_cell(str(cell)) for cell in row] for row in rows]
    assert all(cell[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"} or not cell for row in read for cell in row)
