"""Having the head of a company's log dated by a time-stamp authority."""

from typing import Any

from app.db import Scope
from app.integrations import timestamps
from app.integrations.outgoing import NotPublic, Outgoing, OutgoingError
from app.integrations.timestamps import Authority, TimestampError
from app.jobs.handlers import Finish, JobContext, in_company
from app.merkle_log.services import witnesses as kept
from app.merkle_log.services.witnesses import Failure

_FAILURES = {
    "timestamp_malformed": Failure.BAD_ANSWER,
    "timestamp_rejected": Failure.REJECTED,
    "timestamp_of_something_else": Failure.OTHER_CONTENT,
    "timestamp_not_trusted": Failure.UNTRUSTED,
}


class NotDated(RuntimeError):
    """The authority has to be asked again."""


async def have_dated(context: JobContext, job: Any, finish: Finish) -> None:
    """Ask for a time stamp of the head if it has none; NotDated, once that is stored, if it was not given."""
    authority = timestamps.configured(context.settings)
    if authority:
        await _date(context, job, authority)
    await context.db.write(Scope(job.for_company), finish, job)


async def _date(context: JobContext, job: Any, authority: Authority) -> None:
    head = await in_company(context, job, kept.head_to_date, context.signer)
    if head is None:
        return
    try:
        token = await timestamps.ask(Outgoing.of(context.settings), authority, head.text.encode())
    except (OutgoingError, TimestampError) as error:
        failure = _failure(error)
        await in_company(context, job, kept.keep_timestamp, head, None, failure)
        raise NotDated(f"{failure}: {error}") from error
    await in_company(context, job, kept.keep_timestamp, head, token)


def _failure(error: OutgoingError | TimestampError) -> Failure:
    if isinstance(error, TimestampError):
        return _FAILURES[error.code]
    return Failure.REFUSED_ADDRESS if isinstance(error, NotPublic) else Failure.UNREACHABLE
