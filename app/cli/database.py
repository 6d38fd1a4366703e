"""From the command line into the database: open, act as the operator, close."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from sqlmodel import col, select

from app.authz import System
from app.db import Database, open_database
from app.db.migrate import is_current
from app.db.roles import refuse_powerful_role
from app.models import Company
from app.settings import ConfigurationError, Settings

T = TypeVar("T")


class NotMigrated(ConfigurationError):
    """There is no database, or its schema is another one than this program's."""

    def __init__(self) -> None:
        super().__init__("The database is not at this version: run `portavoce migrate` first.")


OPERATOR = System("operator")
REQUEST_ID = "command-line"


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """Yield the database; NotMigrated, or ConfigurationError for a role that row-level security does not bind."""
    if settings.on_sqlite and not sqlite_file(settings.database_url).is_file():
        raise NotMigrated
    database = open_database(settings.database_url, guard_sql=settings.guard_sql)
    try:
        if not await is_current(database):
            raise NotMigrated
        await refuse_powerful_role(database)
        yield database
    finally:
        await database.close()


def with_database(settings: Settings, fn: Callable[[Database], Awaitable[T]]) -> T:
    """Run ``fn(database)`` to its end and return what it returns."""

    async def run() -> T:
        async with opened(settings) as database:
            return await fn(database)

    return asyncio.run(run())


def companies(session: Session) -> list[tuple[str, str]]:
    """Return id and name of every company, the oldest first."""
    found = session.execute(select(col(Company.id), col(Company.name)).order_by(col(Company.id)))
    return [(row.id, row.name) for row in found]


def sqlite_file(url: str) -> Path:
    """Return the file of a SQLite address."""
    return Path(make_url(url).database or "")
