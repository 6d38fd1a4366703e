"""Telling payroll: months are closed for ever, and the company says once how its program wants the hours."""

from datetime import date

from sqlalchemy import select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.db.upsert import insert_new
from app.errors import Conflict
from app.models import PayrollMapping, PayrollMonth
from app.platform import audit
from app.platform.audit import Act
from app.training.rules.hours import month_of, written_month
from app.training.schemas.hours import PayrollMappingIn
from app.wording import N_


def close(ctx: Ctx, month: date) -> PayrollMonth:
    """Close a month, so that what comes later is booked into the next one. Closing it twice is closing it once.

    Whatever is being booked into it just now is waited for. Conflict ``month_not_over``.
    """
    ctx.require_names(Permission.WRITE_HOURS)
    if month >= month_of(ctx.today):
        detail = N_("This month is not over yet. Close it when its last day has passed.")
        raise Conflict("month_not_over", detail)
    insert_new(ctx.session, PayrollMonth, [{"month": month}], ("company_id", "month"))
    wanted = select(PayrollMonth).where(col(PayrollMonth.month) == month)
    found = ctx.session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).one()
    if found.closed_at is None:
        found.closed_at, found.closed_by = ctx.now, ctx.actor.id
        audit.record(ctx, Act.MONTH_CLOSED, written_month(month))
    return found


def map_codes(ctx: Ctx, data: PayrollMappingIn) -> PayrollMapping:
    """Save how the payroll program wants hours, in place of what was saved before."""
    ctx.require_names(Permission.WRITE_HOURS)
    wanted = data.model_dump()
    insert_new(ctx.session, PayrollMapping, [dict(wanted)], ("company_id",))
    found = ctx.session.scalars(select(PayrollMapping).with_for_update()).one()
    for name, value in wanted.items():
        setattr(found, name, value)
    audit.record(ctx, Act.PAYROLL_MAPPED, ctx.company_id, **wanted)
    return found
