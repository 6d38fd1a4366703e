"""What is asked of the database, by SQLAlchemy and by prepared statements past it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from app.db import NO_COMPANY, Database, prepared


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Collect the statements that are run while the block lasts; one for many rows counts once."""
    engine = getattr(database.engine, "sync_engine", database.engine)  # type: ignore[attr-defined]
    seen: list[str] = []
    run = prepared._run

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    def noting(connection: Any, sql: str, arguments: list[Any]) -> Any:
        seen.append(sql)
        return run(connection, sql, arguments)

    event.listen(engine, "before_cursor_execute", note)
    prepared._run = noting
    try:
        yield seen
    finally:
        prepared._run = run
        event.remove(engine, "before_cursor_execute", note)


async def plans(database: Database, seen: Sequence[str]) -> list[str]:
    """Return each step of SQLite's plans for these statements. It plans by tables and indexes, not by values."""

    def explain(session: Any) -> list[str]:
        driver = session.connection().connection.driver_connection
        asked = [driver.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?")) for sql in seen]
        return [step[-1] for cursor in asked for step in cursor]

    return await database.read(NO_COMPANY, explain)
