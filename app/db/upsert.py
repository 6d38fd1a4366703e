"""Insert rows, leaving those that are there already: the atomic answer to "twice is once"."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.db.tenancy import ScopedSession, TenantError
from app.models.base import CompanyOwned


def insert_new(session: Any, model: type[Any], rows: Sequence[dict[str, Any]], unique: Sequence[str]) -> list[Any]:
    """Insert ``rows`` that do not collide on the ``unique`` columns; return the ids of those that were new.

    A table without an id has the last column of its key for one.

    Rows of a tenant table get the company of the session; one that names another company raises TenantError.
    """
    if not rows:
        return []
    _own(session, model, rows)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(model).on_conflict_do_nothing(index_elements=list(unique)).returning(own_key(model))
    return list(session.execute(statement, _complete(model, rows)).scalars())


def own_key(model: type[Any]) -> Any:
    """Return the column that tells the rows of ``model`` apart within what they belong to."""
    return getattr(model, sa.inspect(model).primary_key[-1].key)


def _own(session: ScopedSession, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    if not issubclass(model, CompanyOwned):
        return
    for row in rows:
        if row.setdefault("company_id", session.scope.company_id) != session.scope.company_id:
            raise TenantError(f"a {model.__name__} of another company would be written")


def _complete(model: Any, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    same, made = defaults(model)
    return [{**same, **{name: make() for name, make in made.items()}, **row} for row in rows]


@cache
def defaults(model: Any) -> tuple[dict[str, Any], dict[str, Callable[[], Any]]]:
    """Return the defaults that the model declares: those all rows share, and what makes one for each, as an id."""
    fields = {name: field for name, field in model.model_fields.items() if not field.is_required()}
    made: Any = {name: field.default_factory for name, field in fields.items() if field.default_factory}
    return {name: field.default for name, field in fields.items() if name not in made}, made
