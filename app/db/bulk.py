"""Many rows of a company in one statement: what the ORM does one by one, where a file brings thousands."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select, update

from app.db.prepared import Prepared, PreparedInsert, in_company
from app.db.tenancy import TenantError
from app.db.upsert import defaults
from app.models.base import Table, TenantOwned

_LONG_LISTS = "long_lists"


def expect_long_lists(session: Any) -> None:
    """Have PostgreSQL plan each statement of this transaction for its values.

    Its plan for any values compares each row with each member of a long list, one after the other.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.info[_LONG_LISTS] = True
        session.connection().exec_driver_sql("DISCARD PLANS")
        _plan(session, "force_custom_plan")


def insert_all(
    session: Any, model: type[TenantOwned | Table], rows: Sequence[dict[str, Any]], unless: Sequence[str] = ()
) -> None:
    """Insert ``rows``, which all name the same columns, leaving out those whose ``unless`` columns stand already.

    Those of a tenant table are written into the company of the session.
    """
    if rows:
        _require_company(session, model)
        same, made = defaults(model)
        complete = [{**{name: make() for name, make in made.items()}, **row} for row in rows]
        _run(session, _inserting(model, tuple(unless)), complete, same)


def update_each(session: Any, model: type[TenantOwned], rows: Sequence[dict[str, Any]]) -> None:
    """Update rows of the company by their ``id``; each names the columns it changes."""
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        by_columns.setdefault(tuple(sorted(row.keys() - {"id"})), []).append(row)
    for columns, alike in by_columns.items():
        values = [{"row_id": row["id"], **{f"new_{column}": row[column] for column in columns}} for row in alike]
        _run(session, _updating(model, columns), values, {})


def _run(session: Any, statement: Prepared, rows: Sequence[dict[str, Any]], same: dict[str, Any]) -> None:
    """Run a statement for many rows; PostgreSQL checks their foreign keys by plans that it keeps.

    Made anew for each row, as long lists want it, they cost ten times what the row does.
    """
    planned_anew = session.info.get(_LONG_LISTS)
    if planned_anew:
        _plan(session, "auto")
    statement.each(session, rows, **same)
    if planned_anew:
        _plan(session, "force_custom_plan")


def _plan(session: Any, mode: str) -> None:
    session.execute(select(func.set_config("plan_cache_mode", mode, True)))


def _require_company(session: Any, model: type[Any]) -> None:
    if issubclass(model, TenantOwned) and session.scope.company_id is None:
        raise TenantError("no company is bound, but its rows would be written")


@cache
def _inserting(model: Any, unless: tuple[str, ...]) -> PreparedInsert:
    return PreparedInsert(model, unless=unless, told=False)


@cache
def _updating(model: Any, columns: tuple[str, ...]) -> Prepared:
    statement = update(model).where(in_company(model), model.id == bindparam("row_id"))
    return Prepared(statement.values({column: bindparam(f"new_{column}") for column in columns}))
