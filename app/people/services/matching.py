"""What a file says of people, held against what the company knows: pure comparison, nothing is written."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.authz import Role
from app.people.rows.matching import Known
from app.people.rules.people_csv import PersonRow, RowError

_LONGEST = {"name": 200, "external_id": 64, "team": 120, "site": 120}
_OF_PERSON = ("name", "email", "external_id", "language")
_OF_WORK = ("team", "site", "starts_on", "ends_on", "working_window")


@dataclass(frozen=True, slots=True)
class Step:
    """What one row means: somebody new (no ``known``), changes of somebody known, or nothing at all."""

    row: PersonRow
    known: Known | None = None
    person: dict[str, Any] = field(default_factory=dict)
    work: dict[str, Any] = field(default_factory=dict)
    roles: frozenset[Role] = frozenset()
    rejoins: bool = False

    @property
    def changes(self) -> bool:
        return self.known is None or bool(self.person or self.work or self.roles or self.rejoins)

    @property
    def employs(self) -> bool:
        """Tell whether this begins an employment."""
        return self.known is None or self.rejoins


class KnownPeople:
    """The people a chunk of rows may be about, found by number, e-mail, or name and team."""

    def __init__(self, known: Iterable[Known], taken: Iterable[str]) -> None:
        self.taken = set(taken)
        self.by_external_id: dict[str, Known] = {}
        self.by_email: dict[str, Known] = {}
        self.by_name: dict[str, list[Known]] = {}
        for each in known:
            if each.external_id:
                self.by_external_id[each.external_id] = each
            if each.email:
                self.by_email[each.email] = each
            self.by_name.setdefault(each.name, []).append(each)

    def step(self, row: PersonRow, *, may_grant: bool, today: date) -> Step | RowError:
        """Return what a row means, or what is wrong with it. A person is taken by the first row about them."""
        known = self._find(row)
        if isinstance(known, RowError):
            return known
        fault = self._fault(row, known, may_grant=may_grant, today=today)
        if fault:
            return error(row, fault)
        if known is None:
            return Step(row, roles=granted(row))
        self.taken.add(known.id)
        return _compared(row, known)

    def _find(self, row: PersonRow) -> Known | RowError | None:
        by_number = self.by_external_id.get(row.external_id or "")
        by_email = self.by_email.get(row.email or "")
        if by_number:
            return error(row, "email_taken") if by_email and by_email.id != by_number.id else by_number
        if by_email:
            other = row.external_id and by_email.external_id
            return error(row, "email_taken") if other else by_email
        alike = [each for each in self.by_name.get(row.name, []) if _may_be(row, each)]
        return error(row, "several_match") if len(alike) > 1 else next(iter(alike), None)

    def _fault(self, row: PersonRow, known: Known | None, *, may_grant: bool, today: date) -> str | None:
        if granted(row) - (known.roles if known else frozenset()) and not may_grant:
            return "role_not_allowed"
        if known is None:
            return None
        if known.id in self.taken:
            return "row_twice"
        return _role_fault(row, known, may_grant=may_grant, today=today) or _employment_fault(row, known, today)


def error(row: PersonRow, code: str) -> RowError:
    """Return what is wrong with a whole row."""
    return RowError(row.line, "", code, row.name)


def granted(row: PersonRow) -> frozenset[Role]:
    """Return the roles a row gives; everybody is an employee without being told."""
    return frozenset(map(Role, row.roles)) - {Role.EMPLOYEE}


def faults_of_file(rows: Sequence[PersonRow]) -> list[RowError]:
    """Return the rows that cannot be told from others of the same file, and those with texts too long to keep."""
    counts: Counter[object] = Counter(key for row in rows for key in ((row.name, row.team), row.name))
    found = [error(row, "name_twice") for row in rows if _name_only(row) and counts[_name_key(row)] > 1]
    for row in rows:
        too_long = [name for name, longest in _LONGEST.items() if len(getattr(row, name) or "") > longest]
        found += [RowError(row.line, name, f"{name}_too_long", getattr(row, name)) for name in too_long]
    return found


def _name_only(row: PersonRow) -> bool:
    return row.external_id is None and row.email is None


def _name_key(row: PersonRow) -> object:
    return (row.name, row.team) if row.team else row.name


def _may_be(row: PersonRow, known: Known) -> bool:
    """Tell whether a row of this name can be about this person: nothing it says names somebody else."""
    return (
        (row.team is None or row.team == known.team)
        and (row.external_id is None or known.external_id is None)
        and (row.email is None or known.email is None)
    )


def _role_fault(row: PersonRow, known: Known, *, may_grant: bool, today: date) -> str | None:
    """Whoever could change the e-mail of somebody with a role, or keep them out, could take their place."""
    away = _is_kept_away(row, known, today)
    if away and Role.OWNER in known.roles:
        return "owner_leaves"
    readdressed = row.email not in {None, known.email}
    return "role_holder" if known.roles and (away or readdressed) and not may_grant else None


def _is_kept_away(row: PersonRow, known: Known, today: date) -> bool:
    """Tell whether the row ends somebody's work, or puts off its beginning."""
    if _rejoins(row, known):
        return False
    put_off = row.starts_on not in {None, known.starts_on} and row.starts_on > today
    return put_off or row.ends_on not in {None, known.ends_on}


def _employment_fault(row: PersonRow, known: Known, today: date) -> str | None:
    if _rejoins(row, known):
        return None
    if known.ends_on is not None and known.ends_on < today and row.ends_on is None:
        return "left_already"
    ends_on = row.ends_on or known.ends_on
    if ends_on is not None and ends_on < (row.starts_on or known.starts_on):
        return "ends_before_start"
    return None


def _rejoins(row: PersonRow, known: Known) -> bool:
    return known.ends_on is not None and row.starts_on is not None and row.starts_on > known.ends_on


def _compared(row: PersonRow, known: Known) -> Step:
    rejoins = _rejoins(row, known)
    return Step(
        row=row,
        known=known,
        person=_differences(row, known, _OF_PERSON),
        work={} if rejoins else _differences(row, known, _OF_WORK),
        roles=granted(row) - known.roles,
        rejoins=rejoins,
    )


def _differences(row: PersonRow, known: Known, names: Sequence[str]) -> dict[str, Any]:
    stated = {name: _value(row, name) for name in names}
    return {name: value for name, value in stated.items() if value is not None and value != getattr(known, name)}


def _value(row: PersonRow, name: str) -> Any:
    value = getattr(row, name)
    return str(value) if name == "working_window" and value is not None else value
