"""Counts over many rows, kept for a moment.

What is done in a company leaves a trace (platform/audit.py): as long as no newer one stands, what was counted holds,
and whoever acts and looks at once sees their act, whichever process they meet. Only a large company, where somebody
acts all the time, is shown what is a moment old. The key holds the company, so that nothing crosses to another one.
"""

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import func, select
from sqlmodel import col

from app.context import Ctx
from app.db.prepared import Prepared, in_company
from app.models import AuditEvent

T = TypeVar("T")

LARGE = 2000
"""From so many people on, counting takes longer than anybody should have to wait for twice."""

MOST = 512


class _Kept(NamedTuple):
    at: datetime
    marked: str
    size: int
    made: Any


_LATEST = Prepared(select(func.max(col(AuditEvent.id)).label("id")).where(in_company(AuditEvent)))
_kept: dict[Hashable, _Kept] = {}
_lock = Lock()


def mark(ctx: Ctx) -> str:
    """Return a revision that changes with every act in the company: the id of its latest audit event."""
    return _LATEST.one(ctx.session).id or ""


def kept(
    key: Hashable, marked: str, now: datetime, lifetime: timedelta, make: Callable[[], T], size: Callable[[T], int]
) -> T:
    """Return what was made for this key less than ``lifetime`` before ``now``, else make it.

    Unless its ``size``, a number of people, is at least LARGE, it must have been made at the same mark. A ``now``
    before the kept one, as after a change of the clock, makes it anew.
    """
    found = _kept.get(key)
    if found is not None and timedelta() <= now - found.at < lifetime and (found.marked == marked or _is_large(found)):
        return found.made  # type: ignore[no-any-return]
    made = make()
    keep(key, marked, now, made, size(made))
    return made


def keep(key: Hashable, marked: str, now: datetime, made: Any, size: int) -> None:
    """Keep what was made at this mark; the oldest makes room."""
    with _lock:
        _kept.pop(key, None)
        while len(_kept) >= MOST:
            _kept.pop(next(iter(_kept)))
        _kept[key] = _Kept(now, marked, size, made)


def _is_large(found: _Kept) -> bool:
    return found.size >= LARGE
