"""How often a client may call. Counters live in this process: several processes allow several times as much.

The fields follow draft-ietf-httpapi-ratelimit-headers-11: a policy (``q`` calls in ``w`` seconds) and what is left
of it (``r`` calls, a fresh start in ``t`` seconds).
"""

import time
from dataclasses import dataclass
from math import ceil

from fastapi import Request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import TooMany


@dataclass(frozen=True, slots=True)
class Spent:
    """One call of an allowance: how many are left, and in how many seconds all are back."""

    policy: str
    limit: RateLimitItem
    left: int
    seconds: int

    def fields(self) -> dict[str, str]:
        """Return the header fields that tell the caller."""
        return {
            "ratelimit-policy": f'"{self.policy}";q={self.limit.amount};w={self.limit.get_expiry()}',
            "ratelimit": f'"{self.policy}";r={self.left};t={self.seconds}',
        }


class RateLimits:
    """The allowances of one process: calls a minute for an API client, and for an address that wants tokens."""

    def __init__(self, client: int = 600, address: int = 30) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._client = RateLimitItemPerMinute(client)
        self._address = RateLimitItemPerMinute(address)

    def spend_of_client(self, request: Request, client_id: str) -> None:
        """Count a call of an API client; TooMany if its minute is used up."""
        self._spend(request, "client", self._client, client_id)

    def spend_of_address(self, request: Request) -> None:
        """Count a call from an address; TooMany if its minute is used up. The address is forgotten with the minute."""
        self._spend(request, "address", self._address, request.client.host if request.client else "")

    def _spend(self, request: Request, policy: str, limit: RateLimitItem, whose: str) -> None:
        allowed = self._limiter.hit(limit, policy, whose)
        window = self._limiter.get_window_stats(limit, policy, whose)
        seconds = max(1, ceil(window.reset_time - time.time()))
        request.state.spent = Spent(policy, limit, window.remaining, seconds)
        if not allowed:
            raise TooMany(seconds)


async def limited_by_address(request: Request) -> None:
    allowances: RateLimits = request.app.state.rate_limits
    allowances.spend_of_address(request)


class RateLimitFields:
    """Says in every answer to a counted call what is left."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_fields(message: Message) -> None:
            spent: Spent | None = scope.get("state", {}).get("spent")
            if spent and message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(spent.fields())
            await send(message)

        await self.app(scope, receive, send_with_fields)
