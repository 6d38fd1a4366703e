"""PostgreSQL: synchronous functions on asyncpg connections, each in a transaction bound to its company.

BEGIN and the setting that row-level security reads travel in one round trip, and the setting dies with the
transaction: a session-level one leaks to the next user behind a pooler.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from asyncpg.exceptions import InterfaceError as DriverError
from asyncpg.exceptions import PostgresError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from app.db.scope import Scope
from app.db.session import in_session
from app.errors import Conflict, DomainError, Unavailable
from app.turns import Turns
from app.wording import N_

T = TypeVar("T")

_MOST_WAITING = 1000  # of one company
_DRIVER = (OSError, DriverError, PostgresError, DBAPIError)
# Classes of SQLSTATE in which the same request may do better later: connection, rollback for concurrency,
# resources, operator, system (PostgreSQL manual, appendix A); and a lock that was not to be had.
_LATER = ("08", "40", "53", "57", "58", "55P03")
# Services look before they store; what they saw can only have been removed by somebody at the same time.
_REFERENCE = "23503"
_REMOVED = N_("What this belongs to was removed at the same moment, so nothing was stored. Load it again and look.")


def async_url(url: str) -> str:
    """Return the address with the driver we use, whatever driver it names."""
    return "postgresql+asyncpg://" + url.split("://", 1)[1]


def postgres_engine(url: str, pool: int = 10, patience: float = 5) -> Engine:
    """Return SQLAlchemy's way to this server: at most ``pool`` connections, each waited for ``patience`` seconds."""
    # The seam alone says BEGIN and COMMIT; SQLAlchemy neither opens nor rolls back anything by itself.
    return create_async_engine(
        async_url(url),
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        hide_parameters=True,  # what is stored must not reach the log by way of an error
        pool_reset_on_return=None,
        pool_size=pool,
        max_overflow=0,
        pool_timeout=patience,
    ).sync_engine


class PostgresDatabase:
    """The seam on PostgreSQL."""

    name = "postgres"

    def __init__(self, engine: Engine) -> None:
        self.engine = AsyncEngine(engine)
        pool: Any = engine.pool
        # SQLAlchemy's pool alone is not fair: a connection that comes back goes to the next caller that asks, and one
        # that waits already may wait until it is refused.
        self._turns = Turns(pool.size(), max(1, pool.size() - 1), waiting=_MOST_WAITING, patience=pool.timeout())

    async def read(self, scope: Scope, fn: Callable[..., T], *args: Any) -> T:
        """Run a short, indexed read."""
        return await self._in_transaction("BEGIN READ ONLY", scope, fn, args)

    async def read_slow(self, scope: Scope, fn: Callable[..., T], *args: Any) -> T:
        """Run a read that may take more than 2 ms; here the server does the work, so it is a read like others."""
        return await self._in_transaction("BEGIN READ ONLY ISOLATION LEVEL REPEATABLE READ", scope, fn, args)

    async def write(self, scope: Scope, fn: Callable[..., T], *args: Any) -> T:
        """Run ``fn`` in a transaction and return only when it is durable."""
        return await self._in_transaction("BEGIN", scope, fn, args)

    async def close(self) -> None:
        await self.engine.dispose()

    async def _in_transaction(self, begin: str, scope: Scope, fn: Callable[..., T], args: tuple[Any, ...]) -> T:
        async with self._turns.turn(scope.company_id or ""):
            return await self._on_connection(begin, scope, fn, args)

    async def _on_connection(self, begin: str, scope: Scope, fn: Callable[..., T], args: tuple[Any, ...]) -> T:
        connection = await self._begun(f"{begin}; {_bind(scope)}")
        try:
            result = await connection.run_sync(in_session, scope, fn, args)
            await _commit(await _driver(connection))
        except Exception as error:
            lost = await _undo(connection)
            if refusal := _refusal(error, lost=lost):
                raise refusal from error
            raise
        except BaseException:  # cancelled: what the connection is doing is unknown
            await connection.invalidate()
            raise
        finally:
            await connection.close()
        return result

    async def _begun(self, begin: str) -> AsyncConnection:
        """Return a connection in a new transaction. Connections that died in the pool are skipped."""
        try:
            for _ in range(self.engine.pool.size() + 1):  # type: ignore[attr-defined]
                connection = await self.engine.connect()
                if await _alive_after(connection, begin):
                    return connection
        except (*_DRIVER, PoolTimeout) as error:
            raise Unavailable from error
        raise Unavailable


async def _driver(connection: AsyncConnection) -> Any:
    return (await connection.get_raw_connection()).driver_connection


async def _alive_after(connection: AsyncConnection, begin: str) -> bool:
    """Run the first statements; a connection that cannot, or whose caller went away, is thrown away."""
    try:
        await (await _driver(connection)).execute(begin)
    except BaseException as error:
        await connection.invalidate()
        await connection.close()
        if isinstance(error, _DRIVER):
            return False
        raise
    return True


async def _commit(driver: Any) -> None:
    try:
        ended = await driver.execute("COMMIT")
    except _DRIVER as error:
        if not driver.is_closed():
            raise
        unknown = N_("The connection broke while this was being stored. Look whether it is there before you try again.")
        raise Unavailable("outcome_unknown", unknown) from error
    if ended != "COMMIT":
        raise RuntimeError("an error of the database was swallowed, and nothing was stored")


async def _undo(connection: AsyncConnection) -> bool:
    """Roll back, or throw the connection away if it is lost; tell whether it was."""
    driver = await _driver(connection)
    try:
        await driver.execute("ROLLBACK")
    except _DRIVER:
        await connection.invalidate()
        return True
    return False


def _refusal(error: Exception, *, lost: bool) -> DomainError | None:
    """Return what the caller can do about an error of the database, None where it is not for them."""
    if not isinstance(error, _DRIVER):
        return None
    state = getattr(getattr(error, "orig", error), "sqlstate", None) or ""
    if state == _REFERENCE:
        return Conflict("removed_meanwhile", _REMOVED)
    return Unavailable() if lost or state.startswith(_LATER) else None


def _bind(scope: Scope) -> str:
    """Return the transaction-local settings; the ids were checked to be ids when the scope was made."""
    values = {"company": scope.company_id, "account": scope.account_id, "agency": scope.agency_id}
    return "; ".join(f"SET LOCAL portavoce.{name} = '{value or ''}'" for name, value in values.items())
