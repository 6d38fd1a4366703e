"""Reading the company's own closing days."""

from collections.abc import Sequence

from sqlalchemy import select, tuple_
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.models import ClosingDays


def listed(ctx: Ctx, after: tuple[object, str] | None, limit: int) -> Sequence[ClosingDays]:
    """Return at most ``limit`` closing days, the earliest first, from behind the key (first day, id)."""
    ctx.require(Permission.READ_COMPANY)
    key = col(ClosingDays.starts_on), col(ClosingDays.id)
    wanted = select(ClosingDays).order_by(*key).limit(limit)
    return ctx.session.scalars(wanted if after is None else wanted.where(tuple_(*key) > after)).all()
