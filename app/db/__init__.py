"""The database seam: plain synchronous functions, run inside one scope, on SQLite or PostgreSQL."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from app.db.scope import NO_COMPANY, Scope, is_id

__all__ = ["NO_COMPANY", "Database", "Scope", "is_id", "open_database"]

T = TypeVar("T")


class Database(Protocol):
    """Four ways to run ``fn(session, *args)``; each opens a session, ends the transaction and only then returns.

    ``fn`` must not keep the session. Storage that cannot be reached or is full raises Unavailable.
    """

    name: str

    async def read(self, scope: Scope, fn: Callable[..., T], *args: Any) -> T: ...

    async def read_slow(self, scope: Scope, fn: Callable[..., T], *args: Any) -> T: ...

    async def write(self, scope: Scope, fn: Callable[..., T], *args: Any) -> T: ...

    async def close(self) -> None: ...


def open_database(url: str, *, audit_sql: bool = False) -> Database:
    """Return the seam for this address. The driver of the other database is never imported."""
    if url.startswith("sqlite"):
        from app.db.sqlite import SqliteDatabase  # noqa: PLC0415

        database: Any = SqliteDatabase(url)
        engine = database.engine
    else:
        from app.db.postgres import PostgresDatabase  # noqa: PLC0415

        database = PostgresDatabase(url)
        engine = database.engine.sync_engine
    if audit_sql:
        from app.db.auditor import audit  # noqa: PLC0415

        audit(engine)
    return database  # type: ignore[no-any-return]
