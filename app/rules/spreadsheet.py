"""Exports that a spreadsheet opens as a table of texts, never as formulas."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Literal

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ROWS_PER_CHUNK = 500
_BOM = "\ufeff"

Cell = str | int | None


class Written(str):
    """A number that is written already, like 8,50 or -0:45: it stays as it is."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table becomes bytes: what stands between cells, whether a BOM leads, and which cells are quoted."""

    separator: str = ";"
    bom: str = _BOM
    quoting: Literal[0, 1] = csv.QUOTE_ALL


SPREADSHEET = Layout()


def plain(separator: str) -> Layout:
    """Return the layout for a program: no BOM, and quotes only where RFC 4180 needs them."""
    return Layout(separator, "", csv.QUOTE_MINIMAL)


def safe_cell(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run as a formula.

    The leading characters are those of OWASP, "CSV Injection", full-width forms included; blanks before them
    do not help an attacker.
    """
    starts_formula = text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS)
    return f"'{text}" if starts_formula else text


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]], layout: Layout = SPREADSHEET) -> Iterator[bytes]:
    """Return a CSV file in chunks: UTF-8, CRLF, quoted as in RFC 4180; for a spreadsheet with BOM and semicolons.

    Semicolons and the BOM are what Italian spreadsheets open without asking. Every cell is quoted there, so a
    reader that splits at commas cannot find a formula inside one. Texts pass through `safe_cell`, numbers
    stay numbers, None is an empty cell.
    """
    buffer = StringIO(newline="")
    buffer.write(layout.bom)
    writer = csv.writer(buffer, delimiter=layout.separator, lineterminator="\r\n", quoting=layout.quoting)
    writer.writerow(map(safe_cell, header))
    for number, row in enumerate(rows, start=1):
        writer.writerow([_cell(cell) for cell in row])
        if number % _ROWS_PER_CHUNK == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _cell(cell: Cell) -> Cell:
    return safe_cell(cell) if isinstance(cell, str) and not isinstance(cell, Written) else cell


def _taken(buffer: StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
