"""PostgreSQL goes away and comes back: callers are told the truth, and nobody has to restart the service."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.util import await_only
from sqlmodel import col

from app import db
from app.db import NO_COMPANY
from app.db.migrate import migrate
from app.errors import Conflict, Unavailable
from app.models import Account
from tests import postgres
from tests.postgres import OWNER, Server, find_binaries, running_server
from tests.world import NOW


class PrivateServer:
    """A server of one test, which may be stopped and started."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.again: list[subprocess.Popen[bytes]] = []
        with Server(directory) as server:
            server.create_database("outage")
            self.url = server.url("outage")
            migrate(server.url("outage", OWNER))

    def stop(self, how: signal.Signals) -> None:
        pid_file = self.directory / "data" / "postmaster.pid"
        pid = int(pid_file.read_text().split()[0])
        os.kill(pid, how)
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)
        pid_file.unlink(missing_ok=True)

    def start(self) -> None:
        program = [find_binaries() / "postgres", "-D", self.directory / "data", "-k", self.directory]
        command = [*postgres._unprivileged(), *program, "-c", "listen_addresses="]
        with (self.directory / "log").open("ab") as log:
            self.again.append(subprocess.Popen(command, stdout=log, stderr=log))  # noqa: S603 - our own command
        postgres._wait_until_ready(self.directory, self.again[-1])

    def close(self) -> None:
        for process in self.again:
            process.send_signal(signal.SIGINT)
            process.wait()


@pytest.fixture
def server() -> Iterator[PrivateServer]:
    with running_server() as directory:
        private = PrivateServer(directory)
        yield private
        private.close()


@pytest.fixture
def database_kind() -> str:
    return "postgres"


def add_account(session: Any, email: str) -> str:
    session.add(Account(email=email, created_at=NOW))
    return email


def emails(session: Any) -> list[str]:
    return list(session.scalars(select(col(Account.email)).order_by(col(Account.email))))


@pytest.fixture
async def private_seam(server: PrivateServer) -> AsyncIterator[db.Database]:
    opened = db.open_database(server.url)
    yield opened
    await opened.close()


async def test_while_the_server_is_away_it_is_unavailable_and_after_that_all_is_well(
    server: PrivateServer, private_seam: db.Database
) -> None:
    many = [private_seam.write(NO_COMPANY, add_account, f"before{n}@x.example") for n in range(8)]
    kept = await asyncio.gather(*many)
    for how in (signal.SIGINT, signal.SIGQUIT):
        await asyncio.to_thread(server.stop, how)
        for verb in (private_seam.read, private_seam.read_slow, private_seam.write):
            with pytest.raises(Unavailable):
                await verb(NO_COMPANY, emails)
        with pytest.raises(Unavailable):
            await private_seam.write(NO_COMPANY, add_account, "away@x.example")
        await asyncio.to_thread(server.start)
        again = [private_seam.write(NO_COMPANY, add_account, f"{how.name}{n}@x.example") for n in range(8)]
        kept += await asyncio.gather(*again)
    assert await private_seam.read(NO_COMPANY, emails) == sorted(kept)


async def test_a_restart_nobody_noticed_costs_no_request(server: PrivateServer, private_seam: db.Database) -> None:
    many = [private_seam.write(NO_COMPANY, add_account, f"{n}@x.example") for n in range(8)]
    await asyncio.gather(*many)
    await asyncio.to_thread(server.stop, signal.SIGINT)
    await asyncio.to_thread(server.start)
    found = await asyncio.gather(*(private_seam.read(NO_COMPANY, emails) for _ in range(20)))
    assert [len(one) for one in found] == [8] * 20


def end_own_connection(session: Any) -> None:
    add_account(session, "half@x.example")
    session.flush()
    session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


async def test_a_connection_lost_in_the_middle_stores_nothing(seam: db.Database) -> None:
    with pytest.raises(Unavailable) as told:
        await seam.write(NO_COMPANY, end_own_connection)
    assert told.value.code == "unavailable"
    assert await seam.read(NO_COMPANY, emails) == []


async def test_a_refusal_stays_one_though_the_connection_is_lost(seam: db.Database) -> None:
    def refuse(session: Any) -> None:
        with suppress(Exception):
            end_own_connection(session)
        raise Conflict("told")

    with pytest.raises(Conflict, match="told"):
        await seam.write(NO_COMPANY, refuse)
    assert await seam.read(NO_COMPANY, emails) == []


async def test_an_error_of_the_service_stays_one_though_the_connection_is_lost(seam: db.Database) -> None:
    def fail(session: Any) -> None:
        with suppress(Exception):
            end_own_connection(session)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await seam.write(NO_COMPANY, fail)


async def test_a_connection_lost_at_the_commit_is_called_unknown(seam: db.Database) -> None:
    async def end(pid: int) -> None:
        await seam.read(NO_COMPANY, lambda session: session.execute(text(f"SELECT pg_terminate_backend({pid}, 5000)")))

    def lose(session: Any) -> None:
        add_account(session, "unknown@x.example")
        session.flush()
        await_only(end(session.scalar(text("SELECT pg_backend_pid()"))))

    with pytest.raises(Unavailable) as told:
        await seam.write(NO_COMPANY, lose)
    assert told.value.code == "outcome_unknown"
    assert await seam.read(NO_COMPANY, emails) == []


async def test_a_commit_that_the_database_refuses_is_the_callers_error(seam: db.Database) -> None:
    def break_a_promise(session: Any) -> None:
        session.execute(text("CREATE TEMPORARY TABLE once (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)"))
        session.execute(text("INSERT INTO once VALUES (1), (1)"))

    with pytest.raises(Exception, match="duplicate key"):
        await seam.write(NO_COMPANY, break_a_promise)
    await seam.write(NO_COMPANY, add_account, "then@x.example")
