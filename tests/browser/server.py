"""Portavoce as a process of its own, for tests that look at it from outside."""

import multiprocessing
import os
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

import uvicorn

_START_SECONDS = 90.0
# Each server is a fork of one process that has imported the application: importing it is most of a start.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["app.main"])


@dataclass(frozen=True)
class LiveServer:
    """A running server: its public address without a slash at the end, and the address of its database."""

    url: str
    database_url: str


@contextmanager
def serve(database_url: str, factory: str = "app.main:create_app", **settings: str) -> Iterator[LiveServer]:
    """Serve the demo edition on a free port of loopback; `settings` are further environment variables."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {"DATABASE_URL": database_url, "PUBLIC_URL": url, "DEMO": "true"} | settings
    with tempfile.NamedTemporaryFile() as file:
        log = Path(file.name)
        process = _FORKS.Process(target=_run, args=(factory, port, environment, log), daemon=True)
        process.start()
        try:
            _wait_until_listening(port, process, log)
            yield LiveServer(url, database_url)
        finally:
            _stop(process, log)


def _run(factory: str, port: int, environment: dict[str, str], log: Path) -> None:
    os.environ.update(environment)
    with log.open("w") as written:
        for stream in (1, 2):
            os.dup2(written.fileno(), stream)
    uvicorn.run(factory, factory=True, port=port, access_log=False)


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


def _wait_until_listening(port: int, process: BaseProcess, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _is_listening(port):
        if not process.is_alive() or time.monotonic() > deadline:
            raise RuntimeError(f"the server did not start:\n{log.read_text()}")
        time.sleep(0.02)


def _is_listening(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


def _stop(process: BaseProcess, log: Path) -> None:
    """End the server and insist that it ended by our signal, or by itself in good order because of it."""
    process.terminate()
    process.join(_START_SECONDS)
    if process.exitcode not in {0, -signal.SIGTERM}:
        raise RuntimeError(f"the server ended with {process.exitcode}:\n{log.read_text()}")
