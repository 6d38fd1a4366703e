"""PostgreSQL: synchronous functions on asyncpg connections, each in a transaction bound to its company.

BEGIN and the setting that row-level security reads travel in one round trip, and the setting dies with the
transaction: a session-level one leaks to the next user behind a pooler.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from asyncpg.exceptions import InterfaceError as DriverError
from asyncpg.exceptions import PostgresConnectionError, TooManyConnectionsError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from app.db.scope import Scope
from app.db.session import in_session
from app.errors import Unavailable

T = TypeVar("T")

_UNREACHABLE = (
    OSError,
    DriverError,
    PostgresConnectionError,
    TooManyConnectionsError,
    OperationalError,
    InterfaceError,
)


def async_url(url: str) -> str:
    """Return the address with the driver we use, whatever driver it names."""
    return "postgresql+asyncpg://" + url.split("://", 1)[1]


class PostgresDatabase:
    """The seam on PostgreSQL. ``pool`` connections per process and kind of work."""

    name = "postgres"

    def __init__(self, url: str, pool: int = 10) -> None:
        # The seam alone says BEGIN and COMMIT; SQLAlchemy neither opens nor rolls back anything by itself.
        self.engine = create_async_engine(
            async_url(url),
            isolation_level="AUTOCOMMIT",
            skip_autocommit_rollback=True,
            pool_reset_on_return=None,
            pool_size=pool,
            max_overflow=0,
            pool_timeout=5,
        )

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
        try:
            async with self.engine.connect() as connection:
                return await _transaction(connection, f"{begin}; {_bind(scope)}", scope, fn, args)
        except _UNREACHABLE as error:
            raise Unavailable from error


async def _transaction(
    connection: AsyncConnection, begin: str, scope: Scope, fn: Callable[..., T], args: tuple[Any, ...]
) -> T:
    raw = (await connection.get_raw_connection()).driver_connection
    assert raw is not None  # noqa: S101 - a checked-out connection has a driver connection
    await raw.execute(begin)
    try:
        result = await connection.run_sync(in_session, scope, fn, args)
    except Exception:
        await raw.execute("ROLLBACK")
        raise
    except BaseException:  # cancelled: what the connection is doing is unknown
        await connection.invalidate()
        raise
    await raw.execute("COMMIT")
    return result


def _bind(scope: Scope) -> str:
    """Return the transaction-local settings; the ids were checked to be ids when the scope was made."""
    values = {"company": scope.company_id, "account": scope.account_id, "agency": scope.agency_id}
    return "; ".join(f"SET LOCAL portavoce.{name} = '{value or ''}'" for name, value in values.items())
