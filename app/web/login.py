"""The session cookie: who is signed in, and how a browser becomes so."""

from datetime import UTC, datetime, timedelta

from fastapi import Request
from starlette.responses import Response

from app.authz import SignedIn
from app.db import NO_COMPANY
from app.errors import Unauthenticated
from app.queries import entry
from app.services import sign_in
from app.services.secrets import token_hash
from app.settings import Settings

_TOUCH_EVERY = timedelta(minutes=10)


def cookie_name(settings: Settings) -> str:
    """``__Host-`` binds the cookie to this host and to https; plain http is for trying out only."""
    return "__Host-portavoce" if settings.secure_cookies else "portavoce"


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
    token = request.cookies.get(cookie_name(settings))
    if not token:
        return None
    database, now = request.app.state.database, datetime.now(UTC)
    found = await database.read(NO_COMPANY, entry.open_session, token_hash(token), now)
    if found is None:
        return None
    idle = timedelta(hours=settings.session_idle_hours)
    if found.idle_until < now + idle - _TOUCH_EVERY:
        await database.write(NO_COMPANY, sign_in.keep_alive, found.caller.session_id, now + idle)
    return found.caller  # type: ignore[no-any-return]


def set_session(response: Response, settings: Settings, token: str) -> None:
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=settings.session_days * 86400,
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )


def clear_session(response: Response, settings: Settings) -> None:
    response.delete_cookie(
        cookie_name(settings), path="/", secure=settings.secure_cookies, httponly=True, samesite="lax"
    )
