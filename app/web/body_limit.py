"""No request body beyond the limit is read, whether its length is announced or not."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_FORM_BYTES = 2 * 1024 * 1024
_FORM_FIELDS = 1000


class BodyLimit:
    """Answers 413 in the application's own shape (FastAPI's limit answers in plain text).

    A form without files may have 2 MB and 1,000 fields, empty ones included: its parser walks over every byte of a
    run of separators and decodes every escape, which keeps the event loop for seconds at 8 MB.
    """

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        is_form = "x-www-form-urlencoded" in headers.get("content-type", "").lower()
        most = min(self.most, _FORM_BYTES) if is_form else self.most
        announced = headers.get("content-length", "")
        read = int(announced) if announced.isdecimal() and int(announced) > most else 0
        separators = 0

        async def receive_limited() -> Message:
            nonlocal read, separators
            message = await receive() if read <= most else {}
            body = message.get("body", b"")
            read += len(body)
            separators += body.count(b"&") if is_form else 0
            if read > most or separators >= _FORM_FIELDS:
                raise HTTPException(413)
            return message

        await self.app(scope, receive_limited, send)


async def text_of_at_most(request: Request, most: int) -> str:
    """Read a body of ``most`` bytes at most, and what is no UTF-8 in it as replacement characters; else 413."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise HTTPException(413)
    return body.decode("utf-8", "replace")
