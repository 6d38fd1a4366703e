"""Counting in fixed windows of time, in the memory of this process.

Nothing is stored, a restart forgets, and several processes allow several times as much. Only the event loop counts,
so there is nothing to lock.
"""

import time
from collections.abc import Hashable
from dataclasses import dataclass
from math import ceil

_LOOK = 60


@dataclass(slots=True)
class Window:
    """What was counted, and the second since the epoch when that is forgotten."""

    ends: float
    used: int = 0

    @property
    def seconds_left(self) -> int:
        """Whole seconds until a new start, at least one."""
        return max(1, ceil(self.ends - time.time()))


class Windows:
    """The windows that are open, by whatever is counted."""

    def __init__(self) -> None:
        self._open: dict[Hashable, Window] = {}
        self._next_look = 0.0

    def of(self, key: Hashable, seconds: int) -> Window:
        """Return the window of this key, a new one of so many seconds where there is none."""
        now = time.time()
        window = self._open.get(key)
        if window is None or window.ends <= now:
            self._forget(now)
            window = self._open[key] = Window(now + seconds)
        return window

    def _forget(self, now: float) -> None:
        """Let go of windows that are over, once a minute: strangers must not make every call look at all."""
        if now >= self._next_look:
            self._open = {key: window for key, window in self._open.items() if window.ends > now}
            self._next_look = now + _LOOK
