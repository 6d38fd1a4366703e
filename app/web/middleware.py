"""Pure ASGI middleware: what every answer says, bound cookies, compression, what is refused at once."""

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils import uuid7

_SAFE = {"GET", "HEAD", "OPTIONS"}
_PROBES = {"/livez", "/readyz"}
_SENT_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
_HEADERS = {
    "content-security-policy": PAGE_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=(), payment=()",
}


class Envelope:
    """What every answer says: the request's id, the fields that its handling noted, and the protective headers.

    The id is the caller's own if it sent a harmless one. Handling notes fields in ``request.state.fields``.
    """

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        given = _HEADERS | ({"strict-transport-security": "max-age=31536000"} if https else {})
        self.page_headers = _raw(given)
        self.api_headers = _raw({"cache-control": "private, no-cache"} | given)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sent = Headers(scope=scope).get("x-request-id", "")
        request_id = sent if _SENT_ID.fullmatch(sent) else str(uuid7())
        fields: dict[str, str] = {"x-request-id": request_id}
        scope.setdefault("state", {}).update(request_id=request_id, fields=fields)
        ours = self.api_headers if scope["path"].startswith("/api/") else self.page_headers

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), *_raw(fields)]
                names = {name for name, _ in headers}
                message["headers"] = [*headers, *(pair for pair in ours if pair[0] not in names)]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


class KnownHost:
    """Refuses requests for any other host than that of the public address; probes may ask for whatever they like.

    The port is not compared: proxies name their own, the public one or none. Without ``host`` all are answered.
    """

    def __init__(self, app: ASGIApp, *, host: str | None, refuse: Callable[[Request], Response]) -> None:
        self.app = app
        self.host = host
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self.host is None or scope["path"] in _PROBES or self._asked(scope):
            await self.app(scope, receive, send)
        else:
            await self.refuse(Request(scope))(scope, receive, send)

    def _asked(self, scope: Scope) -> bool:
        try:
            host = urlsplit(f"//{Headers(scope=scope).get('host', '')}").hostname or ""
        except ValueError:  # half an IPv6 address
            return False
        return host.removesuffix(".") == self.host


class HostCookies:
    """Binds every cookie to this host and to https: outside it is ``__Host-name`` and ``Secure``, inside ``name``.

    What comes in without the prefix is not let through: another host of the domain can plant it, or plain http
    (RFC 6265bis, 4.1.3.2). Plain http is for trying out only, and its cookies stay as they are.
    """

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [_bound(header) for header in message["headers"]]
            await send(message)

        if self.https and scope["type"] == "http":
            scope["headers"] = list(_unbound(scope["headers"]))
            await self.app(scope, receive, send_with_cookies)
        else:
            await self.app(scope, receive, send)


def _bound(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    name, value = header
    return (name, b"__Host-" + value + b"; Secure") if name == b"set-cookie" else header


def _unbound(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    for name, value in headers:
        if name != b"cookie":
            yield name, value
            continue
        cookies = (cookie.strip() for cookie in value.split(b";"))
        if ours := [cookie.removeprefix(b"__Host-") for cookie in cookies if cookie.startswith(b"__Host-")]:
            yield name, b"; ".join(ours)


class PageCompression(GZipMiddleware):
    """Compresses pages and static files; API answers are small, and their callers are near."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class Utf8Forms:
    """Refuses forms with files whose texts are not in UTF-8: the parser tries whatever else is named, and breaks."""

    def __init__(self, app: ASGIApp, *, refuse: Callable[[Request], Response]) -> None:
        self.app = app
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _in_utf8(Headers(scope=scope).get("content-type", "")):
            await self.refuse(Request(scope))(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _in_utf8(content_type: str) -> bool:
    kind, options = parse_options_header(content_type)
    return not kind.startswith(b"multipart/") or options.get(b"charset", b"utf-8").lower() in {b"utf-8", b"utf8"}


class SameOrigin:
    """Refuses unsafe requests that another site caused, by what the browser says of them (Fetch Metadata).

    Requests without cookies pass: there is nothing to borrow from their sender. With a cookie, either
    ``Sec-Fetch-Site`` or ``Origin`` must speak for the request.
    """

    def __init__(self, app: ASGIApp, *, public_url: str, refuse: Callable[[Request], Response]) -> None:
        self.app = app
        self.refuse = refuse
        parts = urlsplit(public_url)
        self.origin = f"{parts.scheme}://{parts.netloc}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        unsafe = scope["type"] == "http" and scope["method"] not in _SAFE
        if unsafe and not self._trusted(Headers(scope=scope)):
            await self.refuse(Request(scope))(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _trusted(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        origin = headers.get("origin")
        if site in {"same-origin", "none"} or origin == self.origin:
            return True
        return site is None and origin is None and "cookie" not in headers
