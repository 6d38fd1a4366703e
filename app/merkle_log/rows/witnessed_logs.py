"""The logs that this installation is a witness of."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from app.models import WitnessedLog


def known(session: Any, origin: str) -> WitnessedLog | None:
    """Return a watched log, or None."""
    found: WitnessedLog | None = session.get(WitnessedLog, origin)
    return found


def size(session: Any, origin: str) -> int:
    """Return the size of the head that was cosigned last, as the database has it now."""
    return int(session.execute(select(col(WitnessedLog.size)).where(col(WitnessedLog.origin) == origin)).scalar_one())


def every(session: Any) -> Sequence[WitnessedLog]:
    """Return all watched logs, ordered by origin."""
    return session.scalars(select(WitnessedLog).order_by(col(WitnessedLog.origin))).all()  # type: ignore[no-any-return]
