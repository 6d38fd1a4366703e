"""Statements for the hot paths: SQLAlchemy expressions, compiled once, then run by the driver alone.

The ORM layer costs ten times what the database does for an indexed read. A prepared statement keeps what makes
SQLAlchemy worth having (columns checked by types, one text for both databases) and leaves its machinery out at
run time. The guard of tenancy.py does not see it, so it must name the company itself, as ``in_company(Model)``, and the
SQL guard checks that when the statement is first compiled: always, not only in tests.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import Any, NamedTuple

from sqlalchemy import Executable, bindparam, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.util import await_only

from app.db.tenancy import TenantError
from app.db.upsert import own_key


class _Compiled(NamedTuple):
    sql: str
    names: Sequence[str]
    constants: dict[str, Any]
    to_driver: dict[str, Callable[[Any], Any]]
    from_driver: list[tuple[int, Callable[[Any], Any]]]
    row: Callable[..., Any]


def in_company(model: Any) -> Any:
    """Return the condition that a row belongs to the company of the session."""
    return model.company_id == bindparam("company_id")


class Prepared:
    """A module-level statement. Call it with the session and its parameters; it returns a list of named rows.

    Values known at run time are ``bindparam``s, passed by name; ``company_id`` is the session's and need not be
    given. A list is a parameter of ``dialects.among``. What the ORM holds pending is written first.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, session: Any, **values: Any) -> list[Any]:
        """Run the statement and return all its rows."""
        connection, compiled = self._ready(session)
        given = {**compiled.constants, **values, "company_id": session.scope.company_id}
        convert = compiled.to_driver
        arguments = [convert[name](given[name]) if name in convert else given[name] for name in compiled.names]
        return [compiled.row(*_converted(compiled, row)) for row in _run(connection, compiled.sql, arguments)]

    def one(self, session: Any, **values: Any) -> Any:
        """Return the first row, or None."""
        rows = self(session, **values)
        return rows[0] if rows else None

    def each(self, session: Any, rows: Sequence[dict[str, Any]], **same: Any) -> None:
        """Run the statement once for each of ``rows``, which name the same columns, in one call of the driver.

        ``same`` is what all rows share. Nothing is returned; the errors are those of SQLAlchemy.
        """
        connection, compiled = self._ready(session)
        given = {**compiled.constants, **same, "company_id": session.scope.company_id}
        columns: list[Iterable[Any]] = []
        own = rows[0].keys() - {"company_id"}
        for name in compiled.names:
            values = [row[name] for row in rows] if name in own else [given[name]]
            if name in compiled.to_driver:
                values = _written(compiled.to_driver[name], values)
            columns.append(values if name in own else repeat(values[0]))
        connection.exec_driver_sql(compiled.sql, list(zip(*columns, strict=False)))

    def _ready(self, session: Any) -> tuple[Connection, _Compiled]:
        session.flush()
        connection: Connection = session.get_bind()
        return connection, self._compiled.get(connection.dialect.name) or self._compile(connection.dialect)

    def _compile(self, dialect: Dialect) -> _Compiled:
        done = self._build(dialect).compile(dialect=dialect)
        _refuse_unguarded(done.string, dialect.name, done.positiontup or [])
        compiled = _described(done, dialect)
        self._compiled[dialect.name] = compiled
        return compiled

    def _build(self, _dialect: Dialect) -> Any:
        return self._statement


class PreparedInsert(Prepared):
    """An insert of one row that does nothing where a row with the same ``unless`` columns stands.

    All columns are parameters. It returns a row with the new ``id`` (of a table without one: the last column of its
    key), or none if nothing was inserted; ``told`` is False where the caller needs no ids.
    """

    def __init__(self, model: type[Any], *, unless: Sequence[str] = (), told: bool = True) -> None:
        super().__init__(sqlite.insert(model))
        self._model = model
        self._unless = list(unless)
        self._told = told

    def _build(self, dialect: Dialect) -> Any:
        into: Any = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
        statement = into(self._model)
        statement = statement.returning(own_key(self._model)) if self._told else statement
        return statement.on_conflict_do_nothing(index_elements=self._unless) if self._unless else statement


class PreparedRows:
    """An insert of a few rows in one statement, which is compiled for each number of rows that comes up.

    All columns but ``company_id`` are given, for every row. It returns nothing.
    """

    def __init__(self, model: type[Any]) -> None:
        self._model = model
        self._columns = [name for name in model.model_fields if name != "company_id"]
        self._by_number: dict[int, Prepared] = {}

    def __call__(self, session: Any, rows: Sequence[dict[str, Any]]) -> None:
        """Insert ``rows`` into the company of the session."""
        prepared = self._by_number.get(len(rows)) or self._prepare(len(rows))
        prepared(session, **{f"{name}_{n}": row[name] for n, row in enumerate(rows) for name in self._columns})

    def _prepare(self, number: int) -> Prepared:
        own: dict[str, Any] = {"company_id": bindparam("company_id")}
        rows = [own | {name: bindparam(f"{name}_{n}") for name in self._columns} for n in range(number)]
        prepared = self._by_number[number] = Prepared(insert(self._model).values(rows))
        return prepared


def _refuse_unguarded(sql: str, dialect: str, names: Sequence[str]) -> None:
    """Demand that each tenant table is held to the parameter that is always the company of the session."""
    from app.db.sql_guard import judged  # noqa: PLC0415 - its parser is slow to import

    companies = {position for position, name in enumerate(names) if name == "company_id"}
    missing = {need.table for need in judged(sql, dialect) if not need.company & companies}
    if missing:
        raise TenantError(f"{', '.join(sorted(missing))} without its company in: {sql}")


def _described(done: Any, dialect: Dialect) -> _Compiled:
    columns = done._result_columns  # noqa: SLF001 - the only place that knows the columns' types
    converts = [column.type._cached_result_processor(dialect, None) for column in columns]  # noqa: SLF001
    return _Compiled(
        sql=done.string,
        names=done.positiontup or [],
        constants={name: value for name, value in done.params.items() if value is not None},
        to_driver=dict(done._bind_processors),  # noqa: SLF001 - how each type is written
        from_driver=[(position, convert) for position, convert in enumerate(converts) if convert],
        row=namedtuple("Row", [column.keyname for column in columns]),  # noqa: PYI024 - named at run time
    )


def _run(connection: Connection, sql: str, arguments: list[Any]) -> Sequence[Any]:
    raw: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        return await_only(raw.fetch(sql, *arguments))
    return raw.execute(sql, arguments).fetchall()  # type: ignore[no-any-return]


def _written(convert: Callable[[Any], Any], values: list[Any]) -> list[Any]:
    """Return the values as the driver wants them; days and moments that repeat are converted once."""
    try:
        known = {value: convert(value) for value in set(values)}
    except TypeError:  # JSON
        return list(map(convert, values))
    return [known[value] for value in values]


def _converted(compiled: _Compiled, row: Sequence[Any]) -> Sequence[Any]:
    if not compiled.from_driver:
        return row
    values = list(row)
    for position, convert in compiled.from_driver:
        values[position] = convert(values[position])
    return values
