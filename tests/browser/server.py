"""Portavoce as a process of its own, for tests that look at it from outside."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

_START_SECONDS = 90.0


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
    environment = os.environ | {"DATABASE_URL": database_url, "PUBLIC_URL": url, "DEMO": "true"} | settings
    command = [sys.executable, "-m", "uvicorn", "--factory", factory, "--port", str(port), "--no-access-log"]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)  # noqa: S603  # our own command
        try:
            _wait_until_listening(port, process, log)
            yield LiveServer(url, database_url)
        finally:
            _stop(process, log)


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


def _wait_until_listening(port: int, process: subprocess.Popen[bytes], log: IO[str]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _is_listening(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the server did not start:\n{_text(log)}")
        time.sleep(0.02)


def _is_listening(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


def _stop(process: subprocess.Popen[bytes], log: IO[str]) -> None:
    """End the server and insist that it ended by our signal, or by itself in good order because of it."""
    process.terminate()
    if process.wait(timeout=_START_SECONDS) not in {0, -signal.SIGTERM}:
        raise RuntimeError(f"the server ended with {process.returncode}:\n{_text(log)}")


def _text(log: IO[str]) -> str:
    log.seek(0)
    return log.read()
