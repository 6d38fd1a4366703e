"""The company's working calendar: its country's holidays and its own closing days."""

from sqlalchemy import select
from sqlmodel import col

from app.context import Ctx
from app.models import ClosingDays, Company
from app.rules.work_calendar import WorkCalendar


def work_calendar(ctx: Ctx) -> WorkCalendar:
    """Return the calendar that reminders and mails keep to."""
    country = ctx.session.execute(select(col(Company.country)).where(col(Company.id) == ctx.company_id)).scalar_one()
    closings = ctx.session.execute(select(col(ClosingDays.starts_on), col(ClosingDays.ends_on)))
    return WorkCalendar(country, frozenset((first, last) for first, last in closings))
