"""Work that keeps a core busy, away from the event loop and the database: a few at once, a short queue, no more."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import ParamSpec, TypeVar

from app.errors import Unavailable
from app.wording import N_

T = TypeVar("T")
P = ParamSpec("P")


class Busy(Unavailable):
    """Answered with 503 and Retry-After."""

    code = "busy"
    detail = N_("Very many people are here at this moment. Try again in a few seconds.")


class BoundedWork:
    """Threads that do ``at_once`` pieces of work while ``waiting`` more may queue; whoever comes then is refused."""

    def __init__(self, name: str, at_once: int, waiting: int) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=name)
        self._places = BoundedSemaphore(at_once + waiting)

    async def run(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``fn`` in a thread and return what it returns; Busy if the queue is full."""
        if not self._places.acquire(blocking=False):
            raise Busy
        future = self._threads.submit(fn, *args, **kwargs)
        future.add_done_callback(lambda _: self._places.release())  # also if nobody waits for the result any more
        return await asyncio.wrap_future(future)


# A password costs some 20 ms: a full queue is half a second of two cores.
PASSWORDS = BoundedWork("passwords", at_once=2, waiting=40)
PRINTING = BoundedWork("printing", at_once=1, waiting=4)
# Taking a text apart costs some 50 ms, and seconds if it was made to. What is published is remembered.
DRAFTS = BoundedWork("drafts", at_once=1, waiting=20)
READING = BoundedWork("reading", at_once=2, waiting=500)
