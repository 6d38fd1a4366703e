"""The session cookie: who is signed in, and how a browser becomes so."""

from datetime import UTC, datetime, timedelta

from fastapi import Request
from starlette.responses import Response

from app.access import entry
from app.access.secrets import token_hash
from app.authz import SignedIn
from app.db import NO_COMPANY
from app.errors import Unauthenticated
from app.settings import Settings

SESSION = "portavoce"
_TOUCH_EVERY = timedelta(minutes=10)


async def signed_in(request: Request) -> SignedIn:
    """Return who is signed in, or raise Unauthenticated. Found once per request."""
    caller = await maybe_signed_in(request)
    if caller is None:
        raise Unauthenticated
    return caller


async def maybe_signed_in(request: Request) -> SignedIn | None:
    """Return who is signed in, if anybody is."""
    if hasattr(request.state, "caller"):
        return request.state.caller  # type: ignore[no-any-return]
    request.state.caller = await _from_cookie(request)
    return request.state.caller  # type: ignore[no-any-return]


async def _from_cookie(request: Request) -> SignedIn | None:
    settings: Settings = request.app.state.settings
    token = request.cookies.get(SESSION)
    if not token:
        return None
    database, now = request.app.state.database, datetime.now(UTC)
    found = await database.read(NO_COMPANY, entry.open_session, token_hash(token), now)
    if found is None:
        return None
    idle = timedelta(hours=settings.session_idle_hours)
    if found.idle_until < now + idle - _TOUCH_EVERY:
        await database.write(NO_COMPANY, entry.keep_alive, found.caller.session_id, now + idle)
    return found.caller  # type: ignore[no-any-return]


def set_session(response: Response, settings: Settings, token: str) -> None:
    seconds = settings.session_days * 86400
    response.set_cookie(SESSION, token, max_age=seconds, path="/", httponly=True, samesite="lax")


def clear_session(response: Response) -> None:
    response.delete_cookie(SESSION, path="/", httponly=True, samesite="lax")
