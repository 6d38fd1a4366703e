"""Reading people from a spreadsheet: tolerant of how it was saved, exact about what is wrong in it."""

import csv
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any

from app.people.rules.people_cells import MAXIMUM_CELL, Column, Fault, column_called, value_of
from app.rules.working_time import WorkingWindow

MAXIMUM_BYTES = 10_000_000
MAXIMUM_ROWS = 20_000
MAXIMUM_LINES = 100_000  # a sheet can end in many blank rows
MAXIMUM_LINE = 250_000  # characters, far more than cells of names and dates need
MAXIMUM_COLUMNS = 500
_DELIMITERS = (";", ",", "\t")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods are zip files, .xls is an OLE file
_NAMES = (Column.NAME, Column.GIVEN_NAME, Column.FAMILY_NAME)
_STATED = [(column, str(column)) for column in Column if column not in _NAMES]
_UNIQUE = {Column.EMAIL: "email_twice", Column.EXTERNAL_ID: "external_id_twice"}


@dataclass(frozen=True)
class PersonRow:
    """One person as the file says; None means that the file does not say."""

    line: int
    name: str
    email: str | None
    external_id: str | None
    team: str | None
    site: str | None
    language: str | None
    starts_on: date | None
    ends_on: date | None
    working_window: WorkingWindow | None
    roles: tuple[str, ...]


@dataclass(frozen=True)
class RowError:
    """What is wrong in one row: line of the file from 1, column as the file calls it, what is wrong as a code."""

    line: int
    column: str
    code: str
    value: str


@dataclass(frozen=True)
class Sheet:
    """What a file holds: the rows without fault, the faults of the others, and columns nobody asked for.

    When the file as a whole cannot be used, `file_error` says why and there are no rows.
    """

    rows: tuple[PersonRow, ...] = ()
    errors: tuple[RowError, ...] = ()
    ignored_columns: tuple[str, ...] = ()
    file_error: RowError | None = None


class _Unusable(ValueError):
    def __init__(self, code: str, *, line: int = 1, column: str = "") -> None:
        super().__init__(code)
        self.error = RowError(line, column, code, "")


def read(data: bytes) -> Sheet:
    """Read people from a CSV file as spreadsheets save it; never raises, whatever the bytes are.

    Text may be UTF-8, UTF-16 with BOM, or Windows-1252; cells may be separated by semicolon, comma or tab;
    column names may be English or Italian, in any order. Only the name is required.
    """
    try:
        text = _text(data)
        delimiter, header = _best_header(text)
        return _sheet(header, _records(text, delimiter))
    except _Unusable as unusable:
        return Sheet(file_error=unusable.error)
    except csv.Error:
        return Sheet(file_error=RowError(1, "", "file_broken", ""))


@dataclass(frozen=True)
class _Header:
    line: int
    titles: tuple[str, ...]
    places: dict[Column, int]

    def title(self, column: Column) -> str:
        return self.titles[self.places[column]]


def _text(data: bytes) -> str:
    if not data.strip():
        raise _Unusable("file_empty")
    if len(data) > MAXIMUM_BYTES:
        raise _Unusable("file_too_large")
    if data.startswith(_WORKBOOKS):
        raise _Unusable("file_is_workbook")
    text = _decoded(data)
    if "\0" in text:
        raise _Unusable("file_not_text")
    return text


