"""The whole application over HTTP on a real socket, for what looks at it from outside: a browser, another program."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn

from app.main import create_app
from app.settings import Settings
from tests.site import as_started

_GRACEFUL_SECONDS = 10


@dataclass(frozen=True)
class LiveServer:
    """A running server: its public address without a slash at the end, and the address of its database."""

    url: str
    database_url: str


class Doorway:
    """One address of this machine with the demo edition behind it, which serves one database after the other.

    Putting the routes together costs more than most tests, so one doorway is for many of them. `settings` are those
    of the application, `allowances` those of its RateLimits.
    """

    def __init__(self, host: str = "127.0.0.1", allowances: dict[str, int] | None = None, **settings: Any) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://{host}:{self._listening.getsockname()[1]}"
        self._settings = Settings(demo=True, public_url=self.url, **settings)
        self._allowances = allowances or {}
        self._app = create_app(self._settings)

    @contextmanager
    def serving(self, database_url: str) -> Iterator[LiveServer]:
        """Serve a database until the block ends, in a thread with a loop of its own."""
        settings = self._settings.model_copy(update={"database_url": database_url})
        app = as_started(self._app, settings, **self._allowances)
        server = _Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=_GRACEFUL_SECONDS))
        thread = threading.Thread(target=server.run, args=([self._listening.dup()],), name="server")
        thread.start()
        try:
            server.decided.wait()
            assert server.started, "the server did not start: its log says why"
            yield LiveServer(self.url, database_url)
        finally:
            server.should_exit = True
            thread.join()

    def close(self) -> None:
        """Give the address back."""
        self._listening.close()


class _Server(uvicorn.Server):
    """A server that says when it has started, or will not."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.decided = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        finally:
            self.decided.set()


@contextmanager
def serve(database_url: str, **options: Any) -> Iterator[LiveServer]:
    """Serve one database through a doorway of its own; the options are those of Doorway."""
    with closing(Doorway(**options)) as doorway, doorway.serving(database_url) as server:
        yield server
