"""One unit of work inside a transaction that the seam has opened."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection

from app.db.scope import Scope
from app.db.tenancy import ScopedSession

T = TypeVar("T")


def in_session(connection: Connection, scope: Scope, fn: Callable[..., T], args: tuple[Any, ...]) -> T:
    """Run ``fn(session, *args)`` in a session of this scope and write what it left pending."""
    connection.info["scope"] = scope  # for the SQL guard
    try:
        with ScopedSession(connection, scope) as session:
            result = fn(session, *args)
            session.flush()
            return result
    except StopIteration as error:  # asyncio cannot hand this one to who waits, and would let them wait for ever
        raise RuntimeError("a service function ran out of items") from error