def _decoded(data: bytes) -> str:
    is_wide = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp1252"):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    raise _Unusable("file_not_text")


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row that is not blank with the line it starts on; white space in cells is made single."""
    reader = csv.reader(_lines(text), delimiter=delimiter)
    line = 1
    for cells in reader:
        tidy = [" ".join(cell.split()) for cell in cells]
        if any(tidy):
            yield line, tidy
        line = reader.line_num + 1


def _lines(text: str) -> Iterator[str]:
    for number, line in enumerate(StringIO(text, newline=""), start=1):
        if number > MAXIMUM_LINES:
            raise _Unusable("too_many_rows", line=number)
        if len(line) > MAXIMUM_LINE:
            raise _Unusable("line_too_long", line=number)
        yield line


def _best_header(text: str) -> tuple[str, _Header]:
    """Read the first row with each delimiter and keep the reading that knows most columns."""
    readings = [(delimiter, next(_records(text, delimiter), (1, []))) for delimiter in _DELIMITERS]
    delimiter, (line, cells) = max(readings, key=lambda reading: sum(map(_is_known, reading[1][1][:MAXIMUM_COLUMNS])))
    return delimiter, _header(line, cells)


def _is_known(title: str) -> bool:
    return column_called(title) is not None


def _header(line: int, titles: list[str]) -> _Header:
    if len(titles) > MAXIMUM_COLUMNS:
        raise _Unusable("too_many_columns", line=line)
    places: dict[Column, int] = {}
    for place, title in enumerate(titles):
        column = column_called(title)
        if column in places:
            raise _Unusable("column_twice", line=line, column=title)
        if column is not None:
            places[column] = place
    if not places:
        raise _Unusable("header_missing", line=line)
    if Column.NAME not in places and Column.GIVEN_NAME not in places:
        raise _Unusable("name_column_missing", line=line)
    return _Header(line, tuple(titles), places)


def _sheet(header: _Header, records: Iterator[tuple[int, list[str]]]) -> Sheet:
    rows: list[PersonRow] = []
    errors: list[RowError] = []
    seen: set[tuple[Column, str]] = set()
    next(records)
    for number, (line, cells) in enumerate(records, start=1):
        if number > MAXIMUM_ROWS:
            raise _Unusable("too_many_rows", line=line)
        values, faults = _checked(line, cells, header)
        faults += _repeated(line, values, seen, header)
        if faults:
            errors += faults
        else:
            rows.append(_person(line, values))
    ignored = tuple(title for title in header.titles if title and not _is_known(title))
    return Sheet(tuple(rows), tuple(errors), ignored)


def _checked(line: int, cells: list[str], header: _Header) -> tuple[dict[Column, Any], list[RowError]]:
    """Return the values of a row that are in order and the faults of those that are not."""
    if any(cells[len(header.titles) :]):
        return {}, [RowError(line, "", "row_too_long", "")]
    values: dict[Column, Any] = {}
    faults: list[RowError] = []
    for column, place in header.places.items():
        cell = cells[place] if place < len(cells) else ""
        try:
            values[column] = value_of(column, cell) if cell else None
        except Fault as fault:
            faults.append(RowError(line, header.title(column), fault.code, _shortened(cell)))
    return values, faults or _contradictions(line, values, header)


def _shortened(cell: str) -> str:
    return cell if len(cell) <= MAXIMUM_CELL else f"{cell[:MAXIMUM_CELL]}…"


def _contradictions(line: int, values: dict[Column, Any], header: _Header) -> list[RowError]:
    faults = []
    if not any(letter.isalpha() for letter in _full_name(values)):
        column = Column.NAME if Column.NAME in header.places else Column.GIVEN_NAME
        faults.append(RowError(line, header.title(column), "name_missing", _full_name(values)))
    start, end = values.get(Column.STARTS_ON), values.get(Column.ENDS_ON)
    if start and end and end < start:
        faults.append(RowError(line, header.title(Column.ENDS_ON), "ends_before_start", end.isoformat()))
    return faults


def _repeated(line: int, values: dict[Column, Any], seen: set[tuple[Column, str]], header: _Header) -> list[RowError]:
    faults = []
    for column, code in _UNIQUE.items():
        value = values.get(column)
        if value and (column, value) in seen:
            faults.append(RowError(line, header.title(column), code, value))
        elif value:
            seen.add((column, value))
    return faults


def _full_name(values: dict[Column, Any]) -> str:
    name, given, family = (values.get(column) for column in _NAMES)
    parts = (name,) if name and given else (name or given, family)
    return " ".join(part for part in parts if part)


def _person(line: int, values: dict[Column, Any]) -> PersonRow:
    stated: dict[str, Any] = {name: values.get(column) for column, name in _STATED}
    stated["roles"] = stated["roles"] or ()
    return PersonRow(line=line, name=_full_name(values), **stated)
