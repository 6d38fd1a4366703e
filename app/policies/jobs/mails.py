"""To whom the mails about policies go, what they say, and that they wait for working hours.

A mail is sent only if it still makes sense at that moment: nobody is reminded of what they acknowledged meanwhile,
and nobody who left is written to.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any

from sqlalchemy.orm import Session

from app.context import Ctx
from app.db import NO_COMPANY, Scope
from app.jobs.loop import put_off
from app.jobs.mail import Addressed
from app.jobs.work import Finish, Handler, JobContext, company_ctx
from app.policies.queries import notices
from app.policies.rules import text as policy_text
from app.policies.rules.assignment import PENDING, AssignmentState
from app.policies.rules.reminders import moment_to_write
from app.rules.working_time import WorkingWindow

WindowOf = Callable[..., WorkingWindow | None]

_OFFICE_HOURS = WorkingWindow()
_minutes = lru_cache(maxsize=64)(policy_text.reading_minutes)


def in_working_hours(handler: Handler, window_of: WindowOf) -> Handler:
    """Return a handler that puts the job off while it is outside ``window_of(ctx, **payload)``.

    Its moment was chosen when the mail was asked for; this holds it also after a night without a worker. Where there
    is no window there is nobody to write to, and the handler finds that out by itself.
    """

    async def handle(context: JobContext, job: Any, finish: Finish) -> None:
        until = await context.db.read(Scope(job.for_company), _moment, window_of, job)
        if until > datetime.now(UTC):
            await context.db.write(NO_COMPANY, put_off, job, until)
        else:
            await handler(context, job, finish)

    return handle


def window_of_person(ctx: Ctx, assignment_id: str) -> WorkingWindow | None:
    """Return when the person works whom this assignment concerns."""
    row = notices.of_assignment(ctx, assignment_id)
    return WorkingWindow.parse(row.working_window) if row else None


def office_hours(_ctx: Ctx, **_payload: str) -> WorkingWindow:
    """Return the usual hours of an office: when HR is written to."""
    return _OFFICE_HOURS


def published(ctx: Ctx, assignment_id: str) -> Iterator[Addressed]:
    """Address whoever still has to answer: there is something to read."""
    yield from _pending(ctx, assignment_id)


def reminder(ctx: Ctx, assignment_id: str) -> Iterator[Addressed]:
    """Address whoever still has to answer: it is still to be read."""
    yield from _pending(ctx, assignment_id)


def answer(ctx: Ctx, assignment_id: str) -> Iterator[Addressed]:
    """Address whoever asked a question, with what HR replied."""
    row = notices.of_assignment(ctx, assignment_id)
    if row and row.email and row.reply:
        yield row.email, row.language, {**_about(ctx, row), "question": row.note, "reply": row.reply}


def question(ctx: Ctx, assignment_id: str) -> Iterator[Addressed]:
    """Address HR: somebody has a question, or does not agree. Not if it has been resolved meanwhile."""
    row = notices.of_assignment(ctx, assignment_id)
    if row and row.state in {AssignmentState.QUESTION, AssignmentState.DECLINED}:
        declined = row.state is AssignmentState.DECLINED
        for reader in notices.personnel_office(ctx):
            title = notices.text(ctx, row.version_id, reader.language).title
            facts = {"name": reader.name, "person": row.name, "title": title, "note": row.note, "declined": declined}
            yield reader.email, reader.language, facts


def escalation(ctx: Ctx, version_id: str) -> Iterator[Addressed]:
    """Address HR: these many have not answered in time. Nobody, if all of them have by now."""
    people = notices.overdue(ctx, version_id)
    for reader in notices.personnel_office(ctx) if people else ():
        title = notices.text(ctx, version_id, reader.language).title
        yield (
            reader.email,
            reader.language,
            {"name": reader.name, "title": title, "people": people, "version_id": version_id},
        )


def _pending(ctx: Ctx, assignment_id: str) -> Iterator[Addressed]:
    row = notices.of_assignment(ctx, assignment_id)
    if row and row.email and row.state in PENDING:
        yield row.email, row.language, {**_about(ctx, row), "due_on": row.due_on, "late": row.due_on < ctx.today}


def _about(ctx: Ctx, row: Any) -> dict[str, Any]:
    text = notices.text(ctx, row.version_id, row.language)
    return {
        "name": row.name,
        "company": ctx.company.name,
        "title": text.title,
        "policy_id": text.policy_id,
        "minutes": partial(_minutes, text.body),  # taking it apart has no place in the transaction
    }


def _moment(session: Session, window_of: WindowOf, job: Any) -> datetime:
    ctx = company_ctx(session, job.for_company, job)
    window = window_of(ctx, **job.payload)
    return ctx.now if window is None else moment_to_write(ctx.now, ctx.company.zone, window)
