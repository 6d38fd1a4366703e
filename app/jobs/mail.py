"""Mails as jobs, one for each recipient: what befalls one mail befalls no other.

A mail is registered in worker.py as ``JobKind.X.value: mail("name", facts)``, where

    facts(ctx, **payload) -> Addressed | None            # (address, language, values)

runs inside a transaction and says who gets it. ``ctx`` is a Ctx of the job's company, or an AccountCtx for a job
without one; ``payload`` is what ``outbox.add`` was given. No address, no mail. Tokens are made there, when the mail
is composed, so that none lies about in a job.

Where several people are written to, it is ``mail_to_each("name", facts)``, and ``facts`` returns an Addressed for the
id of each of them. The first run splits the job into one for each; ``facts`` is asked again when that one runs, so
that nobody is written to who should not be any more.

``templates/mail/name.txt`` fills the blocks of ``templates/mail/layout.txt`` and ``layout.html`` in the language of
the recipient, with ``values``, ``company`` and ``public_url``.

A job that fails is tried again under the same Message-ID. A mail that the server refuses for good is not: its job is
dead at once and says with which status.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from anyio.to_thread import run_sync
from sqlalchemy.orm import Session

from app.context import AccountCtx, Ctx
from app.db import NO_COMPANY, Scope
from app.integrations.mail import Mail, Refused
from app.jobs.handlers import Finish, Handler, JobContext, company_ctx
from app.jobs.loop import give_up
from app.logs import get_logger
from app.platform import outbox
from app.platform.outbox import JobKind
from app.web.render import environment, plain_environment

Addressed = tuple[str, str, Mapping[str, Any]]
Facts = Callable[..., Addressed | None]
FactsOfEach = Callable[..., Mapping[str, Addressed]]

_LOG = get_logger()


def mail(template: str, facts: Facts) -> Handler:
    """Return a handler that sends ``templates/mail/<template>.txt`` to whoever ``facts`` names."""

    async def handle(context: JobContext, job: Any, finish: Finish) -> None:
        scope = Scope(job.for_company)
        addressed = await context.db.write(scope, _addressed, facts, job)
        if addressed is None:
            await context.db.write(scope, finish, job)
        else:
            written = await run_sync(compose, template, *addressed, context.settings.public_url)
            await deliver(context, job, finish, written)

    return handle


def mail_to_each(template: str, facts: FactsOfEach) -> Handler:
    """Return a handler that has ``templates/mail/<template>.txt`` sent to everybody whom ``facts`` names."""

    def of_one(ctx: Any, to: str, **payload: Any) -> Addressed | None:
        return facts(ctx, **payload).get(to)

    send_to_one = mail(template, of_one)

    async def handle(context: JobContext, job: Any, finish: Finish) -> None:
        if "to" in job.payload:
            await send_to_one(context, job, finish)
        else:
            await context.db.write(Scope(job.for_company), _split, facts, job, finish)

    return handle


def compose(template: str, address: str, language: str, values: Mapping[str, Any], public_url: str) -> Mail:
    """Return the mail as plain text and as HTML; in the text stands what a person typed, as typed."""
    known = {"company": "", **values, "public_url": public_url, "language": language}
    plain = plain_environment(language).get_template(f"mail/{template}.txt")
    shown = environment(language).get_template(f"mail/{template}.txt")
    subject = "".join(plain.blocks["subject"](plain.new_context(known)))
    text, html = plain.render(known, layout="mail/layout.txt"), shown.render(known, layout="mail/layout.html")
    return Mail(address, language, " ".join(subject.split()), f"{text.strip()}\n", html)


def message_id(job_id: str, recipient: str) -> str:
    """Return the same id at every try, another one for each recipient."""
    return str(uuid5(UUID(job_id), recipient))


async def deliver(context: JobContext, job: Any, finish: Finish, written: Mail) -> None:
    """Hand the mail over and end its job; one that is refused for good is given up, and its job says why."""
    try:
        await context.mail.send(written, message_id(job.id, written.recipient))
    except Refused as refused:
        if not refused.for_good:
            raise
        _LOG.warning("mail refused by the server", job=job.id, kind=job.kind, code=refused.code)
        await context.db.write(NO_COMPANY, give_up, job, str(refused))
    else:
        await context.db.write(NO_COMPANY, finish, job)


def _addressed(session: Session, facts: Facts, job: Any) -> Addressed | None:
    if job.for_company is None:
        return facts(AccountCtx(session, None, datetime.now(UTC), job.id), **job.payload)
    ctx = company_ctx(session, job.for_company, job)
    found = facts(ctx, **job.payload)
    return found and (*found[:2], {"company": ctx.company.name, **found[2]})


def _split(session: Session, facts: FactsOfEach, job: Any, finish: Finish) -> None:
    ctx: Ctx = company_ctx(session, job.for_company, job)
    readers = facts(ctx, **job.payload)
    outbox.add_each(ctx, JobKind(job.kind), [(ctx.now, {**job.payload, "to": reader}) for reader in readers])
    finish(session, job)
