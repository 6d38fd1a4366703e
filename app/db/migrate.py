"""The schema: bring it up to date, and tell whether it is. Alembic is imported only when there is work."""

import ast
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from app.db import Database, Scope

ROOT = Path(__file__).resolve().parents[2]


@cache
def head() -> str:
    """Return the newest revision, read from the file names' contents without importing Alembic."""
    revisions: dict[str, str | None] = {}
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        names = {
            target.id: ast.literal_eval(node.value)
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and target.id in {"revision", "down_revision"}
        }
        revisions[names["revision"]] = names["down_revision"]
    (newest,) = set(revisions) - set(revisions.values())
    return newest


def _stored(session: Any) -> str | None:
    row = session.execute(text("SELECT version_num FROM alembic_version")).first()
    return row[0] if row else None


async def is_current(database: Database) -> bool:
    """Tell, with one SELECT, whether the schema is the one this program needs."""
    try:
        return await database.read(Scope(), _stored) == head()
    except DBAPIError:
        return False


def migrate(url: str, revision: str = "head") -> None:
    """Upgrade the database at ``url`` (its owner's address on PostgreSQL), making the SQLite file if needed."""
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["url"] = url
    command.upgrade(config, revision)


def with_connection(url: str, fn: Any) -> None:
    """Call ``fn(connection)`` on a plain synchronous connection to either database."""
    if url.startswith("sqlite"):
        Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
        with create_engine(url, poolclass=NullPool).connect() as connection:
            fn(connection)
        return
    import asyncio  # noqa: PLC0415

    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415

    from app.db.postgres import async_url  # noqa: PLC0415

    async def run() -> None:
        engine = create_async_engine(async_url(url), poolclass=NullPool)
        async with engine.connect() as connection:
            await connection.run_sync(fn)
        await engine.dispose()

    asyncio.run(run())
