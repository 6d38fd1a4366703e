"""What we know of a browser: its family, where it comes from, and whether its owner signed in here before."""

import hashlib
import hmac
import re
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request
from starlette.responses import Response

from app.settings import Settings

# The first that fits; several families carry the names of others.
_FAMILIES = (
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Opera", r"OPR/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X"),
    ("Linux", r"Linux"),
)
_COOKIE = "known"
_DAYS_KNOWN = 180
_MOST_ACCOUNTS = 4


def family(user_agent: str) -> str:
    """Return a browser's family as its owner knows it, like ``Firefox, Windows``; nothing that tells two apart."""
    found = (_first(_FAMILIES, user_agent), _first(_SYSTEMS, user_agent))
    return ", ".join(filter(None, found))


def network(request: Request) -> str:
    """Return the address of the request; of an IPv6 one the /64, as one household holds that many."""
    return _shared_by(request, 32, 64)


def neighbourhood(request: Request) -> str:
    """Return the addresses around whoever asks that one customer of a provider may hold: a /24, of IPv6 a /48."""
    return _shared_by(request, 24, 48)


def _shared_by(request: Request, bits: int, bits_of_ipv6: int) -> str:
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):  # a socket for both shows IPv4 inside of IPv6
        address = address.ipv4_mapped or address
    first = bits if address.version == 4 else bits_of_ipv6  # noqa: PLR2004 - its own number
    return str(ip_network((int(address), first), strict=False).network_address)


def is_known(request: Request, email: str) -> bool:
    """Tell whether somebody signed in to the account of this address with this browser before."""
    mark = _mark(_settings(request), email)
    return any(hmac.compare_digest(mark, known) for known in _marks(request))


def remember(request: Request, response: Response, email: str) -> None:
    """Let the browser be known from now on. The cookie holds keyed hashes; it names nobody and opens nothing."""
    mark = _mark(_settings(request), email)
    marks = [mark, *(known for known in _marks(request) if known != mark)]
    response.set_cookie(
        _COOKIE,
        ".".join(marks[:_MOST_ACCOUNTS]),
        max_age=_DAYS_KNOWN * 86400,
        path="/",
        httponly=True,
        samesite="lax",
    )


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for name, pattern in names if re.search(pattern, user_agent)), "")


def _marks(request: Request) -> list[str]:
    value = request.cookies.get(_COOKIE, "")
    return [mark for mark in value.split(".") if re.fullmatch(r"[0-9a-f]{32}", mark)][:_MOST_ACCOUNTS]


def _mark(settings: Settings, email: str) -> str:
    key = settings.secret_key.get_secret_value().encode()
    return hmac.new(key, f"known device of {email}".encode(), hashlib.sha256).hexdigest()[:32]


def _settings(request: Request) -> Settings:
    return request.app.state.settings  # type: ignore[no-any-return]
