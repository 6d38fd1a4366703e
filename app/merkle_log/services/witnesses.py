"""Having the company's log cosigned and dated by others: what to send them, and keeping what they said.

What they refuse is kept as well, to be shown. Who speaks to them is jobs.
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import update
from sqlmodel import col

from app.context import Ctx
from app.db.upsert import insert_new
from app.evidence.checkpoints import Checkpoint, open_checkpoint
from app.evidence.errors import EvidenceError
from app.evidence.notes import Signer, Verifier, split_note
from app.evidence.tree import consistency_path
from app.evidence.witness import Submission
from app.merkle_log.rows import log, witnesses
from app.merkle_log.services import log_key
from app.models import LogCosignature, LogTimestamp, LogWitnessState
from app.wording import N_, Worded

_CLOCKS_DIFFER_BY = timedelta(hours=1)


class Failure(Worded):
    """Why a witness did not cosign, or an authority did not date. docs/evidence/witnesses.md explains each."""

    UNREACHABLE = "unreachable", N_("It did not answer; it is asked again by itself.")
    REFUSED_ADDRESS = (
        "refused_address",
        N_("Its address leads into a private network: allow that in the settings if it is meant."),
    )
    BAD_ANSWER = (
        "bad_answer",
        N_("Its answer cannot be used; it is asked again by itself. Compare its key in the settings."),
    )
    UNKNOWN_LOG = "unknown_log", N_("It does not watch this log yet: give it the key of the log.")
    KEY_UNKNOWN = "key_unknown", N_("It knows this log under another key: give it the present one.")
    FORKED = "forked", N_("The log does not continue what it saw: the history was changed. Check the whole log.")
    ROLLED_BACK = (
        "rolled_back",
        N_("It saw a longer log than there is now: an older backup was restored. Find the newer one."),
    )
    UNTRUSTED = (
        "untrusted",
        N_("No trusted authority issued this time stamp: compare the trusted roots in the settings."),
    )
    OTHER_CONTENT = "other_content", N_("The time stamp is over something else: ask the authority.")
    REJECTED = "rejected", N_("The authority gave no time stamp: ask it why.")


# Our own history is in question: report it, a retry does not help.
ALARMING = frozenset({Failure.FORKED, Failure.ROLLED_BACK})


class Head(NamedTuple):
    """The log as it stands, signed."""

    size: int
    note: str

    @property
    def text(self) -> str:
        return split_note(self.note).text


def head_to_cosign(ctx: Ctx, signer: Signer, witness: str) -> Submission | None:
    """Return what a witness is to be sent; None if the log is empty or this head is cosigned already."""
    head = _head(ctx, signer)
    if not head.size or witnesses.is_cosigned(ctx, head.size, witness):
        return None
    seen = witnesses.size_seen(ctx, witness)
    return _submission(ctx, head, seen if seen <= head.size else 0)


def head_from(ctx: Ctx, submission: Submission, size: int) -> Submission:
    """Return the same head with the proof from another size, which is not larger."""
    return _submission(ctx, Head(head_size(submission), submission.checkpoint), size)


def head_size(submission: Submission) -> int:
    """Return the size of the head that a submission holds."""
    return Checkpoint.parse(split_note(submission.checkpoint).text).size


def keep_cosignature(ctx: Ctx, submission: Submission, witness: Verifier, lines: str) -> Failure | None:
    """Store a cosignature once it is verified; return why it cannot be, which is then stored instead."""
    size = head_size(submission)
    try:
        _, signed = open_checkpoint(submission.checkpoint + lines, [witness])
        at = datetime.fromtimestamp(signed[0].at or 0, UTC)
    except (EvidenceError, ValueError, OverflowError, OSError):
        return keep_failure(ctx, witness.name, Failure.BAD_ANSWER)
    if abs(at - ctx.now) > _CLOCKS_DIFFER_BY:
        return keep_failure(ctx, witness.name, Failure.BAD_ANSWER)
    row = {"size": size, "witness": witness.name, "line": _own_line(submission.checkpoint + lines, witness), "at": at}
    insert_new(ctx.session, LogCosignature, [row], ["company_id", "size", "witness"])
    _keep_state(ctx, witness.name, size, None)
    return None


def keep_failure(ctx: Ctx, witness: str, failure: Failure, size: int | None = None) -> Failure:
    """Store why a witness did not cosign, and the size that it saw last if it told."""
    _keep_state(ctx, witness, witnesses.size_seen(ctx, witness) if size is None else size, failure)
    return failure


def head_to_date(ctx: Ctx, signer: Signer) -> Head | None:
    """Return the head that is to get a time stamp; None if the log is empty or this head has one."""
    head = _head(ctx, signer)
    return None if not head.size or witnesses.is_timestamped(ctx, head.size) else head


def keep_timestamp(ctx: Ctx, head: Head, token: bytes | None, failure: Failure | None = None) -> None:
    """Store a verified token for this day, or why there is none; a token takes the place of a failure."""
    key = {"size": head.size, "day": ctx.now.date()}
    said = {"token": token, "failure": failure.value if failure else "", "at": ctx.now}
    if insert_new(ctx.session, LogTimestamp, [{**key, **said}], ["company_id", "size", "day"]):
        return
    ctx.session.execute(
        update(LogTimestamp)
        .where(
            col(LogTimestamp.company_id) == ctx.company_id,
            col(LogTimestamp.size) == head.size,
            col(LogTimestamp.day) == key["day"],
            col(LogTimestamp.token).is_(None),
        )
        .values(said)
    )


def _head(ctx: Ctx, signer: Signer) -> Head:
    note = log_key.sign_head(ctx, signer)
    return Head(Checkpoint.parse(split_note(note).text).size, note)


def _submission(ctx: Ctx, head: Head, old: int) -> Submission:
    path = consistency_path(old, head.size, lambda wanted: log.nodes(ctx, wanted)) if old else []
    return Submission(old, tuple(path), head.note)


def _own_line(note: str, witness: Verifier) -> str:
    signatures = split_note(note).signatures
    return next(one.line() for one in signatures if (one.name, one.key_id) == (witness.name, witness.key_id))


def _keep_state(ctx: Ctx, witness: str, size: int, failure: Failure | None) -> None:
    said = {"size": size, "failure": failure.value if failure else "", "at": ctx.now}
    if insert_new(ctx.session, LogWitnessState, [{"witness": witness, **said}], ["company_id", "witness"]):
        return
    ctx.session.execute(
        update(LogWitnessState)
        .where(col(LogWitnessState.company_id) == ctx.company_id, col(LogWitnessState.witness) == witness)
        .values(said)
    )
