"""Mails as jobs.

A mail is registered in jobs/__init__.py as ``JobKind.X.value: mail("name", facts_fn)``, where

    facts_fn(ctx, **payload) -> Iterable[Addressed]      # (recipient, language, values)

runs inside a transaction and says who gets it. ``ctx`` is a Ctx of the job's company, or an AccountCtx for a job
without one; ``payload`` is what ``outbox.add`` was given. No recipient, no mail. Tokens are made there, when the
mail is composed, so that none lies about in a job.

``templates/mail/name.txt`` is rendered once per recipient, in their language, with ``values`` and ``public_url``.
Its first line is the subject. Texts go through ``{{ _("…") }}``, as a line that ends in a ``{% tag %}`` loses its
end.

A job that fails is tried again and addresses everybody again, each under the same Message-ID. An address that the
mail server refuses for good is noted and passed over, so that one wrong address does not double everybody's mail.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from anyio.to_thread import run_sync
from sqlalchemy.orm import Session

from app.context import AccountCtx
from app.db import Scope
from app.integrations.mail import Mail, Refused
from app.jobs.work import Finish, Handler, JobContext, company_ctx
from app.logs import get_logger
from app.web.render import environment

Addressed = tuple[str, str, Mapping[str, Any]]
Facts = Callable[..., Iterable[Addressed]]

_LOG = get_logger()


def mail(template: str, facts: Facts) -> Handler:
    """Return a handler that sends ``templates/mail/<template>.txt`` to everybody whom ``facts`` names."""

    async def handle(context: JobContext, job: Any, finish: Finish) -> None:
        scope = Scope(job.for_company)
        for recipient, language, values in await context.db.write(scope, _addressed, facts, job):
            known = {**values, "public_url": context.settings.public_url}
            written = await run_sync(compose, template, recipient, language, known)
            await send(context, job, written)
        await context.db.write(scope, finish, job)

    return handle


def compose(template: str, recipient: str, language: str, values: Mapping[str, Any]) -> Mail:
    """Return the mail as plain text: what a person typed stands in it as typed, so nothing is escaped."""
    plain = environment(language).overlay(autoescape=False)
    subject, _, text = plain.get_template(f"mail/{template}.txt").render(values).partition("\n")
    return Mail(recipient, " ".join(subject.split()), f"{text.strip()}\n")


def message_id(job_id: str, recipient: str) -> str:
    """Return the same id at every try, another one for each recipient."""
    return str(uuid5(UUID(job_id), recipient))


async def send(context: JobContext, job: Any, written: Mail) -> None:
    """Hand the mail over; an address that is refused for good is noted and passed over."""
    try:
        await context.mail.send(written, message_id(job.id, written.recipient))
    except Refused as refused:
        if not refused.for_good:
            raise
        _LOG.warning("mail refused by the server", job=job.id, kind=job.kind, code=refused.code)


def _addressed(session: Session, facts: Facts, job: Any) -> list[Addressed]:
    if job.for_company is None:
        ctx: Any = AccountCtx(session, None, datetime.now(UTC), job.id)
    else:
        ctx = company_ctx(session, job.for_company, job)
    return list(facts(ctx, **job.payload))
