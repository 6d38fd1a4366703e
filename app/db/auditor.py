"""The fourth wall between tenants: every SQL statement is parsed, and must name the company on every tenant table.

Always on in tests, a setting in production. It sees what the ORM guard cannot: Core selects, raw SQL, bulk
updates by key. A statement is parsed once and its verdict remembered.
"""

from functools import cache, lru_cache
from typing import Any

import sqlglot
from sqlalchemy import Engine, event
from sqlglot import exp

from app.db.tenancy import TenantError, tenant_tables

# Tenant tables that an account or an agency may read by another column, through the explicit paths of db.scope.
_OTHER_WAY_IN = {"person": "account_id", "engagement": "agency_id"}


@cache
def tenant_table_names() -> frozenset[str]:
    """Return the names of all tables that belong to a company."""
    return frozenset(str(table.__tablename__) for table in tenant_tables())


def audit(engine: Engine) -> None:
    """Refuse statements on this engine that reach a tenant table without its company."""
    tables = tenant_table_names()

    @lru_cache(maxsize=4096)
    def unguarded(statement: str, dialect: str) -> tuple[str, ...]:
        return find_unguarded(statement, dialect, tables)

    @event.listens_for(engine, "before_cursor_execute")
    def _(_c: Any, _cursor: Any, statement: str, _p: Any, _context: Any, _many: Any) -> None:
        if not statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            return
        missing = unguarded(statement, engine.dialect.name)
        if missing:
            raise TenantError(f"{', '.join(missing)} without its company in: {statement}")


def find_unguarded(statement: str, dialect: str, tables: frozenset[str]) -> tuple[str, ...]:
    """Return the tenant tables that a statement reaches without an equality on their company."""
    tree = sqlglot.parse_one(statement, read="postgres" if dialect == "postgresql" else "sqlite")
    reached = (table for table in tree.find_all(exp.Table) if table.name in tables)
    return tuple(sorted({table.name for table in reached if not _guarded(table)}))


def _guarded(table: exp.Table) -> bool:
    owner = table.find_ancestor(exp.Select, exp.Update, exp.Delete, exp.Insert)
    if isinstance(owner, exp.Insert):
        return any(column.name == "company_id" for column in owner.this.expressions)
    ways_in = {"company_id", _OTHER_WAY_IN.get(table.name, "company_id")}
    name = table.alias_or_name
    return any(_names(side, name, ways_in) for equality in _equalities(owner) for side in equality.unnest_operands())


def _names(side: exp.Expr, table: str, columns: set[str]) -> bool:
    return isinstance(side, exp.Column) and side.table == table and side.name in columns


def _equalities(owner: exp.Expr | None) -> list[exp.EQ]:
    """Return the equalities that hold for every row: those under AND alone, in WHERE and in inner and outer ONs."""
    if owner is None:
        return []
    clauses = [join.args.get("on") for join in owner.args.get("joins") or ()]
    where = owner.args.get("where")
    clauses.append(where.this if where else None)
    parts = [part for clause in clauses if clause is not None for part in _conjunction(clause)]
    return [part for part in parts if isinstance(part, exp.EQ)]


def _conjunction(clause: exp.Expr) -> list[exp.Expr]:
    return (
        [part.unnest() for part in clause.unnest().flatten()]
        if isinstance(clause.unnest(), exp.And)
        else [clause.unnest()]
    )
