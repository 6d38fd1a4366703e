"""How often a client may call. Counters live in this process: several processes allow several times as much.

The fields follow draft-ietf-httpapi-ratelimit-headers-11: a policy (``q`` calls in ``w`` seconds) and what is left
of it (``r`` calls, a fresh start in ``t`` seconds).
"""

from fastapi import Request

from app.errors import TooMany
from app.web import browsers
from app.web.windows import Windows

_SECONDS = 60


class RateLimits:
    """The allowances of one process: calls a minute for an API client, and for an address that wants tokens."""

    def __init__(self, client: int = 600, address: int = 30) -> None:
        self._limits = {"client": client, "address": address}
        self._windows = Windows()

    def spend_of_client(self, request: Request, client_id: str) -> None:
        """Count a call of an API client; TooMany if its minute is used up."""
        self._spend(request, "client", client_id)

    def spend_of_address(self, request: Request) -> None:
        """Count a call from an address; TooMany if its minute is used up. The address is forgotten with the minute."""
        self._spend(request, "address", browsers.network(request))

    def _spend(self, request: Request, policy: str, whose: str) -> None:
        limit, window = self._limits[policy], self._windows.of((policy, whose), _SECONDS)
        window.used += 1
        seconds = window.seconds_left
        request.state.fields |= {
            "ratelimit-policy": f'"{policy}";q={limit};w={_SECONDS}',
            "ratelimit": f'"{policy}";r={max(0, limit - window.used)};t={seconds}',
        }
        if window.used > limit:
            raise TooMany(seconds)


async def limited_by_address(request: Request) -> None:
    allowances: RateLimits = request.app.state.rate_limits
    allowances.spend_of_address(request)
