"""How often a client may call. Counters live in this process: several processes allow several times as much.

The fields follow draft-ietf-httpapi-ratelimit-headers-11: a policy (``q`` calls in ``w`` seconds) and what is left
of it (``r`` calls, a fresh start in ``t`` seconds).
"""

import time
from dataclasses import dataclass
from math import ceil

from fastapi import Request

from app.errors import TooMany

_WINDOW = 60


@dataclass(slots=True)
class _Window:
    """The minute in which somebody's calls are counted."""

    ends: float
    used: int = 0


class RateLimits:
    """The allowances of one process: calls a minute for an API client, and for an address that wants tokens.

    Only the event loop counts, so there is nothing to lock.
    """

    def __init__(self, client: int = 600, address: int = 30) -> None:
        self._limits = {"client": client, "address": address}
        self._windows: dict[tuple[str, str], _Window] = {}
        self._next_look = 0.0

    def spend_of_client(self, request: Request, client_id: str) -> None:
        """Count a call of an API client; TooMany if its minute is used up."""
        self._spend(request, "client", client_id)

    def spend_of_address(self, request: Request) -> None:
        """Count a call from an address; TooMany if its minute is used up. The address is forgotten with the minute."""
        self._spend(request, "address", request.client.host if request.client else "")

    def _spend(self, request: Request, policy: str, whose: str) -> None:
        limit, now = self._limits[policy], time.monotonic()
        window = self._window(policy, whose, now)
        window.used += 1
        seconds = max(1, ceil(window.ends - now))
        request.state.fields |= {
            "ratelimit-policy": f'"{policy}";q={limit};w={_WINDOW}',
            "ratelimit": f'"{policy}";r={max(0, limit - window.used)};t={seconds}',
        }
        if window.used > limit:
            raise TooMany(seconds)

    def _window(self, policy: str, whose: str, now: float) -> _Window:
        window = self._windows.get((policy, whose))
        if window is None or window.ends <= now:
            self._forget(now)
            window = self._windows[policy, whose] = _Window(now + _WINDOW)
        return window

    def _forget(self, now: float) -> None:
        """Let go of the minutes that are over, once a minute: strangers must not make every call look at all."""
        if now >= self._next_look:
            self._windows = {key: window for key, window in self._windows.items() if window.ends > now}
            self._next_look = now + _WINDOW


async def limited_by_address(request: Request) -> None:
    allowances: RateLimits = request.app.state.rate_limits
    allowances.spend_of_address(request)
