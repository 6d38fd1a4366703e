"""Exports that a spreadsheet opens as a table of texts, never as formulas."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ROWS_PER_CHUNK = 500
_BOM = "\ufeff"

Cell = str | int | None


def safe_cell(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run as a formula.

    The leading characters are those of OWASP, "CSV Injection", full-width forms included; blanks before them
    do not help an attacker.
    """
    starts_formula = text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS)
    return f"'{text}" if starts_formula else text


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Return a CSV file in chunks: UTF-8 with BOM, semicolons, CRLF, quoted as in RFC 4180.

    Semicolons and the BOM are what Italian spreadsheets open without asking. Every cell is quoted, so a
    reader that splits at commas cannot find a formula inside one. Texts pass through `safe_cell`, numbers
    stay numbers, None is an empty cell.
    """
    buffer = StringIO(newline="")
    buffer.write(_BOM)
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(map(safe_cell, header))
    for number, row in enumerate(rows, start=1):
        writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
        if number % _ROWS_PER_CHUNK == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
