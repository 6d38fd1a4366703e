"""What a job is given, and the two shapes a job has: a service verb, or a mail."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.access import work
from app.authz import System
from app.context import Ctx
from app.db import Database, Scope
from app.evidence.notes import Signer
from app.integrations.mail import MailSender
from app.settings import Settings

T = TypeVar("T")
Finish = Callable[[Session, Any], None]
Handler = Callable[["JobContext", Any, Finish], Awaitable[None]]
Handlers = dict[str, Handler]


@dataclass(frozen=True, slots=True)
class JobContext:
    db: Database
    settings: Settings
    mail: MailSender
    signer: Signer


def company_ctx(session: Session, company_id: str, job: Any) -> Ctx:
    """Return the context in which the service itself acts in a company."""
    return work.context(session, System(job.kind), company_id, job.id, datetime.now(UTC))


async def in_company(context: JobContext, job: Any, fn: Callable[..., T], *args: Any) -> T:
    """Run a service function in a transaction of its own, in the company of a job that takes several of them."""

    def act(session: Session) -> T:
        return fn(company_ctx(session, job.for_company, job), *args)

    return await context.db.write(Scope(job.for_company), act)


def of_account(fn: Callable[[Session, str], None]) -> Handler:
    """Return a handler that calls a service function in the scope of an account and ends the job with it."""

    async def handle(context: JobContext, job: Any, finish: Finish) -> None:
        account_id = job.payload["account_id"]

        def act(session: Session) -> None:
            fn(session, account_id)
            finish(session, job)

        await context.db.write(Scope(account_id=account_id), act)

    return handle


def verb(fn: Callable[..., Any]) -> Handler:
    """Return a handler that calls a service function with the payload and ends the job in the same transaction."""

    async def handle(context: JobContext, job: Any, finish: Finish) -> None:
        def act(session: Session) -> None:
            fn(company_ctx(session, job.for_company, job), **job.payload)
            finish(session, job)

        await context.db.write(Scope(job.for_company), act)

    return handle
