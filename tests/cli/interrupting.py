"""Visiting a service that a command runs in this very process, and telling it to stop."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import httpx

_SECONDS = 90.0


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        return int(chosen.getsockname()[1])


@contextmanager
def interrupted_after(visit: Callable[[threading.Event], None]) -> Iterator[None]:
    """Let a thread visit the service and then interrupt this process, as a terminal would.

    The event says that the command ended by itself: then nobody is interrupted.
    """
    ended = threading.Event()

    def run() -> None:
        visit(ended)
        if not ended.is_set():
            os.kill(os.getpid(), signal.SIGINT)

    visitor = threading.Thread(target=run)
    visitor.start()
    yield
    ended.set()
    visitor.join()


def answer(url: str, ended: threading.Event) -> httpx.Response | None:
    """Ask until there is an answer."""
    deadline = time.monotonic() + _SECONDS
    while not ended.is_set() and time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            return httpx.get(url, timeout=_SECONDS)
    return None


def listening(ended: threading.Event) -> None:
    """Wait until the command handles the signals itself."""
    while signal.getsignal(signal.SIGTERM) is signal.SIG_DFL and not ended.wait(0.01):
        pass
