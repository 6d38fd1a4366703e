"""Turns at what all tenants share, so that none holds all of it: threads, and connections to the database."""

import asyncio
from asyncio import Semaphore
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from app.errors import Unavailable
from app.wording import N_


class Busy(Unavailable):
    """Answered with 503 and Retry-After."""

    code = "busy"
    detail = N_("There is too much to do at this moment. Try again in a few seconds.")


@dataclass(slots=True)
class _Line:
    """Those of one tenant: who has a turn, and who waits behind them."""

    turns: Semaphore
    length: int = 0


class Turns:
    """At most ``at_once`` turns at a time, ``each`` of them for one tenant; ``waiting`` more of it may wait.

    A tenant's callers wait behind one another, and only the first ``each`` of them among those of others, in the order
    in which they came. So whoever brings much waits for it alone. All this is for one event loop.
    """

    def __init__(self, at_once: int, each: int, waiting: int, patience: float | None = None) -> None:
        self._all = Semaphore(at_once)
        self._each = each
        self._longest = each + waiting
        self._patience = patience
        self._lines: dict[str, _Line] = {}

    @asynccontextmanager
    async def turn(self, tenant: str) -> AsyncIterator[None]:
        """Hold a turn. Busy if too many of the tenant wait already; Unavailable after ``patience`` seconds."""
        line = self._lines.setdefault(tenant, _Line(Semaphore(self._each)))
        if line.length >= self._longest:
            raise Busy
        line.length += 1
        try:
            async with AsyncExitStack() as held:
                await self._wait(held, line)
                yield
        finally:
            line.length -= 1
            if not line.length:
                del self._lines[tenant]

    async def _wait(self, held: AsyncExitStack, line: _Line) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await held.enter_async_context(line.turns)
                await held.enter_async_context(self._all)
        except TimeoutError as error:
            raise Unavailable from error
