"""Many rows of a company in one statement: what the ORM does one by one, where a file brings thousands."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from app.db.tenancy import ScopedSession, TenantError
from app.models.base import TenantOwned
from app.models.types import new_id


def expect_long_lists(session: Any) -> None:
    """Have PostgreSQL plan each statement of this transaction for its values.

    Its plan for any values compares each row with each member of a long IN list, one after the other.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.set_config("plan_cache_mode", "force_custom_plan", True)))


def insert_all(session: Any, model: type[TenantOwned], rows: Sequence[dict[str, Any]]) -> None:
    """Insert ``rows`` into the company of the session; all must name the same columns."""
    if rows:
        defaults, own = _defaults(model), {"company_id": _company(session)}
        complete = [{"id": new_id(), **defaults, **row, **own} for row in rows]
        session.connection().execute(insert(model), complete)


def update_each(session: Any, model: type[TenantOwned], rows: Sequence[dict[str, Any]]) -> None:
    """Update rows of the company by their ``id``; each names the columns it changes."""
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        by_columns.setdefault(tuple(sorted(row.keys() - {"id"})), []).append(row)
    table: Any = model
    for columns, alike in by_columns.items():
        statement = (
            update(model)
            .where(table.company_id == _company(session), table.id == bindparam("row_id"))
            .values({column: bindparam(f"new_{column}") for column in columns})
        )
        values = [{"row_id": row["id"], **{f"new_{column}": row[column] for column in columns}} for row in alike]
        session.connection().execute(statement, values)


def _company(session: ScopedSession) -> str:
    company_id = session.scope.company_id
    if company_id is None:
        raise TenantError("no company is bound, but its rows would be written")
    session.flush()
    return company_id


@cache
def _defaults(model: type[TenantOwned]) -> dict[str, Any]:
    """Return the defaults that the model declares; an id is new for every row and not among them."""
    fields = {name: field for name, field in model.model_fields.items() if not field.is_required()}
    return {name: field.default for name, field in fields.items() if field.default_factory is None}
