"""The seam keeps its promises: alone undone, durable when it returns, honest when the storage fails."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from app import db
from app.db import NO_COMPANY, Scope
from app.db.sqlite import SqliteDatabase
from app.errors import Conflict, Unavailable
from app.models import Account, Person, Team
from tests.fixtures import Database
from tests.site import Site
from tests.world import NOW, World


def add_account(session: Any, email: str) -> str:
    account = Account(email=email, created_at=NOW)
    session.add(account)
    return account.id


def add_then_fail(session: Any, email: str, error: BaseException) -> None:
    add_account(session, email)
    session.flush()
    raise error


def emails(session: Any) -> list[str]:
    return list(session.scalars(select(col(Account.email)).order_by(col(Account.email))))


async def stored(seam: db.Database) -> list[str]:
    return await seam.read(NO_COMPANY, emails)


ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
ON_POSTGRES = pytest.mark.parametrize("database_kind", ["postgres"])


async def test_a_failing_job_undoes_only_itself(seam: db.Database) -> None:
    jobs = [
        seam.write(NO_COMPANY, add_then_fail, f"{n:02}@x.example", Conflict(f"c{n}"))
        if n % 3 == 0
        else seam.write(NO_COMPANY, add_account, f"{n:02}@x.example")
        for n in range(30)
    ]
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    assert [n for n, outcome in enumerate(outcomes) if isinstance(outcome, Conflict)] == list(range(0, 30, 3))
    assert await stored(seam) == [f"{n:02}@x.example" for n in range(30) if n % 3]


async def test_what_is_left_pending_is_written_and_may_still_fail_alone(seam: db.Database) -> None:
    twice = [seam.write(NO_COMPANY, add_account, "one@x.example") for _ in range(2)]
    other = seam.write(NO_COMPANY, add_account, "two@x.example")
    first, second, _ = await asyncio.gather(*twice, other, return_exceptions=True)
    assert sorted([isinstance(first, DBAPIError), isinstance(second, DBAPIError)]) == [False, True]
    assert await stored(seam) == ["one@x.example", "two@x.example"]


async def test_what_was_written_is_there_for_everybody_when_write_returns(
    seam: db.Database, database: Database
) -> None:
    await seam.write(NO_COMPANY, add_account, "durable@x.example")
    another = db.open_database(database.url)
    try:
        assert await stored(another) == ["durable@x.example"]
    finally:
        await another.close()


@ON_SQLITE
async def test_each_commit_is_flushed_to_the_disk(seam: SqliteDatabase) -> None:
    def pragmas(session: Any) -> list[Any]:
        return [session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")]

    assert await seam.write(NO_COMPANY, pragmas) == ["wal", 2, 1]
    assert await seam.read(NO_COMPANY, pragmas) == ["wal", 2, 1]


class OddError(BaseException):
    """An error that is no Exception."""


@pytest.mark.parametrize("verb", ["read", "read_slow", "write"])
@pytest.mark.parametrize("error", [Conflict("told"), OSError(2, "no such file"), PermissionError(), KeyError("x")])
async def test_errors_come_out_as_they_are(seam: db.Database, verb: str, error: Exception) -> None:
    def fail(_session: Any) -> None:
        raise error

    with pytest.raises(type(error)) as raised:
        await getattr(seam, verb)(NO_COMPANY, fail)
    assert raised.value is error


async def test_an_error_of_any_kind_leaves_the_seam_working(seam: db.Database) -> None:
    with pytest.raises(OddError):
        await seam.write(NO_COMPANY, add_then_fail, "odd@x.example", OddError())
    await seam.write(NO_COMPANY, add_account, "even@x.example")
    assert await stored(seam) == ["even@x.example"]


@pytest.mark.parametrize("verb", ["read", "read_slow", "write"])
async def test_running_out_of_items_does_not_keep_the_caller_waiting(seam: db.Database, verb: str) -> None:
    with pytest.raises(RuntimeError, match="ran out of items"):
        await asyncio.wait_for(getattr(seam, verb)(NO_COMPANY, lambda _session: next(iter(()))), 10)


async def test_an_error_of_the_database_that_is_swallowed_never_counts_as_stored(seam: db.Database) -> None:
    def swallow(session: Any) -> None:
        add_account(session, "swallowed@x.example")
        session.flush()
        with suppress(DBAPIError):
            session.execute(text("INSERT INTO account (id) VALUES ('x')"))

    told = ""
    try:
        await seam.write(NO_COMPANY, swallow)
    except RuntimeError as error:
        told = str(error)
    assert ("swallowed@x.example" in await stored(seam)) == (told == "")


@pytest.mark.parametrize("verb", ["read", "read_slow"])
async def test_a_read_cannot_write(seam: db.Database, verb: str) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"):
        await getattr(seam, verb)(NO_COMPANY, add_account, "sly@x.example")
    assert await stored(seam) == []
    await seam.write(NO_COMPANY, add_account, "honest@x.example")


async def test_a_read_sees_one_moment(seam: db.Database) -> None:
    def counts(session: Any) -> tuple[int, int]:
        first = session.scalar(select(func.count(col(Account.id))))
        return first, session.scalar(select(func.count(col(Account.id))))

    writes = [seam.write(NO_COMPANY, add_account, f"{n}@x.example") for n in range(20)]
    reads = [seam.read_slow(NO_COMPANY, counts) for _ in range(10)]
    done = await asyncio.gather(*writes, *reads)
    assert all(first == second for first, second in done[20:])


async def test_a_caller_that_goes_away_takes_nobody_with_it(seam: db.Database) -> None:
    tasks = [asyncio.create_task(seam.write(NO_COMPANY, add_account, f"{n:03}@x.example")) for n in range(120)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
        await asyncio.sleep(0)
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(one, str | asyncio.CancelledError) for one in outcomes)
    told = {f"{n:03}@x.example" for n, one in enumerate(outcomes) if isinstance(one, str)}
    assert told <= set(await stored(seam))
    assert len(told) >= 60
    await asyncio.wait_for(seam.write(NO_COMPANY, add_account, "after@x.example"), 10)


async def test_calls_given_up_at_any_moment_leave_no_transaction_behind(seam: db.Database, world: World) -> None:
    for turns in range(12):
        task = asyncio.create_task(seam.write(Scope(world.company_id), _add_team, f"Given up {turns}"))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert await seam.read(NO_COMPANY, lambda session: session.scalars(select(col(Account.id)).limit(1)).all())
    assert await seam.write(Scope(world.other_company_id), _people) == 1


@ON_SQLITE
async def test_a_caller_who_leaves_while_the_writer_works_hinders_nobody(seam: db.Database) -> None:
    loop, started, left = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def slow(session: Any) -> None:
        loop.call_soon_threadsafe(started.set)
        left.wait(10)
        add_account(session, "slow@x.example")

    task = asyncio.create_task(seam.write(NO_COMPANY, slow))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    left.set()
    await asyncio.wait_for(seam.write(NO_COMPANY, add_account, "after@x.example"), 10)
    assert await stored(seam) == ["after@x.example", "slow@x.example"]


@ON_SQLITE
async def test_what_nobody_waits_for_any_more_is_not_begun(seam: db.Database) -> None:
    loop, started, left = asyncio.get_running_loop(), asyncio.Event(), threading.Event()
    begun: list[Any] = []

    def slow(_session: Any) -> None:
        loop.call_soon_threadsafe(started.set)
        left.wait(10)

    working = asyncio.create_task(seam.write(NO_COMPANY, slow))
    await started.wait()
    given_up = asyncio.create_task(seam.write(NO_COMPANY, begun.append))
    await asyncio.sleep(0)
    given_up.cancel()
    left.set()
    await working
    await seam.close()
    assert begun == []


def _add_team(session: Any, name: str) -> None:
    session.add(Team(name=name))


def _people(session: Any) -> int:
    return int(session.scalar(select(func.count(col(Person.id)))))


async def test_closing_finishes_what_was_asked_for(database: Database) -> None:
    opened = db.open_database(database.url)
    tasks = [asyncio.create_task(opened.write(NO_COMPANY, add_account, f"{n}@x.example")) for n in range(8)]
    await asyncio.gather(*tasks) if database.kind == "postgres" else await asyncio.sleep(0)
    await opened.close()
    await asyncio.gather(*tasks)
    another = db.open_database(database.url)
    assert len(await stored(another)) == 8
    await another.close()


@ON_SQLITE
async def test_after_closing_a_write_is_refused_instead_of_waiting_for_ever(database: Database) -> None:
    opened = db.open_database(database.url)
    await opened.close()
    with pytest.raises(Unavailable):
        await asyncio.wait_for(opened.write(NO_COMPANY, add_account, "late@x.example"), 10)


@ON_SQLITE
async def test_a_full_disk_stores_nothing_half_and_the_service_goes_on(seam: SqliteDatabase) -> None:
    await seam.write(NO_COMPANY, add_account, "before@x.example")
    pages = await seam.write(NO_COMPANY, _limit_to_present_size)
    big = "x" * 50
    outcomes = await asyncio.gather(
        *(seam.write(NO_COMPANY, _add_many, f"{n:02}{big}", 40) for n in range(20)), return_exceptions=True
    )
    assert any(isinstance(one, Unavailable) for one in outcomes)
    assert all(one is None or isinstance(one, Unavailable) for one in outcomes)
    there = await stored(seam)
    for n, one in enumerate(outcomes):
        mine = [email for email in there if email.startswith(f"{n:02}{big}")]
        assert len(mine) == (40 if one is None else 0)
    await seam.write(NO_COMPANY, _limit, pages * 100)
    await seam.write(NO_COMPANY, add_account, "room@x.example")
    assert "room@x.example" in await stored(seam)


def _limit_to_present_size(session: Any) -> int:
    pages = int(session.scalar(text("PRAGMA page_count")))
    _limit(session, pages + 8)
    return pages


def _limit(session: Any, pages: int) -> None:
    session.execute(text(f"PRAGMA max_page_count={pages}"))


def _add_many(session: Any, name: str, count: int) -> None:
    for n in range(count):
        add_account(session, f"{name}-{n}@x.example")
        session.flush()


@ON_SQLITE
async def test_a_file_that_somebody_else_holds_is_unavailable(seam: SqliteDatabase, database: Database) -> None:
    await seam.write(NO_COMPANY, lambda session: session.execute(text("PRAGMA busy_timeout=10")))
    with closing(sqlite3.connect(make_url(database.url).database or "", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = [seam.write(NO_COMPANY, add_account, f"{n}@x.example") for n in range(3)]
        outcomes = await asyncio.gather(*refused, return_exceptions=True)
        other.execute("ROLLBACK")
    assert [type(one) for one in outcomes] == [Unavailable] * 3
    assert await stored(seam) == []
    await seam.write(NO_COMPANY, add_account, "then@x.example")


@ON_SQLITE
async def test_a_disk_that_fails_is_unavailable(seam: SqliteDatabase) -> None:
    def fail(_session: Any) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise error

    with pytest.raises(Unavailable):
        await seam.read(NO_COMPANY, fail)
    with pytest.raises(Unavailable):
        await seam.write(NO_COMPANY, fail)


@ON_SQLITE
async def test_reads_go_on_while_a_write_takes_long(seam: SqliteDatabase) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(session: Any) -> None:
        add_account(session, "slow@x.example")
        session.flush()
        begun.set()
        go_on.wait(10)

    writing = asyncio.create_task(seam.write(NO_COMPANY, slow))
    await asyncio.to_thread(begun.wait, 10)
    assert await stored(seam) == []
    go_on.set()
    await writing
    assert await stored(seam) == ["slow@x.example"]


@ON_SQLITE
async def test_slow_reads_of_one_company_leave_a_thread_to_others(seam: SqliteDatabase, world: World) -> None:
    begun, go_on = threading.Semaphore(0), threading.Event()

    def slow(_session: Any) -> bool:
        begun.release()
        return go_on.wait(10)

    theirs = [asyncio.create_task(seam.read_slow(Scope(world.other_company_id), slow)) for _ in range(9)]
    for _ in range(2):
        await asyncio.to_thread(begun.acquire)
    assert await seam.read_slow(Scope(world.company_id), _people) > 0
    go_on.set()
    assert await asyncio.gather(*theirs) == [True] * 9


@ON_POSTGRES
async def test_one_company_leaves_a_connection_to_others(database_url: str, world: World) -> None:
    from sqlalchemy.util import await_only  # noqa: PLC0415 - needs greenlets, as PostgreSQL does

    from app.db.postgres import postgres_engine  # noqa: PLC0415 - its driver is needed on PostgreSQL only

    two_connections = db.database_on(postgres_engine(database_url, pool=2, patience=60))
    begun, go_on = asyncio.Event(), asyncio.Event()

    def hold(_session: Any) -> None:
        begun.set()
        await_only(go_on.wait())

    theirs = [asyncio.create_task(two_connections.read(Scope(world.other_company_id), hold)) for _ in range(3)]
    await begun.wait()
    assert await two_connections.read(Scope(world.company_id), _people) > 0
    go_on.set()
    await asyncio.gather(*theirs)
    await two_connections.close()


@pytest.fixture
async def one_connection(database_url: str) -> AsyncIterator[Any]:
    from app.db.postgres import postgres_engine  # noqa: PLC0415 - its driver is needed on PostgreSQL only

    opened = db.database_on(postgres_engine(database_url, pool=1, patience=0.05))
    yield opened
    await opened.close()


@ON_POSTGRES
async def test_when_all_connections_are_taken_the_caller_is_told(one_connection: Any) -> None:
    async with one_connection.engine.connect():
        with pytest.raises(Unavailable):
            await one_connection.read(NO_COMPANY, emails)
    assert await stored(one_connection) == []


@ON_POSTGRES
async def test_callers_are_served_in_the_order_in_which_they_came(database_url: str) -> None:
    from app.db.postgres import postgres_engine  # noqa: PLC0415 - its driver is needed on PostgreSQL only

    one_connection = db.database_on(postgres_engine(database_url, pool=1, patience=60))
    served: list[str] = []

    async def call(name: str, times: int) -> None:
        for _ in range(times):
            await one_connection.read(NO_COMPANY, lambda _session: served.append(name))

    await asyncio.gather(call("hasty", 5), call("patient", 1))
    await one_connection.close()
    assert served == ["hasty", "patient", "hasty", "hasty", "hasty", "hasty"]


@ON_POSTGRES
async def test_who_waits_longer_than_the_bound_is_told_and_costs_nobody_a_turn(one_connection: Any) -> None:
    from sqlalchemy.util import await_only  # noqa: PLC0415 - needs greenlets, as PostgreSQL does

    taken, go_on = asyncio.Event(), asyncio.Event()

    def hold(_session: Any) -> None:
        taken.set()
        await_only(go_on.wait())

    holding = asyncio.create_task(one_connection.read(NO_COMPANY, hold))
    await taken.wait()
    waiting = [one_connection.read(NO_COMPANY, emails) for _ in range(3)]
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(one) for one in outcomes] == [Unavailable] * 3
    go_on.set()
    await holding
    assert await stored(one_connection) == []


@ON_POSTGRES
async def test_a_page_that_got_no_connection_says_when_to_try_again(site: Site, one_connection: Any) -> None:
    employee = await site.signed_in("employee")
    site.app.state.database = one_connection
    async with one_connection.engine.connect():
        answer = await employee.get("/")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


@ON_POSTGRES
async def test_two_that_block_each_other_are_told_to_try_again(seam: db.Database, world: World) -> None:
    everybody = asyncio.Barrier(2)

    def change_both(session: Any, names: list[str]) -> None:
        from sqlalchemy.util import await_only  # noqa: PLC0415

        update = text("UPDATE person SET language = 'en' WHERE person.company_id = :company AND name = :name")
        for name in names:
            session.execute(update, {"company": world.company_id, "name": name})
            if name == names[0]:
                await_only(everybody.wait())

    names = ["Employee", "Colleague"]
    both = [seam.write(Scope(world.company_id), change_both, order) for order in (names, names[::-1])]
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(one).__name__ for one in outcomes) == ["NoneType", "Unavailable"]


@ON_POSTGRES
async def test_a_server_that_takes_no_transaction_is_unavailable(one_connection: Any) -> None:
    with pytest.raises(Unavailable):
        await one_connection._begun("BEGIN; no statement at all")
    assert await stored(one_connection) == []


@ON_POSTGRES
async def test_a_call_given_up_while_its_transaction_begins_leaves_a_clean_pool(
    one_connection: Any, seam: db.Database
) -> None:
    sleeping = text("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'BEGIN READ ONLY; %'")
    task = asyncio.create_task(one_connection._begun("BEGIN READ ONLY; SELECT pg_sleep(60)"))
    while not await seam.write(NO_COMPANY, lambda session: session.scalar(sleeping)):
        assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await one_connection.write(NO_COMPANY, add_account, "after@x.example")
    assert await stored(seam) == ["after@x.example"]
