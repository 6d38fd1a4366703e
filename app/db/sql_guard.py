"""The fourth wall between tenants: each tenant table in a SQL statement must be held to the session's company.

By an equality (reach.py), and with the right value. Always on in tests, and on in production unless GUARD_SQL says
no. It sees what the ORM guard cannot: Core selects, raw SQL, inserts, bulk updates by key. A statement is parsed once
and its verdict remembered; the values are looked at every time.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Engine, event
from sqlglot.errors import SqlglotError

from app.db.reach import OTHER_WAY_IN, Need, Value, needs
from app.db.scope import NO_COMPANY, Scope
from app.db.tenancy import TenantError, tenant_tables

_HARMLESS = ("DISCARD PLANS", "SAVEPOINT ", "RELEASE ", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA ")
_EXPLAIN = re.compile(r"EXPLAIN( QUERY PLAN| ANALYZE| \([A-Z, ]+\))? ")


@cache
def tenant_table_names() -> frozenset[str]:
    """Return the names of all tables that belong to a company."""
    return frozenset(str(table.__tablename__) for table in tenant_tables())


def guard(engine: Engine) -> None:
    """Refuse statements on this engine that reach a tenant table without its company."""

    @event.listens_for(engine, "before_cursor_execute")
    def _(connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> None:
        scope = connection.info.get("scope", NO_COMPANY)
        rows = parameters if parameters and isinstance(parameters[0], tuple) else [parameters]
        for need in judged(statement, engine.dialect.name):
            if not all(_holds(need, row, scope) for row in rows):
                raise TenantError(f"{need.table} without its company in: {statement}")


@lru_cache(maxsize=4096)
def judged(statement: str, dialect: str) -> tuple[Need, ...]:
    """Return what must hold of a statement's values; raise TenantError if it cannot be told."""
    if statement.startswith(_HARMLESS):
        return ()
    bare = _EXPLAIN.sub("", statement, count=1)
    if re.search(r"\bportavoce\.|^\s*(REPLACE|EXPLAIN)\b", bare, re.IGNORECASE):
        raise TenantError(f"this statement can pass the walls by: {statement}")
    try:
        return needs(bare, dialect, tenant_table_names())
    except SqlglotError as error:
        raise TenantError(f"this statement is not understood: {statement}") from error


def _holds(need: Need, row: Sequence[Any], scope: Scope) -> bool:
    other = {"account_id": scope.account_id, "agency_id": scope.agency_id}.get(OTHER_WAY_IN.get(need.table, ""))
    return _among(need.company, row, scope.company_id) or _among(need.other, row, other)


def _among(values: Iterable[Value], row: Sequence[Any], wanted: str | None) -> bool:
    return wanted is not None and any((row[v] if isinstance(v, int) else v) == wanted for v in values)
