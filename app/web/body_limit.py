"""No request body beyond the limit is read, whether its length is announced or not."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Answers 413 in the application's own shape (FastAPI's limit answers in plain text)."""

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        announced = Headers(scope=scope).get("content-length", "") if scope["type"] == "http" else ""
        read = int(announced) if announced.isdecimal() and int(announced) > self.most else 0

        async def receive_limited() -> Message:
            nonlocal read
            message = await receive() if read <= self.most else {}
            read += len(message.get("body", b""))
            if read > self.most:
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
