"""The session cookie: who is signed in, and how a browser becomes so."""

from datetime import UTC, datetime, timedelta

from fastapi import Request
from starlette.responses import Response

from app.access import credentials
from app.access.credentials import OpenSession, Sessions
from app.access.secrets import token_hash
from app.authz import SignedIn
from app.db import NO_COMPANY
from app.errors import Unauthenticated
from app.settings import Settings

SESSION = "portavoce"
_TOUCH_EVERY = timedelta(minutes=10)
_TOUCH_SHARED = timedelta(seconds=5)
SHARED_IDLE = timedelta(minutes=2)
"""How long a device that people share stays signed in when nobody touches it."""


async def signed_in(request: Request) -> SignedIn:
    """Return who is signed in, or raise Unauthenticated."""
    return (await open_session(request)).caller


async def maybe_signed_in(request: Request) -> SignedIn | None:
    """Return who is signed in, if anybody is."""
    found = await _session(request)
    return found and found.caller


async def open_session(request: Request) -> OpenSession:
    """Return the session of the browser, entered if it shows a company that lets in, or raise Unauthenticated."""
    found = await _session(request)
    if found is None:
        raise Unauthenticated
    return found


def caller_of(request: Request) -> SignedIn | None:
    """Return who is signed in, as far as the request has asked for it."""
    found: OpenSession | None = getattr(request.state, "session", None)
    return found and found.caller


async def _session(request: Request) -> OpenSession | None:
    """Find the session, once per request."""
    if not hasattr(request.state, "session"):
        request.state.session = await _from_cookie(request)
    return request.state.session  # type: ignore[no-any-return]


async def _from_cookie(request: Request) -> OpenSession | None:
    settings: Settings = request.app.state.settings
    token = request.cookies.get(SESSION)
    if not token:
        return None
    database, now = request.app.state.database, datetime.now(UTC)
    sessions: Sessions = request.app.state.sessions
    found = await sessions.find(database, token_hash(token), now)
    if found is None:
        return None
    idle, touch_every = idle_time(settings, shared=found.shared), _TOUCH_SHARED if found.shared else _TOUCH_EVERY
    if found.idle_until < now + idle - touch_every:
        await database.write(NO_COMPANY, credentials.keep_alive, found.caller.session_id, now + idle)
    return found


def idle_time(settings: Settings, *, shared: bool) -> timedelta:
    """Return after how long without use a session ends."""
    return SHARED_IDLE if shared else timedelta(hours=settings.session_idle_hours)


def shared_device(request: Request) -> bool:
    """Tell whether the browser is signed in on a device that others use, too."""
    found: OpenSession | None = getattr(request.state, "session", None)
    return found is not None and found.shared


def set_session(response: Response, settings: Settings, token: str, *, shared: bool = False) -> None:
    """Let the browser keep the session; one that people share forgets it when it is closed."""
    seconds = None if shared else settings.session_days * 86400
    response.set_cookie(SESSION, token, max_age=seconds, path="/", httponly=True, samesite="lax")


def clear_session(response: Response) -> None:
    response.delete_cookie(SESSION, path="/", httponly=True, samesite="lax")
