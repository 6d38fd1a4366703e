"""How often somebody may try to come in.

Counters live in the memory of this process, addresses with them: nothing is stored, a restart forgets, and several
processes allow several times as much. Failures count, successes are given back.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import ceil

from fastapi import Request
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from app.errors import DomainError, TooMany
from app.web import browsers
from app.wording import N_

# At one account from one address: enough for a forgotten password, far too little to guess one.
_PAIR = RateLimitItemPerMinute(6, 15)
# At one account from everywhere, by browsers that never signed in to it. The owner's own browser is counted by
# itself, so nobody can lock them out of it, not even from the next desk.
_ACCOUNT = RateLimitItemPerHour(30)
# From one address at anything: loose, as a whole factory may share one.
_ADDRESS = RateLimitItemPerMinute(120, 15)
_CODES_OF_ADDRESS = RateLimitItemPerMinute(30, 15)
_CODES = RateLimitItemPerHour(2000)
_ONCE = RateLimitItemPerMinute(1, 10)

Count = tuple[RateLimitItem, str]


class TooManyTries(TooMany):
    """Says how long to wait, in words and in Retry-After."""

    detail = N_("Too many tries in a short time. Wait %(minutes)s min and try again, or come in another way.")

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.params = {"minutes": ceil(seconds / 60)}


class Throttle:
    """The counters of one process."""

    def __init__(self) -> None:
        self._storage = MemoryStorage()
        self._limiter = FixedWindowRateLimiter(self._storage)

    def take(self, counts: list[Count]) -> None:
        """Count a try; TooManyTries at the first counter that is full, so that a refused try does not fill the rest."""
        for count in counts:
            if not self._limiter.hit(*count):
                raise TooManyTries(self._seconds(*count))

    def give_back(self, counts: list[Count]) -> None:
        """Take a try back that was none."""
        for item, whose in counts:
            self._storage.incr(item.key_for(whose), item.get_expiry(), amount=-1)

    def first(self, what: str) -> bool:
        """Tell whether this is the first time, for ten minutes."""
        return self._limiter.hit(_ONCE, what)

    def _seconds(self, item: RateLimitItem, whose: str) -> int:
        return max(1, ceil(self._limiter.get_window_stats(item, whose).reset_time - time.time()))


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
    """Count a try at a printed code, which is short: by address, and from everywhere together."""
    async with _counted(request, [(_CODES_OF_ADDRESS, f"code {browsers.network(request)}"), (_CODES, "codes")]):
        yield


def asking_for_mail(request: Request, email: str) -> None:
    """Count that somebody wants a mail sent to an address; every one counts, so that nobody's mailbox is flooded."""
    throttle(request).take(_at_account(request, email, "mail "))


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
