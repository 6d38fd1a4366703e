"""Small HTTP servers on a real socket of this machine, each for one test."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Asked:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What to answer, in pieces."""

    status: int = 200
    pieces: tuple[bytes, ...] = (b"ok",)
    headers: dict[str, str] = field(default_factory=dict)


Respond = Callable[[Asked], Reply]


@contextmanager
def serving(respond: Respond) -> Iterator[str]:
    """Answer POST requests with ``respond`` while the block lasts; give the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            asked = Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, self.rfile.read(length))
            reply = respond(asked)
            self.send_response(reply.status)
            for name, value in {"content-length": str(sum(map(len, reply.pieces))), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            for piece in reply.pieces:
                self.wfile.write(piece)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
