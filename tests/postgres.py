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
from typing import Any, Self
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

# Rows are kept as JSON, in one table that looks like none of ours. As a replica, PostgreSQL runs no triggers: neither
# those of append-only tables nor those of references.
_KEEP = """
CREATE SCHEMA kept;
CREATE TABLE kept.row AS SELECT ''::name AS home, '{}'::jsonb AS value LIMIT 0;
DO $$ DECLARE home name; BEGIN
    FOR home IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('INSERT INTO kept.row SELECT %1$L, to_jsonb(one) FROM public.%1$I AS one', home);
    END LOOP;
END $$;

CREATE FUNCTION kept.rewind() RETURNS void LANGUAGE plpgsql SET session_replication_role = replica AS $$
DECLARE used name; BEGIN
    PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle';
    FOR used IN SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
    LOOP
        EXECUTE format('DELETE FROM public.%I', used);
        EXECUTE format(
            'INSERT INTO public.%1$I SELECT one.* FROM kept.row, jsonb_populate_record(NULL::public.%1$I, value) one '
            'WHERE home = %1$L', used);
    END LOOP;
END $$;

CREATE TABLE kept.alteration (command text);
CREATE FUNCTION kept.note() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS
    $$ BEGIN INSERT INTO kept.alteration VALUES (tg_tag); END $$;
CREATE FUNCTION kept.is_altered() RETURNS boolean RETURN EXISTS (SELECT FROM kept.alteration);
CREATE EVENT TRIGGER note_alterations ON ddl_command_end EXECUTE FUNCTION kept.note();
"""


class PostgresError(RuntimeError):
    """The test server cannot be had; the message says what to do."""


class Server:
    """A running test server; a context manager that holds this process's one administrator connection."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._exits = ExitStack()

    def __enter__(self) -> Self:
        self.portal: BlockingPortal = self._exits.enter_context(start_blocking_portal())
        self._admin = self.portal.call(_connect, self.directory)
        self._exits.callback(self.portal.call, self._admin.close)
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
        self.portal.call(run, statement)


class Rewound:
    """A database that is brought back to the rows of its template, for half the work of a new copy.

    Whoever changes more than rows gets a new copy made for the next test.
    """

    def __init__(self, server: Server, name: str, template: str) -> None:
        self._server, self._name, self._template = server, name, template
        self._copy()

    def rewind(self) -> None:
        """Make the database what its template is, ending what still works in it; who is idle may stay connected."""
        if self._ask("SELECT kept.is_altered()"):
            self.drop()
            self._copy()
        self._ask("SELECT kept.rewind()")

    def close(self) -> None:
        """Let go of the database, which ends with its server."""
        self._server.portal.call(self._connection.close)

    def drop(self) -> None:
        """Remove the database."""
        self.close()
        self._server.drop_database(self._name)

    def _copy(self) -> None:
        self._server.create_database(self._name, self._template)
        self._connection = self._server.portal.call(_connect, self._server.directory, self._name)
        self._server.portal.call(self._connection.execute, _KEEP)

    def _ask(self, question: str) -> Any:
        return self._server.portal.call(self._connection.fetchval, question)


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
            process.send_signal(signal.SIGQUIT)  # at once: what it keeps in memory goes with its directory
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


async def _connect(directory: Path, database: str = "postgres") -> asyncpg.Connection:
    return await asyncpg.connect(host=str(directory), user=_ADMIN, database=database)
