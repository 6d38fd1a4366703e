"""The key of this installation: which one the logs are signed with, checkpoints, and its rotation.

The database knows the public half alone, so that another key than the one that signed so far is noticed at start.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from app.context import Ctx
from app.db.upsert import insert_new
from app.evidence.checkpoints import Checkpoint, sign_checkpoint
from app.evidence.errors import EvidenceError
from app.evidence.notes import Signer, open_note
from app.merkle_log.rows import log
from app.merkle_log.rules.leaf_type import LeafType
from app.merkle_log.services import evidence
from app.models import LogCheckpoint, LogKey
from app.rules.log_name import origin
from app.settings import ConfigurationError


def hold_to(session: Any, signer: Signer, now: datetime) -> None:
    """Store the public half of the key at the first start; ConfigurationError for another key ever after."""
    ours = signer.verifier.vkey()
    insert_new(session, LogKey, [{"public_key": ours, "since": now}], ["slot"])
    if session.get_one(LogKey, "now").public_key != ours:
        raise ConfigurationError(
            "SIGNING_KEY is not the key that signed the evidence so far: give that one back, "
            "or change keys with `portavoce evidence rotate`."
        )


def sign_head(ctx: Ctx, signer: Signer) -> str:
    """Return the signed note of the log as it stands, signing it if nobody asked for this size before."""
    return _checkpoint(ctx, [signer])


def rotate(ctx: Ctx, old: Signer, new: Signer) -> bool:
    """Have the company's log say that ``new`` follows ``old``, in a checkpoint that both sign. Twice is once.

    Return whether anything was written: a log that is empty, or says so already, stays as it is.
    """
    size = log.edge(ctx).size
    if not size or _signed_by(log.checkpoint(ctx, size), of_log(ctx, new)):
        return False
    keys = {"old": of_log(ctx, old).verifier.vkey(), "new": of_log(ctx, new).verifier.vkey()}
    evidence.append(ctx, LeafType.KEY_ROTATION, keys)
    _checkpoint(ctx, [old, new])
    return True


def replace_key(session: Any, old: Signer, new: Signer, now: datetime) -> None:
    """Make ``new`` the key that the service must start with."""
    session.execute(
        update(LogKey)
        .where(col(LogKey.public_key) == old.verifier.vkey())
        .values(public_key=new.verifier.vkey(), since=now)
    )


def of_log(ctx: Ctx, signer: Signer) -> Signer:
    """Return the key as that of the company's log: its name is part of every signature."""
    return replace(signer, name=origin(ctx.company_id))


def _checkpoint(ctx: Ctx, signers: list[Signer]) -> str:
    edge = log.edge(ctx)
    known = log.checkpoint(ctx, edge.size)
    if known is not None:
        return known
    first, *others = [of_log(ctx, signer) for signer in signers]
    checkpoint = Checkpoint(first.name, edge.size, edge.root())
    note = sign_checkpoint(checkpoint, first) + "".join(one.sign(checkpoint.text()).line() for one in others)
    row = {"size": edge.size, "note": note, "signed_at": ctx.now}
    insert_new(ctx.session, LogCheckpoint, [row], ["company_id", "size"])
    return log.checkpoint(ctx, edge.size) or note


def _signed_by(note: str | None, signer: Signer) -> bool:
    try:
        return note is not None and bool(open_note(note, [signer.verifier]))
    except EvidenceError:
        return False
