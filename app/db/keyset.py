"""Lists that can be sorted in several ways, read a part at a time from behind the key of its last row.

A list declares its orders once. What an index serves goes through any number of rows; what has to sort all that was
found is offered for at most MANY rows, so that no list costs more than sorting so many.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple, Self

from sqlalchemy import Date, Select, func, select, tuple_

MANY = 20_000
"""A list is counted up to here; one more stands for all above."""

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """One way to sort: ``columns`` without NULLs, of which the last is the id that ``find`` returns."""

    columns: tuple[Any, ...]
    indexed: bool = False


class Sort(NamedTuple):
    """An order by its name, forwards or backwards; as text ``team`` or ``-team``."""

    order: str
    descending: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(text.removeprefix("-"), text.startswith("-"))

    def __str__(self) -> str:
        return f"-{self.order}" if self.descending else self.order


class Asked(NamedTuple):
    """Which part of a list is wanted: ``limit`` rows from behind the key ``after``."""

    sort: Sort
    after: Key | None
    limit: int


@dataclass(frozen=True, slots=True)
class Found:
    """The ids of one part of a list, and how many there are in all; ``sort`` is what they are sorted by."""

    ids: list[str]
    next_key: Key | None
    count: int
    sort: Sort
    orders: tuple[str, ...]

    def in_order(self, rows: Iterable[Any], key: str = "id") -> list[Any]:
        """Return these rows, each found by its id in the attribute ``key``, as the list goes."""
        by_id = {attrgetter(key)(row): row for row in rows}
        return [by_id[one] for one in self.ids]


def find(
    session: Any, matching: Select[Any], orders: Mapping[str, Order], asked: Asked, each: Select[Any] | None = None
) -> Found:
    """Return a part of the rows that match, in the order asked for; in the first one where that is not offered.

    ``each`` is for rows that match because of rows of another table: the same as ``matching``, as a question asked of
    each row. Up to MANY are found through that table and sorted; more are met soon enough on the way along an index.
    """
    indexed = {name: order for name, order in orders.items() if order.indexed}
    number = None if each is None and asked.sort.order in indexed else _count(session, matching)
    if each is not None and number is not None and number > MANY:
        matching = each
    offered = orders if number is not None and number <= MANY else indexed
    sort, after = (asked.sort, asked.after) if asked.sort.order in offered else (Sort(next(iter(orders))), None)
    rows = session.execute(_part(matching, orders[sort.order].columns, sort, after).limit(asked.limit + 1)).all()
    if number is None:  # where the first part is all there is, nobody has to count
        number = len(rows) if after is None and len(rows) <= asked.limit else _count(session, matching)
    next_key = tuple(rows[asked.limit - 1]) if len(rows) > asked.limit else None
    ids = [row[-1] for row in rows[: asked.limit]]
    return Found(ids, next_key, number, sort, tuple(orders if number <= MANY else indexed))


def _count(session: Any, matching: Select[Any]) -> int:
    bounded = matching.limit(MANY + 1).subquery()
    return int(session.execute(select(func.count()).select_from(bounded)).scalar_one())


def _part(matching: Select[Any], columns: tuple[Any, ...], sort: Sort, after: Key | None) -> Select[Any]:
    statement = matching.with_only_columns(*columns)
    if after is not None:
        here, there = tuple_(*columns), tuple_(*map(_value, columns, after))
        statement = statement.where(here < there if sort.descending else here > there)
    return statement.order_by(*(column.desc() if sort.descending else column for column in columns))


def _value(column: Any, value: Any) -> Any:
    """Return a value of a key that went through JSON."""
    return date.fromisoformat(value) if isinstance(column.type, Date) else value
