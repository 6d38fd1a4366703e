"""Twice is once: a keyed request leaves a row in the very transaction that carries it out.

The row is the unique (scope, key) that a second request runs into, so its effect happens once however many
arrive together. The answer is written into the row after the commit; should the process die in between, or the answer
be forgotten because a person was erased, the effect stands and the key answers 409 until it is swept away.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NoReturn

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from app.db.upsert import insert_new
from app.errors import Conflict, Invalid
from app.models import IdempotencyKey, OAuthClient
from app.wording import N_

KEPT = timedelta(hours=24)
_UNIQUE = ["scope", "key"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A keyed request: ``scope`` is client, method and path, ``request_sha256`` covers query and body."""

    scope: str
    key: str
    request_sha256: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Replayed(Exception):
    """Says that the request was carried out before; ``answer`` is what it was told then."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class StillRunning(Conflict):
    code = "idempotency_key_in_use"
    detail = N_(
        "A request with this Idempotency-Key is being carried out. Send it again in a moment for its answer; "
        "if this stays so, read what it should have changed."
    )


class Claim:
    """A key that was free when its request came; the first write of the request takes it, in its own transaction.

    ``ours`` turns false when another request was quicker: then this answer is not stored.
    """

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt
        self.taken = False
        self.ours = True

    def before(self, fn: Callable[..., Any], now: datetime) -> Callable[..., Any]:
        """Return ``fn(ctx, …)`` so that it takes the key first, unless an earlier write of the request did."""
        if self.taken:
            return fn

        def act(ctx: Any, *args: Any, **kwargs: Any) -> Any:
            self.ours = False
            claim(ctx.session, self.attempt, now)
            self.ours = True
            result = fn(ctx, *args, **kwargs)
            self.taken = True
            return result

        return act


def claim(session: Session, attempt: Attempt, now: datetime) -> None:
    """Take the key for the change that follows in this transaction; raise as ``recall`` if somebody has it."""
    row = {
        "scope": attempt.scope,
        "key": attempt.key,
        "request_sha256": attempt.request_sha256,
        "headers": {},
        "created_at": now,
    }
    if not insert_new(session, IdempotencyKey, [row], _UNIQUE):
        _refuse(_row(session, attempt), attempt)


def recall(session: Session, attempt: Attempt) -> None:
    """Return if the key is free. Else raise Replayed, StillRunning, or Invalid for another request's key."""
    row = _row(session, attempt)
    if row is not None:
        _refuse(row, attempt)


def keep(session: Session, attempt: Attempt, answer: Answer, now: datetime, *, claimed: bool) -> None:
    """Keep the answer for 24 hours: in the row that was claimed, else, where nothing changed, in a new one."""
    values = {"status": answer.status, "headers": answer.headers, "body": answer.body}
    if claimed:
        session.execute(update(IdempotencyKey).where(*_of(attempt)).values(values))
        return
    row = {"scope": attempt.scope, "key": attempt.key, "request_sha256": attempt.request_sha256, "created_at": now}
    insert_new(session, IdempotencyKey, [row | values], _UNIQUE)


def forget_answers(session: Session, company_id: str) -> None:
    """Forget what the clients of a company were told. Their keys stay taken, so that nothing takes effect again."""
    client_id = func.substr(col(IdempotencyKey.scope), 1, len(company_id))
    clients = select(col(OAuthClient.id)).where(col(OAuthClient.owner_company) == company_id)
    forgotten: dict[str, Any] = {"status": None, "headers": {}, "body": b""}
    session.execute(update(IdempotencyKey).where(client_id.in_(clients)).values(forgotten))


def forget_expired(session: Session, now: datetime) -> None:
    """Delete the answers that are older than 24 hours."""
    session.execute(delete(IdempotencyKey).where(col(IdempotencyKey.created_at) < now - KEPT))


def _of(attempt: Attempt) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(IdempotencyKey.scope) == attempt.scope, col(IdempotencyKey.key) == attempt.key


def _row(session: Session, attempt: Attempt) -> Any:
    return session.execute(
        select(
            col(IdempotencyKey.request_sha256),
            col(IdempotencyKey.status),
            col(IdempotencyKey.headers),
            col(IdempotencyKey.body),
        ).where(*_of(attempt))
    ).first()


def _refuse(row: Any, attempt: Attempt) -> NoReturn:
    """Raise what a taken key means; a row swept away since it was run into counts as still running."""
    if row is None or row.status is None:
        raise StillRunning
    if row.request_sha256 != attempt.request_sha256:
        raise Invalid(
            [],
            "idempotency_key_reused",
            N_("This Idempotency-Key came with another request before. Use a new key for each request."),
        )
    raise Replayed(Answer(row.status, row.headers, row.body))
