"""One private PostgreSQL server for a test session, and the databases on it.

The server listens on a Unix socket only, in a directory that nobody but its owner enters, so there is no
password and no port to collide on. It dies with the process that started it, however that ends.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self
from urllib.parse import quote

import asyncpg
from anyio.from_thread import BlockingPortal, start_blocking_portal

from tests.scratch import scratch_directory

OWNER = "portavoce_owner"
APP = "portavoce_app"
_ADMIN = "portavoce_admin"
_START_SECONDS = 30.0
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
_FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "off"}


class PostgresError(RuntimeError):
    """The test server cannot be had; the message says what to do."""


class Server:
    """A running test server; a context manager that holds this process's one administrator connection."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._exits = ExitStack()

    def __enter__(self) -> Self:
        self._portal: BlockingPortal = self._exits.enter_context(start_blocking_portal())
        self._admin = self._portal.call(_connect, self.directory)
        self._exits.callback(self._portal.call, self._admin.close)
        return self

    def __exit__(self, *_: object) -> None:
        self._exits.close()

    def url(self, database: str, role: str = APP) -> str:
        """Return the address under which `role` reaches `database`."""
        return f"postgresql+asyncpg://{role}@/{database}?host={quote(str(self.directory), safe='')}"

    def create_database(self, name: str, template: str | None = None) -> None:
        """Create a database of the owner role, empty or as a copy of one that nobody is connected to.

        Copying the files is two to four times faster here than PostgreSQL's default, through the log.
        """
        copied = f"TEMPLATE {template} STRATEGY = FILE_COPY" if template else ""
        self._execute(f"CREATE DATABASE {name} OWNER {OWNER} {copied}")

    def drop_database(self, name: str) -> None:
        """Drop a database, closing the connections that are still open to it."""
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        run: Callable[[str], Awaitable[str]] = self._admin.execute
        self._portal.call(run, statement)


@contextmanager
def running_server(*, durable: bool = False) -> Iterator[Path]:
    """Give the directory of the socket of a new server that has the two roles; stop the server after.

    Tests are quicker on a server that does not wait for its disk; measurements want a durable one.
    """
    binaries = find_binaries()
    with scratch_directory("postgres", on_disk=durable) as directory:
        process = _start(binaries, directory, _SETTINGS if durable else _SETTINGS | _FORGETFUL)
        try:
            _wait_until_ready(directory, process)
            _create_roles(directory)
            yield directory
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def find_binaries() -> Path:
    """Return the directory of the newest installed PostgreSQL server programs, or say that there are none."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    if pg_config := shutil.which("pg_config"):
        candidates.append(Path(_output([pg_config, "--bindir"]).strip()))
    for candidate in candidates:
        if (candidate / "initdb").exists() and (candidate / "postgres").exists():
            return candidate
    raise PostgresError(
        "No PostgreSQL server is installed, and these tests never skip it: run scripts/install-test-tools."
    )


def _version(binaries: Path) -> float:
    return float(binaries.parent.name)


def _start(binaries: Path, directory: Path, given: dict[str, str]) -> subprocess.Popen[bytes]:
    if os.geteuid() == 0:
        shutil.chown(directory, "postgres", "postgres")
    data = directory / "data"
    initdb = [binaries / "initdb", "-D", data, "-U", _ADMIN, "--auth=trust", "--no-sync"]
    _output([*_unprivileged(), *initdb, "--encoding=UTF8", "--locale=C.UTF-8"])
    settings = [f"--{name}={value}" for name, value in given.items()]
    with (directory / "log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603  # our own command
            [*_unprivileged(), binaries / "postgres", "-D", data, "-k", directory, *settings],
            stdout=log,
            stderr=log,
        )


def _output(command: Sequence[str | Path]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own commands
    if done.returncode:
        raise PostgresError(f"{command} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _unprivileged() -> list[str]:
    """Return the command that drops root, which PostgreSQL refuses, and ends the server with its starter."""
    command = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        command += ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
    return command


def _create_roles(directory: Path) -> None:
    statements = (
        f"CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOBYPASSRLS;"
        f"CREATE ROLE {APP} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
    )
    with Server(directory) as server:
        server._execute(statements)


def _wait_until_ready(directory: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait for the word `ready` that PostgreSQL writes at the end of its pid file."""
    pid_file = directory / "data" / "postmaster.pid"
    deadline = time.monotonic() + _START_SECONDS
    while not (pid_file.exists() and "ready" in pid_file.read_text()):
        if process.poll() is not None or time.monotonic() > deadline:
            raise PostgresError(f"PostgreSQL did not start:\n{(directory / 'log').read_text()}")
        time.sleep(0.02)


async def _connect(directory: Path) -> asyncpg.Connection:
    return await asyncpg.connect(host=str(directory), user=_ADMIN, database="postgres")
