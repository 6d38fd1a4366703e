"""Being a witness: cosigning heads of other people's logs that continue what was cosigned before.

The rules and their order are those of C2SP tlog-witness, "add-checkpoint".
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import delete, update
from sqlmodel import col

from app.context import AccountCtx
from app.db.upsert import insert_new
from app.evidence.checkpoints import Checkpoint, open_checkpoint
from app.evidence.errors import EvidenceError
from app.evidence.notes import ED25519, Signer, Verifier, split_note
from app.evidence.tree import EMPTY_ROOT, verify_consistency
from app.evidence.witness import Submission
from app.merkle_log.rows import witnessed_logs
from app.models import WitnessedLog


class Outcome(StrEnum):
    """How a submission ends."""

    COSIGNED = "cosigned"
    MALFORMED = "malformed"
    UNKNOWN_LOG = "unknown_log"
    NOT_SIGNED = "not_signed"
    CONFLICT = "conflict"
    INCONSISTENT = "inconsistent"


class Answer(NamedTuple):
    """What the log is told: signature lines, the size that was cosigned last, or why not."""

    outcome: Outcome
    text: str


def cosign(ctx: AccountCtx, body: str, signer: Signer) -> Answer:
    """Judge a submission, and keep and cosign its checkpoint if it continues the head that was cosigned last."""
    try:
        submission = Submission.parse(body)
        text = split_note(submission.checkpoint).text
        checkpoint = Checkpoint.parse(text)
    except EvidenceError as error:
        return Answer(Outcome.MALFORMED, f"{error}\n")
    watched = witnessed_logs.known(ctx.session, checkpoint.origin)
    if watched is None:
        return Answer(Outcome.UNKNOWN_LOG, "This log is not watched here.\n")
    refusal = _refusal(watched, submission, checkpoint)
    if refusal:
        return refusal
    if not _advance(ctx, watched, submission, checkpoint):
        return _conflict(witnessed_logs.size(ctx.session, watched.origin))
    return Answer(Outcome.COSIGNED, signer.sign(text, int(ctx.now.timestamp())).line())


def watch(session: Any, vkey: str, now: datetime) -> bool:
    """Watch the log of this key from now on; return whether it was unknown before.

    A log that is watched already gets the key in place of its old one. What was seen of it stays.
    Raises EvidenceError for what is no key of a log.
    """
    verifier = Verifier.from_vkey(vkey)
    if verifier.type != ED25519:
        raise EvidenceError("vkey_type_unknown", "This is the key of a witness, not of a log.")
    row = {"origin": verifier.name, "vkey": vkey, "root": EMPTY_ROOT, "at": now}
    if insert_new(session, WitnessedLog, [row], ["origin"]):
        return True
    session.execute(update(WitnessedLog).where(col(WitnessedLog.origin) == verifier.name).values(vkey=vkey))
    return False


def forget(session: Any, vkey: str) -> bool:
    """Stop watching the log of this key, and forget what was seen of it; return whether it was watched."""
    gone = session.execute(delete(WitnessedLog).where(col(WitnessedLog.vkey) == vkey))
    return bool(gone.rowcount)


def _refusal(watched: WitnessedLog, submission: Submission, checkpoint: Checkpoint) -> Answer | None:
    try:
        open_checkpoint(submission.checkpoint, [Verifier.from_vkey(watched.vkey)])
    except EvidenceError as error:
        return Answer(Outcome.NOT_SIGNED, f"{error}\n")
    if submission.old > checkpoint.size:
        return Answer(Outcome.MALFORMED, "The old size is larger than the new one.\n")
    if submission.old != watched.size or (checkpoint.size == watched.size and checkpoint.root != watched.root):
        return _conflict(watched.size)
    try:
        _verify(watched, submission, checkpoint)
    except EvidenceError as error:
        return Answer(Outcome.INCONSISTENT, f"{error}\n")
    return None


def _verify(watched: WitnessedLog, submission: Submission, checkpoint: Checkpoint) -> None:
    if watched.size:
        verify_consistency(watched.size, checkpoint.size, watched.root, checkpoint.root, submission.path)
    elif submission.path:
        raise EvidenceError("path_length", "From an empty log there is nothing to prove.")


def _advance(ctx: AccountCtx, watched: WitnessedLog, submission: Submission, checkpoint: Checkpoint) -> bool:
    """Move the stored head, if it still is the one that was judged: of two at once one wins."""
    moved = ctx.session.execute(
        update(WitnessedLog)
        .where(
            col(WitnessedLog.origin) == watched.origin,
            col(WitnessedLog.size) == watched.size,
            col(WitnessedLog.root) == watched.root,
        )
        .values(size=checkpoint.size, root=checkpoint.root, note=submission.checkpoint, at=ctx.now)
        .execution_options(synchronize_session=False)
    )
    return bool(moved.rowcount)  # type: ignore[attr-defined]


def _conflict(size: int) -> Answer:
    return Answer(Outcome.CONFLICT, f"{size}\n")
