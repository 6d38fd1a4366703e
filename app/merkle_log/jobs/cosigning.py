"""Asking the witnesses of a company's log to cosign its head.

Each witness is asked by itself, and what it said is stored before the next one. If one could not be asked, the job
fails at its end and is tried again; whoever has cosigned meanwhile is not asked twice.
"""

from typing import Any

from app.context import Ctx
from app.db import Scope
from app.evidence.witness import Submission
from app.integrations import witnesses
from app.integrations.outgoing import NotPublic, Outgoing, OutgoingError
from app.integrations.witnesses import Reply, Said, Witness
from app.jobs.handlers import Finish, JobContext, in_company
from app.logs import get_logger
from app.merkle_log.services import witnesses as kept
from app.merkle_log.services.witnesses import ALARMING, Failure

_LOG = get_logger()
_TRIED_AGAIN = frozenset({Failure.UNREACHABLE, Failure.BAD_ANSWER})
_FAILURES = {
    Said.UNKNOWN_LOG: Failure.UNKNOWN_LOG,
    Said.KEY_UNKNOWN: Failure.KEY_UNKNOWN,
    Said.INCONSISTENT: Failure.FORKED,
    Said.CONFLICT: Failure.BAD_ANSWER,
    Said.NONSENSE: Failure.BAD_ANSWER,
}


class NotCosigned(RuntimeError):
    """Some witness has to be asked again."""


async def have_cosigned(context: JobContext, job: Any, finish: Finish) -> None:
    """Ask every witness that has not cosigned the head yet; NotCosigned if one has to be asked again."""
    again = []
    for witness in witnesses.configured(context.settings):
        failure = await _ask(context, job, witness)
        if failure:
            level = _LOG.error if failure in ALARMING else _LOG.warning
            level("a witness did not cosign", company=job.for_company, witness=witness.name, failure=failure.value)
        if failure in _TRIED_AGAIN:
            again.append(f"{witness.name}: {failure}")
    if again:
        raise NotCosigned("; ".join(again))
    await context.db.write(Scope(job.for_company), finish, job)


async def _ask(context: JobContext, job: Any, witness: Witness) -> Failure | None:
    signer, outgoing = context.signer, Outgoing.of(context.settings)
    submission = await in_company(context, job, kept.head_to_cosign, signer, witness.name)
    if submission is None:
        return None
    try:
        reply = await witnesses.ask(outgoing, witness, submission)
        if reply.said is Said.CONFLICT and reply.size <= kept.head_size(submission) and reply.size != submission.old:
            submission = await in_company(context, job, kept.head_from, submission, reply.size)
            reply = await witnesses.ask(outgoing, witness, submission)
    except OutgoingError as error:
        _LOG.warning("a witness cannot be asked", witness=witness.name, error=str(error))
        failure = Failure.REFUSED_ADDRESS if isinstance(error, NotPublic) else Failure.UNREACHABLE
        return await in_company(context, job, kept.keep_failure, witness.name, failure)
    return await in_company(context, job, _keep, submission, witness, reply)


def _keep(ctx: Ctx, submission: Submission, witness: Witness, reply: Reply) -> Failure | None:
    if reply.said is Said.COSIGNED:
        return kept.keep_cosignature(ctx, submission, witness.verifier, reply.lines)
    if reply.said is not Said.CONFLICT:
        return kept.keep_failure(ctx, witness.name, _FAILURES[reply.said])
    # It saw more leaves than the log has now, or as many with another root: the log is an older or another one.
    failure = Failure.ROLLED_BACK if reply.size > kept.head_size(submission) else _FAILURES[reply.said]
    if reply.size == submission.old == kept.head_size(submission):
        failure = Failure.FORKED
    return kept.keep_failure(ctx, witness.name, failure, reply.size)
