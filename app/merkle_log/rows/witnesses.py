"""What witnesses and time-stamp authorities said of the company's log."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from app.context import Ctx
from app.models import LogCosignature, LogTimestamp, LogWitnessState


def states(ctx: Ctx) -> Sequence[LogWitnessState]:
    """Return what each witness knew when it was asked last, by name."""
    return ctx.session.scalars(select(LogWitnessState).order_by(col(LogWitnessState.witness))).all()


def size_seen(ctx: Ctx, witness: str) -> int:
    """Return the size that a witness saw last, 0 if it was never asked."""
    wanted = select(col(LogWitnessState.size)).where(col(LogWitnessState.witness) == witness)
    return ctx.session.scalar(wanted) or 0


def is_cosigned(ctx: Ctx, size: int, witness: str) -> bool:
    """Tell whether a witness has cosigned the checkpoint of this size."""
    wanted = select(col(LogCosignature.size)).where(
        col(LogCosignature.size) == size, col(LogCosignature.witness) == witness
    )
    return ctx.session.execute(wanted).first() is not None


def is_timestamped(ctx: Ctx, size: int) -> bool:
    """Tell whether there is a time stamp of the checkpoint of this size."""
    wanted: Any = select(col(LogTimestamp.size)).where(
        col(LogTimestamp.size) == size, col(LogTimestamp.token).is_not(None)
    )
    return ctx.session.execute(wanted).first() is not None
