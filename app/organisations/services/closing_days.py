"""The days on which the company is closed, beside the public holidays of its country."""

from sqlalchemy import delete, func, select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict, FieldError, Invalid, NotFound
from app.models import ClosingDays
from app.organisations.schemas.company import ClosingDaysIn
from app.platform import audit
from app.platform.audit import Act
from app.wording import N_

MOST = 60
LONGEST = 92  # days


def add(ctx: Ctx, data: ClosingDaysIn) -> ClosingDays:
    """Note days on which nobody is written to; Invalid for a wrong order or more than 92 days at once."""
    ctx.require(Permission.WRITE_COMPANY)
    ends_on = data.ends_on or data.starts_on
    _refuse_wrong_length((ends_on - data.starts_on).days)
    if ctx.session.execute(select(func.count()).select_from(ClosingDays)).scalar_one() >= MOST:
        raise Conflict("too_many_closing_days", N_("There are 60 entries already. Remove those that are over first."))
    row = ClosingDays(name=data.name, starts_on=data.starts_on, ends_on=ends_on)
    ctx.session.add(row)
    ctx.session.flush()
    audit.record(ctx, Act.CLOSING_DAYS_ADDED, row.id, starts_on=row.starts_on.isoformat(), ends_on=ends_on.isoformat())
    return row


def remove(ctx: Ctx, closing_days_id: str) -> None:
    """Take closing days back; NotFound if there are none of this id."""
    ctx.require(Permission.WRITE_COMPANY)
    own = col(ClosingDays.company_id) == ctx.company_id, col(ClosingDays.id) == closing_days_id
    if not ctx.session.execute(delete(ClosingDays).where(*own)).rowcount:  # type: ignore[attr-defined]
        raise NotFound
    audit.record(ctx, Act.CLOSING_DAYS_REMOVED, closing_days_id)


def _refuse_wrong_length(days: int) -> None:
    if days < 0:
        detail = N_("The last day is before the first day. Correct one of the two.")
        raise Invalid([FieldError("/ends_on", "ends_before_start", detail)])
    if days >= LONGEST:
        detail = N_("At most 92 days at once. Note a longer closure in several parts.")
        raise Invalid([FieldError("/ends_on", "too_long", detail)])
