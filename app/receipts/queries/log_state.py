"""How the company's log stands, and what others said of it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.evidence.fsck import Broken
from app.merkle_log.rows import log, witnesses
from app.merkle_log.rows.fsck import recompute
from app.models import LogCheckpoint, LogTimestamp, LogWitnessState
from app.policies.rows import policies

_SHOWN = 10


class State(NamedTuple):
    """How far it reaches, and what was signed; the newest come first.

    ``checkpoint`` has size and signed_at, or is None; a row of ``witnesses`` says what one of them knew when it was
    asked last; one of ``timestamps`` has day, size, failure and at.
    """

    size: int
    root: str
    checkpoint: Any
    witnesses: Sequence[LogWitnessState]
    timestamps: Sequence[Any]
    policies: Sequence[Any]


def state(ctx: Ctx) -> State:
    """Return how the log stands, to those who may see names."""
    ctx.require_names(Permission.READ_ACKNOWLEDGEMENTS)
    head = log.edge(ctx)
    signed = sa.select(col(LogCheckpoint.size), col(LogCheckpoint.signed_at)).order_by(col(LogCheckpoint.size).desc())
    stamps = sa.select(col(LogTimestamp.day), col(LogTimestamp.size), col(LogTimestamp.failure), col(LogTimestamp.at))
    return State(
        head.size,
        head.root().hex(),
        ctx.session.execute(signed.limit(1)).first(),
        witnesses.states(ctx),
        ctx.session.execute(stamps.order_by(col(LogTimestamp.at).desc()).limit(_SHOWN)).all(),
        policies.policies(ctx),
    )


def sound(ctx: Ctx) -> Broken | None:
    """Recompute the whole log, and return what is wrong with it first, if anything is."""
    ctx.require_names(Permission.READ_ACKNOWLEDGEMENTS)
    try:
        recompute(ctx)
    except Broken as broken:
        return broken
    return None
