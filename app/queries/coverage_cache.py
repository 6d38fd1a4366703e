"""Counts over many rows, kept for a moment.

Only what is large is kept: a small company always sees the present, and a large one cannot tell two seconds.
The key holds the company, so that nothing crosses from one to another.
"""

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")

LARGE = 2000
"""From so many people on, counting takes longer than anybody should have to wait for twice."""

MOST = 512
_kept: dict[Hashable, tuple[datetime, Any]] = {}
_lock = Lock()


def kept(key: Hashable, now: datetime, lifetime: timedelta, make: Callable[[], T], size: Callable[[T], int]) -> T:
    """Return what was made for this key less than ``lifetime`` before ``now``, else make it.

    It is kept only if ``size`` of it, a number of people, is at least LARGE. A ``now`` before the kept one, as
    after a change of the clock, makes it anew.
    """
    found = _kept.get(key)
    if found is not None and timedelta() <= now - found[0] < lifetime:
        return found[1]  # type: ignore[no-any-return]
    made = make()
    if size(made) >= LARGE:
        _keep(key, now, made)
    return made


def _keep(key: Hashable, now: datetime, made: Any) -> None:
    with _lock:
        _kept.pop(key, None)
        while len(_kept) >= MOST:
            _kept.pop(next(iter(_kept)))
        _kept[key] = (now, made)
