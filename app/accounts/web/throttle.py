"""How often somebody may try to come in, or have something checked without coming in.

Counters live in the memory of this process (app/web/windows.py), addresses with them. Failures count, successes are
given back.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import ceil
from typing import NamedTuple

from fastapi import Request

from app.errors import DomainError, TooMany
from app.web import browsers
from app.web.windows import Window, Windows
from app.wording import N_

_MINUTE = 60
_HOUR = 3600


class Limit(NamedTuple):
    """At most so many tries in so many seconds."""

    most: int
    seconds: int


# At one account from one address: enough for a forgotten password, far too little to guess one.
_PAIR = Limit(6, 15 * _MINUTE)
# At one account from everywhere, by browsers that never signed in to it. The owner's own browser is counted by
# itself, so nobody can lock them out of it, not even from the next desk.
_ACCOUNT = Limit(30, _HOUR)
# From one address at anything: loose, as a whole factory may share one.
_ADDRESS = Limit(120, 15 * _MINUTE)
_CODES_OF_ADDRESS = Limit(30, 15 * _MINUTE)
# Below what is allowed from everywhere, so that nobody who holds many addresses shuts this way in for all.
_CODES_OF_NEIGHBOURHOOD = Limit(300, _HOUR)
_CODES = Limit(2000, _HOUR)
# Each costs some milliseconds and is for browsers without scripts only; all others check by themselves.
_CHECKS_OF_ADDRESS = Limit(60, 15 * _MINUTE)
_ONCE = Limit(1, 10 * _MINUTE)

Count = tuple[Limit, str]


class TooManyTries(TooMany):
    """Says how long to wait, in words and in Retry-After."""

    detail = N_("Too many tries in a short time. Wait %(minutes)s min and try again, or come in another way.")

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.params = {"minutes": ceil(seconds / 60)}


class TooManyChecks(TooManyTries):
    """The same for receipts that are checked without an account."""

    detail = N_(
        "Too many receipts were checked from here in a short time. Wait %(minutes)s min and try again, or save the "
        "page and check them on your own device."
    )


class Throttle:
    """The counters of one process."""

    def __init__(self) -> None:
        self._windows = Windows()

    def take(self, counts: list[Count], refusal: type[TooManyTries] = TooManyTries) -> None:
        """Count a try; TooManyTries at the first counter that is full, so that a refused try does not fill the rest."""
        for count in counts:
            window = self._window(count)
            if window.used >= count[0].most:
                raise refusal(window.seconds_left)
            window.used += 1

    def give_back(self, counts: list[Count]) -> None:
        """Give back a try that succeeded."""
        for count in counts:
            window = self._window(count)
            window.used = max(0, window.used - 1)

    def first(self, what: str) -> bool:
        """Tell whether this is the first time, for ten minutes."""
        window = self._window((_ONCE, what))
        window.used += 1
        return window.used <= _ONCE.most

    def _window(self, count: Count) -> Window:
        limit, whose = count
        return self._windows.of((limit, whose), limit.seconds)


def throttle(request: Request) -> Throttle:
    """Return the counters of this application."""
    state = request.app.state
    if not hasattr(state, "throttle"):
        state.throttle = Throttle()
    return state.throttle  # type: ignore[no-any-return]


@asynccontextmanager
async def trying(request: Request, *, email: str) -> AsyncIterator[None]:
    """Count a try at the account of an address, known or not; what ends without a refusal was none."""
    async with _counted(request, _at_account(request, email, "")):
        yield


@asynccontextmanager
async def trying_secret(request: Request) -> AsyncIterator[None]:
    """Count a try at something no one can guess: a link, a passkey."""
    async with _counted(request, [(_ADDRESS, browsers.network(request))]):
        yield


@asynccontextmanager
async def trying_code(request: Request) -> AsyncIterator[None]:
    """Count a try at a printed code, which is short: by address, by those around it, and from everywhere together."""
    counts = [
        (_CODES_OF_ADDRESS, f"code {browsers.network(request)}"),
        (_CODES_OF_NEIGHBOURHOOD, f"code {browsers.neighbourhood(request)}"),
        (_CODES, "codes"),
    ]
    async with _counted(request, counts):
        yield


def asking_for_mail(request: Request, email: str) -> None:
    """Count that somebody wants a mail sent to an address; every one counts, so that nobody's mailbox is flooded."""
    throttle(request).take(_at_account(request, email, "mail "))


def count_check(request: Request) -> None:
    """Count a receipt that is to be checked here without an account; each costs work, so each counts."""
    throttle(request).take([(_CHECKS_OF_ADDRESS, f"check {browsers.network(request)}")], TooManyChecks)


def _at_account(request: Request, email: str, what: str) -> list[Count]:
    where = browsers.network(request)
    if browsers.is_known(request, email):
        return [(_PAIR, f"{what}{email} known {where}"), (_ADDRESS, f"{what}{where}")]
    return [(_PAIR, f"{what}{email} {where}"), (_ADDRESS, f"{what}{where}"), (_ACCOUNT, f"{what}{email}")]


@asynccontextmanager
async def _counted(request: Request, counts: list[Count]) -> AsyncIterator[None]:
    counters = throttle(request)
    counters.take(counts)
    try:
        yield
    except DomainError as refused:
        if refused.status >= 500:  # noqa: PLR2004 - our fault, not theirs
            counters.give_back(counts)
        raise
    counters.give_back(counts)
