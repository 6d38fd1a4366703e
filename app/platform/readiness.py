"""Proof that storage takes a write: the one row that says when it was last asked."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlmodel import col

from app.db.upsert import insert_new
from app.models import IdempotencyKey

_SCOPE = _KEY = "readyz"


def write(session: Session, now: datetime) -> None:
    """Write for real. The row stands among the idempotency keys, which are swept by age, so nothing grows."""
    row = {"scope": _SCOPE, "key": _KEY, "request_sha256": "0" * 64, "headers": {}, "created_at": now}
    if not insert_new(session, IdempotencyKey, [row], ["scope", "key"]):
        mine = (col(IdempotencyKey.scope) == _SCOPE, col(IdempotencyKey.key) == _KEY)
        session.execute(update(IdempotencyKey).where(*mine).values(created_at=now))
