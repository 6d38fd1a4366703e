"""The database seam: plain synchronous functions, run inside one scope, on SQLite or PostgreSQL."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from sqlalchemy import Engine

from app.db.scope import NO_COMPANY, Scope, is_id

__all__ = ["NO_COMPANY", "Database", "Scope", "database_on", "is_id", "make_engine", "open_database"]

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


def open_database(url: str, *, guard_sql: bool = False) -> Database:
    """Return the seam for this address."""
    return database_on(make_engine(url, guard_sql=guard_sql))


def make_engine(url: str, *, guard_sql: bool = False) -> Engine:
    """Return SQLAlchemy's way to this address, which keeps what it compiled however often a seam is closed.

    The driver of the other database is never imported.
    """
    if url.startswith("sqlite"):
        from app.db.sqlite import sqlite_engine as engine_at  # noqa: PLC0415
    else:
        from app.db.postgres import postgres_engine as engine_at  # noqa: PLC0415
    engine = engine_at(url)
    if guard_sql:
        from app.db.sql_guard import guard  # noqa: PLC0415

        guard(engine)
    return engine


def database_on(engine: Engine) -> Database:
    """Return the seam on an engine that no other open seam uses."""
    if engine.dialect.name == "sqlite":
        from app.db.sqlite import SqliteDatabase  # noqa: PLC0415

        return SqliteDatabase(engine)
    from app.db.postgres import PostgresDatabase  # noqa: PLC0415

    return PostgresDatabase(engine)
