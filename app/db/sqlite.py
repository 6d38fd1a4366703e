"""SQLite: short reads inline on the event loop, all writes of the process through one thread with group commit.

Why: a hand-over to a thread costs more than an indexed read, and one durable commit for many jobs carries
thousands of acknowledgements a second (docs/adr/0002-synchronous-functions-behind-an-async-seam.md).
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app.db.scope import Scope
from app.db.session import in_session
from app.errors import Unavailable
from app.turns import Turns

T = TypeVar("T")
Settle = Callable[[], None]

_PRAGMAS = (
    "journal_mode=wal",
    "synchronous=full",
    "foreign_keys=on",
    "busy_timeout=10000",
    "cache_size=-65536",
    "mmap_size=268435456",
    "recursive_triggers=on",  # so that INSERT OR REPLACE meets the triggers of append-only tables
    "query_only=on",  # but for the one writer
)
_MAX_BATCH = 64
_SLOW = 3  # threads for slow reads; one company may hold all but one
_STORAGE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN}


@dataclass(frozen=True, slots=True)
class Job:
    """A function that waits for the writer, and who waits for its result."""

    scope: Scope
    fn: Callable[..., Any]
    args: tuple[Any, ...]
    future: asyncio.Future[Any]

    @property
    def awaited(self) -> bool:
        return not self.future.cancelled()

    def settle(self, set_outcome: Callable[[Any], None], outcome: Any) -> None:
        """Tell who waits, if they still do."""
        if self.awaited:
            set_outcome(outcome)


def sqlite_engine(url: str) -> Engine:
    """Return SQLAlchemy's way to this file, in a directory that is made when absent."""
    path = make_url(url).database or ""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    # The seam alone says BEGIN and COMMIT; SQLAlchemy neither opens nor rolls back anything by itself.
    engine = create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        hide_parameters=True,  # what is stored must not reach the log by way of an error
        connect_args={"check_same_thread": False, "cached_statements": 512},
    )
    event.listen(engine, "connect", _prepare)
    return engine


class SqliteDatabase:
    """The seam on SQLite. One such object per process and event loop; a second web process is refused at start."""

    name = "sqlite"

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reader = self.engine.connect()
        self._slow = ThreadPoolExecutor(_SLOW, thread_name_prefix="db-slow")
        self._turns = Turns(_SLOW, each=_SLOW - 1, waiting=50)
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._open = True
        self._writer = threading.Thread(target=self._write_for_ever, daemon=True, name="db-writer")
        self._writer.start()

    async def read(self, scope: Scope, fn: Callable[..., T], *args: Any) -> T:
        """Run a short, indexed read."""
        return _reading(self._reader, scope, fn, args)

    async def read_slow(self, scope: Scope, fn: Callable[..., T], *args: Any) -> T:
        """Run a read that may take more than 2 ms, away from the event loop."""
        async with self._turns.turn(scope.company_id or ""):
            return await asyncio.get_running_loop().run_in_executor(self._slow, self._read_aside, scope, fn, args)

    async def write(self, scope: Scope, fn: Callable[..., T], *args: Any) -> T:
        """Run ``fn`` in a transaction and return only when it is durable. Its error undoes it alone."""
        if not self._open:
            raise Unavailable
        job = Job(scope, fn, args, asyncio.get_running_loop().create_future())
        self._jobs.put(job)
        return await job.future  # type: ignore[no-any-return]

    async def close(self) -> None:
        """Finish the writes that wait, then let go of the file."""
        self._open = False
        self._jobs.put(None)
        self._writer.join()
        self._slow.shutdown()
        self._reader.close()
        self.engine.dispose()

    def _read_aside(self, scope: Scope, fn: Callable[..., T], args: tuple[Any, ...]) -> T:
        with self.engine.connect() as connection:
            return _reading(connection, scope, fn, args)

    def _write_for_ever(self) -> None:
        with self.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only=off")
            while (job := self._jobs.get()) is not None:
                batch = [job]
                while len(batch) < _MAX_BATCH and not self._jobs.empty():
                    following = self._jobs.get()
                    if following is None:
                        self._jobs.put(None)
                        break
                    batch.append(following)
                _commit_together(connection, batch)


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _driver(connection: Connection) -> sqlite3.Connection:
    """Return the connection below SQLAlchemy, whose events a BEGIN or COMMIT need not pass."""
    return connection.connection.driver_connection  # type: ignore[return-value]


def _reading(connection: Connection, scope: Scope, fn: Callable[..., T], args: tuple[Any, ...]) -> T:
    driver = _driver(connection)
    driver.execute("BEGIN")
    try:
        return in_session(connection, scope, fn, args)
    except (DBAPIError, sqlite3.Error) as error:
        if _is_storage(error):
            raise Unavailable from error
        raise
    finally:
        driver.execute("COMMIT")


def _commit_together(connection: Connection, batch: list[Job]) -> None:
    """Run each job in a savepoint of its own and commit all at once; a failing commit fails them all.

    A job whose caller has gone before it began is left out.
    """
    batch = [job for job in batch if job.awaited]
    driver = _driver(connection)
    try:
        driver.execute("BEGIN IMMEDIATE")
        outcomes = [_run(connection, driver, job) for job in batch]
        driver.execute("COMMIT")
    except (DBAPIError, sqlite3.Error) as error:
        with contextlib.suppress(sqlite3.OperationalError):  # SQLite may have rolled back by itself
            driver.execute("ROLLBACK")
        outcomes = [partial(job.settle, job.future.set_exception, _unavailable(error)) for job in batch]
    if batch:  # all at once, as each call into the event loop wakes it
        batch[0].future.get_loop().call_soon_threadsafe(_call_all, outcomes)


def _call_all(settles: Iterable[Settle]) -> None:
    for settle in settles:
        settle()


def _run(connection: Connection, driver: sqlite3.Connection, job: Job) -> Settle:
    driver.execute("SAVEPOINT job")
    try:
        result = in_session(connection, job.scope, job.fn, job.args)
    except BaseException as error:  # noqa: BLE001 - whatever it is belongs to its caller
        driver.execute("ROLLBACK TO job")
        driver.execute("RELEASE job")
        return partial(job.settle, job.future.set_exception, _told(error))
    driver.execute("RELEASE job")
    return partial(job.settle, job.future.set_result, result)


def _told(error: BaseException) -> BaseException:
    """Return what the caller is told: the error itself, or Unavailable where the storage is the reason."""
    return _unavailable(error) if _is_storage(error) else error


def _is_storage(error: BaseException) -> bool:
    raised = error.orig if isinstance(error, DBAPIError) else error
    return getattr(raised, "sqlite_errorcode", 0) & 0xFF in _STORAGE


def _unavailable(error: BaseException) -> Unavailable:
    refusal = Unavailable()
    refusal.__cause__ = error
    return refusal
