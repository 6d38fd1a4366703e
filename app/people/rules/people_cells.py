"""What the columns and cells of a list of people mean, in English and Italian."""

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from functools import lru_cache

from app.rules.instants import in_reach
from app.rules.normal_form import normalised
from app.rules.working_time import InvalidWindow, WorkingWindow

MAXIMUM_CELL = 200  # characters

_NOT_IN_TITLE = re.compile(r"[^a-z0-9]+")
_EMAIL = re.compile(r"[^@\s,;<>\"()]+@[^@\s,;<>\"().]+(\.[^@\s,;<>\"().]+)+")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_ITALIAN_DATE = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_BETWEEN_ROLES = re.compile(r"[,;+/|]")
_kept = lru_cache(1024)  # few days, hours and roles stand in the cells of thousands


class Column(StrEnum):
    NAME = "name"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    EMAIL = "email"
    EXTERNAL_ID = "external_id"
    TEAM = "team"
    SITE = "site"
    LANGUAGE = "language"
    STARTS_ON = "starts_on"
    ENDS_ON = "ends_on"
    WORKING_WINDOW = "working_window"
    ROLES = "roles"


class Fault(ValueError):
    """A cell that cannot be used; `code` is machine-readable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_TITLES = {
    Column.NAME: "name, full name, nome e cognome, cognome e nome, nome cognome, cognome nome, nominativo",
    Column.GIVEN_NAME: "nome, first name, given name, firstname",
    Column.FAMILY_NAME: "cognome, surname, last name, family name, lastname",
    Column.EMAIL: "email, e mail, mail, email address, e mail address, indirizzo email, indirizzo e mail",
    Column.EXTERNAL_ID: "external id, employee id, employee number, personnel number, staff number, id, "
    "matricola, n matricola, numero matricola",
    Column.TEAM: "team, department, reparto, ufficio, dipartimento",
    Column.SITE: "site, location, sede, stabilimento",
    Column.LANGUAGE: "language, lingua",
    Column.STARTS_ON: "from, start, start date, starts on, hired on, hire date, dal, assunto il, assunta il, "
    "data assunzione, data di assunzione, inizio",
    Column.ENDS_ON: "to, end, end date, ends on, left on, al, cessato il, cessata il, data cessazione, "
    "data di cessazione, fine",
    Column.WORKING_WINDOW: "working window, working hours, hours, fascia oraria, orario, orario di lavoro",
    Column.ROLES: "role, roles, ruolo, ruoli",
}
_COLUMNS = {title: column for column, titles in _TITLES.items() for title in titles.split(", ")}
_LANGUAGES = {
    **dict.fromkeys(("it", "it it", "italiano", "italian"), "it"),
    **dict.fromkeys(("en", "en gb", "en us", "inglese", "english"), "en"),
}
_ROLES = {
    **dict.fromkeys(("employee", "dipendente", "collaboratore", "collaboratrice"), "employee"),
    **dict.fromkeys(("hr", "human resources", "risorse umane", "personale"), "hr"),
    **dict.fromkeys(("marketing lead", "marketing", "responsabile marketing"), "marketing_lead"),
    **dict.fromkeys(("owner", "titolare"), "owner"),
}


def column_called(title: str) -> Column | None:
    """Return the column that a header names, whatever its case, accents and punctuation; None if unknown."""
    return _COLUMNS.get(_plain(title))


def value_of(column: Column, cell: str) -> object:
    """Give what a cell that is not empty says in this column. Raise `Fault` with what is wrong in it.

    A day is a date, a working window a `WorkingWindow`, roles a tuple of names; all else is a str.
    """
    if len(cell) > MAXIMUM_CELL:
        raise Fault("cell_too_long")
    if not cell.isprintable():
        raise Fault("hidden_characters")
    return _MEANINGS.get(column, str)(normalised("NFC", cell, MAXIMUM_CELL))


def _plain(text: str) -> str:
    letters = normalised("NFKD", text, MAXIMUM_CELL).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_TITLE.sub(" ", letters).strip()


def _email(cell: str) -> str:
    if not _EMAIL.fullmatch(cell) or ".." in cell:
        raise Fault("email_invalid")
    return cell.lower()


@_kept
def _day(cell: str) -> date:
    if match := _ISO_DATE.fullmatch(cell):
        year, month, day = match.groups()
    elif match := _ITALIAN_DATE.fullmatch(cell):
        day, month, year = match.groups()
    else:
        raise Fault("date_invalid")
    try:
        read = date(int(year), int(month), int(day))
    except ValueError as error:
        raise Fault("date_invalid") from error
    if not in_reach(read):
        raise Fault("day_out_of_reach")
    return read


@_kept
def _language(cell: str) -> str:
    try:
        return _LANGUAGES[_plain(cell)]
    except KeyError as error:
        raise Fault("language_unknown") from error


@_kept
def _window(cell: str) -> WorkingWindow:
    try:
        return WorkingWindow.parse(cell)
    except InvalidWindow as error:
        raise Fault(error.code) from error


@_kept
def _roles(cell: str) -> tuple[str, ...]:
    try:
        return tuple(dict.fromkeys(_ROLES[_plain(role)] for role in _BETWEEN_ROLES.split(cell)))
    except KeyError as error:
        raise Fault("role_unknown") from error


_MEANINGS: dict[Column, Callable[[str], object]] = {
    Column.EMAIL: _email,
    Column.LANGUAGE: _language,
    Column.STARTS_ON: _day,
    Column.ENDS_ON: _day,
    Column.WORKING_WINDOW: _window,
    Column.ROLES: _roles,
}
