"""``Idempotency-Key`` on every POST under /api/v1 (draft-ietf-httpapi-idempotency-key-header-07).

The middleware notes the body as it is read and holds the answer back until it is kept. In between, once the sender
was let in, ``admit`` looks whether the key is known, and the first ``Work.write`` takes it (platform/idempotency.py).
"""

import hashlib
import re
from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import FastAPI, Request
from sqlalchemy.orm import Session
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.db import NO_COMPANY, Database
from app.errors import Malformed, Unavailable
from app.logs import get_logger
from app.platform import idempotency
from app.platform.idempotency import Answer, Attempt, Claim, Replayed
from app.wording import N_

_LOG = get_logger()
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_BOUNDARY = re.compile(r'boundary="?([^";,]{1,70})')
_KEPT_HEADERS = ("content-type", "location", "etag", "link", "content-language")


class BadKey(Malformed):
    code = "bad_idempotency_key"
    detail = N_("An Idempotency-Key has 1 to 255 visible ASCII characters, e.g. a UUID. Send another one.")


class Once:
    """One keyed request on its way through; it has a ``claim`` when its sender was let in with a free key."""

    def __init__(self, scope: Scope, key: str) -> None:
        self.key = key
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        boundary = _BOUNDARY.search(Headers(scope=scope).get("content-type", ""))
        self.boundary = boundary[1].encode("latin-1") if boundary else b""
        self.body: list[bytes] = []
        self.claim: Claim | None = None

    def attempt_of(self, client_id: str) -> Attempt:
        path = hashlib.sha256(self.path.encode("utf-8", "surrogatepass")).hexdigest()
        return Attempt(f"{client_id} POST {path}", self.key, self._request_sha256())

    def _request_sha256(self) -> str:
        """Return the hash of query and body; the boundary of a form with files is made anew for every sending."""
        body = b"".join(self.body)
        return hashlib.sha256(
            self.query + b"\0" + (body.replace(self.boundary, b"") if self.boundary else body)
        ).hexdigest()


def of(request: Request) -> Once | None:
    """Return the request as a keyed one, if it is."""
    return getattr(request.state, "once", None)


async def admit(request: Request, once: Once, client_id: str, database: Database) -> Claim:
    """Let a keyed request pass if its key is free; else raise what answers it."""
    if not _KEY.fullmatch(once.key):
        raise BadKey
    await request.body()
    attempt = once.attempt_of(client_id)
    await database.read(NO_COMPANY, idempotency.recall, attempt)
    once.claim = Claim(attempt)
    return once.claim


def install(app: FastAPI) -> None:
    app.add_exception_handler(Replayed, _replay)
    app.add_middleware(Idempotent)


async def _replay(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Replayed)  # noqa: S101 - registered for it
    kept = error.answer
    return Response(kept.body, kept.status, {**kept.headers, "idempotency-replayed": "true"})


class Idempotent:
    """Keeps the answers to keyed requests. 5xx and 429 are not kept: those may be tried again."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope)
        if key is None:
            await self.app(scope, receive, send)
            return
        once = scope["state"]["once"] = Once(scope, key)
        held: list[Message] = []

        async def receive_noting() -> Message:
            message = await receive()
            once.body.append(message.get("body", b""))
            return message

        async def hold(message: Message) -> None:
            held.append(message)

        await self.app(scope, receive_noting, hold)
        await _keep(scope["app"].state.database, once.claim, held)
        for message in held:
            await send(message)


def _key(scope: Scope) -> str | None:
    if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith("/api/v1/"):
        return None
    return Headers(scope=scope).get("idempotency-key")


async def _keep(database: Database, claim: Claim | None, held: list[Message]) -> None:
    status = held[0]["status"]
    passing = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS
    if passing or claim is None or not claim.ours:
        return
    headers = Headers(raw=held[0]["headers"])
    kept = {name: headers[name] for name in _KEPT_HEADERS if name in headers}
    answer = Answer(status, kept, b"".join(message.get("body", b"") for message in held))

    def act(session: Session) -> None:
        idempotency.keep(session, claim.attempt, answer, datetime.now(UTC), claimed=claim.taken)

    try:
        await database.write(NO_COMPANY, act)
    except Unavailable:
        # The change is committed and its sender must hear of it; a repetition will be told 409.
        _LOG.exception("the answer to a keyed request could not be kept", key=claim.attempt.key)
