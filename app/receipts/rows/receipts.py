"""What proves a recorded act: its entry in the log, the checkpoint that covers it, and both put together."""

from typing import Any, NamedTuple, TypedDict

import sqlalchemy as sa
from sqlmodel import col, select

from app.context import Ctx
from app.errors import NotFound
from app.evidence import receipts
from app.evidence.leaves import parse_leaf, read_json
from app.evidence.proofs import Proof
from app.evidence.receipts import Publication
from app.evidence.tree import inclusion_path
from app.merkle_log.rows import log
from app.merkle_log.rows.log import Opened
from app.merkle_log.rules.leaf_type import LeafType
from app.models import LogCheckpoint, LogCosignature, LogKey, LogTimestamp
from app.wording import N_


class Facts(TypedDict, total=False):
    """What a receipt prints in words; a part that is not named stays empty.

    ``language`` and ``statement`` are named only where somebody confirmed a sentence.
    """

    title: str
    label: str
    language: str
    statement: str


class Subject(NamedTuple):
    """The act that a receipt is about: the kind of leaf, the row that it recorded, and what the receipt prints.

    ``published`` is the version whose publication the receipt shows, if the act is about one.
    """

    kind: LeafType
    id: str
    facts: Facts
    person_id: str | None = None
    published: str | None = None


class Signed(NamedTuple):
    """A checkpoint of the log: its note, with the lines of witnesses if they are wanted, and a time stamp if any."""

    size: int
    note: str
    timestamp: bytes | None = None


def entry(ctx: Ctx, subject: Subject) -> Opened:
    """Return the first leaf of this kind that recorded it; NotFound ``no_receipt`` for what is not in the log."""
    for one in log.opened(ctx, subject.id, subject.person_id):
        if parse_leaf(one.entry)["type"] == subject.kind:
            return one
    raise NotFound("no_receipt", N_("There is no receipt of this, as the evidence log does not have it."))


def covering(ctx: Ctx, index: int, *, alone: bool) -> Signed | None:
    """Return a checkpoint that covers this leaf, signed with the present key; None if none was signed yet.

    It is the first one, which never changes: what was sent once can be sent again letter by letter. Unless it is to
    stand ``alone``, the first with a witness or a time stamp is preferred, and their statements come with it.
    """
    proven = sa.or_(_exists(LogCosignature), _exists(LogTimestamp, col(LogTimestamp.token).is_not(None)))
    since = select(col(LogKey.since)).scalar_subquery()
    wanted: Any = sa.select(col(LogCheckpoint.size), col(LogCheckpoint.note)).where(
        col(LogCheckpoint.size) > index,
        col(LogCheckpoint.signed_at) >= sa.func.coalesce(since, col(LogCheckpoint.signed_at)),
    )
    preferred = [] if alone else [sa.case((proven, 0), else_=1)]
    row = ctx.session.execute(wanted.order_by(*preferred, col(LogCheckpoint.size)).limit(1)).first()
    if row is None:
        return None
    return Signed(row.size, row.note) if alone else witnessed(ctx, row.size, row.note)


def witnessed(ctx: Ctx, size: int, note: str) -> Signed:
    """Return a checkpoint with all that others said of it."""
    lines = select(col(LogCosignature.line)).where(col(LogCosignature.size) == size)
    tokens = select(col(LogTimestamp.token)).where(col(LogTimestamp.size) == size, col(LogTimestamp.token).is_not(None))
    cosigned = [f"{line.rstrip()}\n" for line in ctx.session.scalars(lines.order_by(col(LogCosignature.witness)))]
    token = ctx.session.scalars(tokens.order_by(col(LogTimestamp.day)).limit(1)).first()
    return Signed(size, note + "".join(cosigned), token)


def build(ctx: Ctx, subject: Subject, recorded: Opened, signed: Signed, vkey: str) -> dict[str, Any]:
    """Put the receipt together (docs/evidence/specification.md, "Receipt")."""
    path, printed = _path(ctx, recorded.idx, signed.size), subject.facts
    return receipts.build(
        title=printed.get("title", ""),
        label=printed.get("label", ""),
        language=printed.get("language", ""),
        statement=printed.get("statement", ""),
        evidence=read_json(recorded.private or ""),
        salt=recorded.salt or b"",
        leaf=parse_leaf(recorded.entry),
        proof=Proof(recorded.idx, tuple(path), signed.note).text(),
        published=_publication(ctx, subject.published, recorded.idx, signed.size) if subject.published else None,
        vkey=vkey,
        timestamp=signed.timestamp,
    )


def _publication(ctx: Ctx, version_id: str, before: int, size: int) -> Publication | None:
    for one in log.opened(ctx, version_id):
        leaf = parse_leaf(one.entry)
        if leaf["type"] == LeafType.VERSION_PUBLISHED and one.idx < before:
            return Publication(leaf, one.idx, _path(ctx, one.idx, size))
    return None


def _path(ctx: Ctx, index: int, size: int) -> list[bytes]:
    return inclusion_path(index, size, lambda wanted: log.nodes(ctx, wanted))


def _exists(model: Any, *conditions: Any) -> Any:
    same = (model.company_id == LogCheckpoint.company_id, model.size == LogCheckpoint.size)
    return sa.exists().where(*same, *conditions)
