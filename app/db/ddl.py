"""What migrations add beside tables: row-level security, append-only triggers, the application's rights.

SQLite drops a table's triggers when a batch migration recreates it: such a migration calls ``append_only`` again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# A second way in beside the company, for the explicit paths of db.scope. Reading only.
_ALSO_READ_BY = {"person": ("account_id", "account"), "engagement": ("agency_id", "agency")}


def on_postgres(op: Any) -> bool:
    return bool(op.get_context().dialect.name == "postgresql")


def tenant_wall(op: Any, table: str) -> None:
    """Let rows of ``table`` be read and written only inside their company (PostgreSQL; elsewhere nothing)."""
    if not on_postgres(op):
        return
    own = "company_id = nullif(current_setting('portavoce.company', true), '')"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_company ON {table} USING ({own}) WITH CHECK ({own})")
    if table in _ALSO_READ_BY:
        column, setting = _ALSO_READ_BY[table]
        also = f"{column} = nullif(current_setting('portavoce.{setting}', true), '')"
        op.execute(f"CREATE POLICY own_{setting} ON {table} FOR SELECT USING ({also})")


@contextmanager
def beyond_wall(op: Any, table: str) -> Iterator[None]:
    """Let a migration change rows of all companies: the wall of ``table`` binds its owner, too (PostgreSQL)."""
    if not on_postgres(op):
        yield
        return
    op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    yield
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def append_only(op: Any, table: str) -> None:
    """Refuse UPDATE and DELETE on ``table``: defence in depth, not evidence."""
    _refuse(op, table, "append_only", ("UPDATE", "DELETE"))


def unchanging(op: Any, table: str) -> None:
    """Refuse UPDATE on ``table``: its rows are never rewritten, and go only when what they belong to is erased."""
    _refuse(op, table, "unchanging", ("UPDATE",))


def _refuse(op: Any, table: str, rule: str, verbs: tuple[str, ...]) -> None:
    if on_postgres(op):
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_{rule} BEFORE {' OR '.join(verbs)} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in verbs:
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def drop_append_only(op: Any, table: str) -> None:
    """Undo ``append_only`` (for downgrades)."""
    if on_postgres(op):
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        return
    for verb in ("update", "delete"):
        op.execute(f"DROP TRIGGER {table}_no_{verb}")


def grant_to_application(op: Any, tables: list[str]) -> None:
    """Give the application's role, where it is another than the owner, rows but no structure."""
    if not on_postgres(op):
        return
    names = ", ".join(tables)
    op.execute(
        f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'portavoce_app') THEN "
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {names} TO portavoce_app; "
        f"GRANT SELECT ON alembic_version TO portavoce_app; END IF; END $$"
    )
