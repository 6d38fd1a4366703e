"""One message that survives a redirect, in a cookie that lives a minute."""

from dataclasses import dataclass
from urllib.parse import quote, unquote

import orjson
from fastapi import Request
from starlette.responses import RedirectResponse, Response

_COOKIE = "flash"
_KINDS = {"success", "error", "info"}


@dataclass(frozen=True, slots=True)
class Flash:
    kind: str
    text: str


def redirect(to: str, flash: Flash | None = None) -> Response:
    """Send the browser on after a successful form (303), with a message for the next page."""
    response = RedirectResponse(to, status_code=303)
    if flash is not None:
        value = quote(orjson.dumps([flash.kind, flash.text]))
        response.set_cookie(_COOKIE, value, max_age=60, path="/", httponly=True, samesite="lax")
    return response


def flashes(request: Request) -> list[Flash]:
    """Return the message that came with the redirect, if there is one and it is ours in form."""
    try:
        found = orjson.loads(unquote(request.cookies.get(_COOKIE, "")))
    except ValueError:
        return []
    match found:
        case [str(kind), str(text)] if kind in _KINDS:
            return [Flash(kind, text[:500])]
    return []


def forget(response: Response) -> None:
    response.delete_cookie(_COOKIE, path="/", httponly=True, samesite="lax")
