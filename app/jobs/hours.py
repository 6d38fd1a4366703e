"""Mails that wait: a job is put off while its recipient is not at work."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.context import Ctx
from app.db import NO_COMPANY, Scope
from app.jobs.handlers import Finish, Handler, JobContext, company_ctx
from app.jobs.loop import put_off
from app.jobs.mail import FactsOfEach, mail_to_each
from app.roster.calendar import work_calendar
from app.roster.placement import hours_of, is_absent
from app.rules.working_time import WorkingWindow
from app.rules.writing_hours import midnight, moment_to_write

WindowOf = Callable[..., WorkingWindow | None]

_OFFICE_HOURS = WorkingWindow()


def in_working_hours(handler: Handler, window_of: WindowOf) -> Handler:
    """Return a handler that puts the job off while it is outside ``window_of(ctx, **payload)``, or on a closed day.

    The moment was chosen when the mail was asked for; this holds it also after a night without a worker. Where there
    is no window there is no recipient, and the handler finds that out by itself.
    """

    async def handle(context: JobContext, job: Any, finish: Finish) -> None:
        until = await context.db.read(Scope(job.for_company), _moment, window_of, job)
        if until > datetime.now(UTC):
            await context.db.write(NO_COMPANY, put_off, job, until)
        else:
            await handler(context, job, finish)

    return handle


def to_readers(template: str, facts: FactsOfEach) -> Handler:
    """Return a handler that sends a mail to each of several people, in the working hours of each."""
    return in_working_hours(mail_to_each(template, facts), _window_of_reader)


def _window_of_reader(ctx: Ctx, to: str = "", **_payload: str) -> WorkingWindow | None:
    if not to:  # not split yet
        return None
    window = hours_of(ctx, to)
    return WorkingWindow.parse(window) if window else _OFFICE_HOURS


def _moment(session: Session, window_of: WindowOf, job: Any) -> datetime:
    ctx = company_ctx(session, job.for_company, job)
    window = window_of(ctx, **job.payload)
    if window is None:
        return ctx.now
    reader, start = job.payload.get("to"), ctx.now
    if reader and is_absent(ctx, reader):  # asked again every day: nobody has to say when they are back
        start = midnight(ctx.today + timedelta(days=1), ctx.company.zone)
    return moment_to_write(start, ctx.company.zone, window, work_calendar(ctx))
