"""Conditional reads: a caller with the current version gets 304 and no body (RFC 9110, 13.1.2)."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_KEPT = {b"etag", b"cache-control", b"vary", b"link", b"x-request-id", b"ratelimit", b"ratelimit-policy"}


class NotModified:
    """Turns a 200 whose ``ETag`` the reader named in ``If-None-Match`` into a 304. Routes only set the tag."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        known = _known(scope)
        if not known:
            await self.app(scope, receive, send)
            return
        unchanged = False

        async def send_unless_known(message: Message) -> None:
            nonlocal unchanged
            if message["type"] == "http.response.start" and message["status"] == HTTPStatus.OK:
                unchanged = _matches(known, Headers(raw=message["headers"]).get("etag"))
                if unchanged:
                    kept = [pair for pair in message["headers"] if pair[0] in _KEPT]
                    message = {"type": "http.response.start", "status": HTTPStatus.NOT_MODIFIED, "headers": kept}
            elif unchanged:
                message = {**message, "body": b""}
            await send(message)

        await self.app(scope, receive, send_unless_known)


def _known(scope: Scope) -> str:
    if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
        return ""
    return Headers(scope=scope).get("if-none-match", "")


def _matches(known: str, tag: str | None) -> bool:
    """Tell whether the tag is among the known ones, compared weakly, or any will do (``*``)."""
    if tag is None:
        return False
    return known.strip() == "*" or tag in {part.strip().removeprefix("W/") for part in known.split(",")}
