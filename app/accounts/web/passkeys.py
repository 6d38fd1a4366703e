"""What a passkey answers to: a challenge, in a cookie that is signed, short-lived, for one purpose, and good once."""

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from typing import Any
from urllib.parse import urlsplit

import orjson
from fastapi import Request
from starlette.responses import Response

from app.accounts.services.passkeys import Site, unfit
from app.accounts.web.throttle import throttle
from app.settings import Settings

SIGN_IN = "sign in"
_COOKIE = "passkey"
_SECONDS = 300


def site(request: Request) -> Site:
    """Return for which host and origin passkeys are made: those of the public address."""
    parts = urlsplit(_settings(request).public_url)
    return Site(host=parts.hostname or "", origin=f"{parts.scheme}://{parts.netloc}")


def options(request: Request, purpose: str, made: str, challenge: bytes) -> Response:
    """Answer with the options for the browser, and hand it the challenge to bring back."""
    until = int(time.time()) + _SECONDS
    value = f"{base64.urlsafe_b64encode(challenge).decode()}.{until}.{_seal(request, purpose, challenge, until)}"
    response = Response(made, media_type="application/json", headers={"cache-control": "no-store"})
    response.set_cookie(_COOKIE, value, max_age=_SECONDS, path="/", httponly=True, samesite="lax")
    return response


def new_challenge() -> bytes:
    return secrets.token_bytes(32)


def spend_challenge(request: Request, purpose: str) -> bytes:
    """Return the challenge that the browser brought back; Conflict if it is unknown, expired or already used."""
    try:
        encoded, until, seal = request.cookies.get(_COOKIE, "").split(".")
        challenge = base64.urlsafe_b64decode(encoded)
        expires = int(until)
    except (ValueError, binascii.Error) as error:
        raise unfit() from error
    genuine = hmac.compare_digest(seal.encode(), _seal(request, purpose, challenge, expires).encode())
    if not genuine or expires < time.time() or not throttle(request).first(f"challenge {seal}"):
        raise unfit()
    return challenge


def credential(text: str) -> dict[str, Any]:
    """Parse what the browser made; Conflict if it is no JSON object."""
    try:
        parsed = orjson.loads(text)  # which refuses half characters, too: they have no bytes to look for
    except ValueError as error:
        raise unfit() from error
    if not isinstance(parsed, dict):
        raise unfit()
    return parsed


def _seal(request: Request, purpose: str, challenge: bytes, until: int) -> str:
    key = _settings(request).secret_key.get_secret_value().encode()
    return hmac.new(key, f"passkey|{purpose}|{challenge.hex()}|{until}".encode(), hashlib.sha256).hexdigest()


def _settings(request: Request) -> Settings:
    return request.app.state.settings  # type: ignore[no-any-return]
