"""Work that keeps a core busy, away from the event loop and the database: a few at once, a short queue per tenant."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Generic, ParamSpec, TypeVar

from app.turns import Turns

T = TypeVar("T")
P = ParamSpec("P")


class BoundedPool:
    """Threads that do ``at_once`` pieces of work, one of each tenant, while ``waiting`` more of it may queue.

    A tenant is the id of a company, or an address where nobody is signed in. Whoever comes when the queue of their
    tenant is full is refused as Busy.
    """

    def __init__(self, name: str, at_once: int, waiting: int) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=name)
        self._turns = Turns(at_once, each=1, waiting=waiting)

    async def run(self, tenant: str, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``fn`` in a thread when it is the tenant's turn, and return what it returns."""
        async with self._turns.turn(tenant):
            return await asyncio.get_running_loop().run_in_executor(self._threads, partial(fn, *args, **kwargs))


class Remembered(Generic[T]):
    """What a bounded pool found for texts that do not change: the last ``most``, each found once however many ask."""

    def __init__(self, pool: BoundedPool, fn: Callable[..., T], most: int) -> None:
        self._pool = pool
        self._fn = fn
        self._most = most
        self._kept: OrderedDict[tuple[str, ...], T] = OrderedDict()
        self._asked: dict[tuple[str, ...], asyncio.Task[T]] = {}

    async def get(self, tenant: str, *texts: str) -> T:
        """Return what ``fn`` makes of these texts; what is known takes no turn."""
        key = (tenant, *texts)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._asked:
            self._asked[key] = asyncio.create_task(self._find(key))
        return await asyncio.shield(self._asked[key])

    async def _find(self, key: tuple[str, ...]) -> T:
        try:
            found = self._kept[key] = await self._pool.run(key[0], self._fn, *key[1:])
        finally:
            del self._asked[key]
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return found


# A password costs some 20 ms: a full queue is less than a second of one core. They take turns by address.
PASSWORDS = BoundedPool("passwords", at_once=2, waiting=40)
PRINTING = BoundedPool("printing", at_once=2, waiting=4)
# Taking a text apart costs some 50 ms, and 3 s if it was made to.
DRAFTS = BoundedPool("drafts", at_once=2, waiting=20)
READING = BoundedPool("reading", at_once=2, waiting=50)
# A file of 20,000 people takes some 0.5 s.
FILES = BoundedPool("files", at_once=2, waiting=4)
# Checking a receipt costs some 10 ms. Who checks has no account, so they take turns by address.
RECEIPTS = BoundedPool("receipts", at_once=2, waiting=4)
