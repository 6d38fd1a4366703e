"""Reading the evidence log."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col

from app.context import Ctx
from app.db.prepared import Prepared, in_company
from app.errors import NotFound
from app.evidence.leaves import parse_leaf
from app.evidence.notes import Verifier
from app.evidence.tree import Edge, Node
from app.models import LogCheckpoint, LogEvidence, LogHead, LogKey, LogLeaf, LogNode
from app.rules.log_name import origin

_CHUNK = 1024  # four bundles of entries

_HEAD = sa.select(col(LogHead.size), col(LogHead.edge)).where(in_company(LogHead))
_READ_HEAD = Prepared(_HEAD)
_HOLD_HEAD = Prepared(_HEAD.with_for_update())
_LEAF = Prepared(sa.select(col(LogLeaf.entry)).where(in_company(LogLeaf), col(LogLeaf.idx) == bindparam("idx")))
_FROM = sa.select(col(LogLeaf.idx), col(LogLeaf.entry), col(LogEvidence.salt), col(LogEvidence.private))
_LEAVES = Prepared(
    _FROM.outerjoin(LogEvidence, sa.and_(in_company(LogEvidence), col(LogEvidence.idx) == col(LogLeaf.idx)))
    .where(in_company(LogLeaf), col(LogLeaf.idx) >= bindparam("start"))
    .order_by(col(LogLeaf.idx))
    .limit(_CHUNK)
)
_CHECKPOINT = Prepared(
    sa.select(col(LogCheckpoint.note)).where(in_company(LogCheckpoint), col(LogCheckpoint.size) == bindparam("size"))
)
_CHECKPOINTS = Prepared(
    sa.select(col(LogCheckpoint.size), col(LogCheckpoint.note))
    .where(in_company(LogCheckpoint), col(LogCheckpoint.size) >= bindparam("start"))
    .order_by(col(LogCheckpoint.size))
    .limit(_CHUNK)
)


class Opened(NamedTuple):
    """A leaf, and what opens its commitment: nothing if it has none, or if that was erased."""

    idx: int
    entry: bytes
    salt: bytes | None
    private: str | None


def edge(ctx: Ctx) -> Edge:
    """Return how far the company's log reaches: nowhere if nothing was recorded yet."""
    return _edge(_READ_HEAD.one(ctx.session)) or Edge()


def held_edge(ctx: Ctx) -> Edge | None:
    """Return the same with the head locked until the transaction ends; None if the company has no head yet."""
    return _edge(_HOLD_HEAD.one(ctx.session))


def leaf(ctx: Ctx, index: int) -> bytes:
    """Return the bytes of one leaf, or raise NotFound."""
    row = _LEAF.one(ctx.session, idx=index)
    if row is None:
        raise NotFound
    return bytes(row.entry)


def opened(ctx: Ctx, subject_id: str, person_id: str | None = None) -> list[Opened]:
    """Return the leaves that record this row, the oldest first, each with its evidence.

    What is about a person (their acknowledgement, their question) is found with that person; a version or a posting
    without one. What was erased is not found.
    """
    wanted = _FROM.where(
        col(LogEvidence.company_id) == ctx.company_id,
        col(LogLeaf.company_id) == ctx.company_id,
        col(LogEvidence.idx) == col(LogLeaf.idx),
        col(LogEvidence.subject_id) == subject_id,
        col(LogEvidence.person_id) == person_id if person_id else col(LogEvidence.person_id).is_(None),
    )
    # Sorted here: asked for an order, SQLite without statistics takes the index that has it and reads the whole log.
    return sorted((Opened(*row) for row in ctx.session.execute(wanted)), key=lambda one: one.idx)


def about(ctx: Ctx, person_id: str) -> Sequence[Any]:
    """Return (idx, private) of all evidence about a person, the oldest first."""
    wanted = sa.select(col(LogEvidence.idx), col(LogEvidence.private)).where(col(LogEvidence.person_id) == person_id)
    return sorted(ctx.session.execute(wanted))


def nodes(ctx: Ctx, wanted: Sequence[Node]) -> Mapping[Node, bytes]:
    """Return the stored hashes of these subtrees; one that is not stored is missing.

    Each level is looked up by itself: asked for pairs of level and index, SQLite reads the company's whole log.
    """
    at_level: dict[int, list[int]] = {}
    for node in wanted:
        at_level.setdefault(node.level, []).append(node.index)
    parts = [
        sa.select(col(LogNode.level), col(LogNode.idx), col(LogNode.hash)).where(
            col(LogNode.company_id) == ctx.company_id, col(LogNode.level) == level, col(LogNode.idx).in_(places)
        )
        for level, places in at_level.items()
    ]
    found = ctx.session.execute(sa.union_all(*parts)) if parts else ()
    return {Node(level, idx): value for level, idx, value in found}


def node_count(ctx: Ctx) -> int:
    """Return how many subtrees are stored."""
    return ctx.session.scalar(sa.select(sa.func.count(col(LogNode.idx)))) or 0


def checkpoint(ctx: Ctx, size: int) -> str | None:
    """Return the signed note at this size, if it was ever asked for."""
    row = _CHECKPOINT.one(ctx.session, size=size)
    return str(row.note) if row else None


def every_checkpoint(ctx: Ctx) -> Iterator[str]:
    """Yield all signed notes, the smallest size first, a thousand read at a time."""
    start = 0
    while chunk := _CHECKPOINTS(ctx.session, start=start):
        yield from (row.note for row in chunk)
        start = chunk[-1].size + 1


def every_leaf(ctx: Ctx) -> Iterator[Opened]:
    """Yield all leaves in order, with what opens them, some thousand read at a time."""
    start = 0
    while chunk := leaves_from(ctx, start):
        yield from chunk
        start = chunk[-1].idx + 1


def leaves_from(ctx: Ctx, start: int) -> list[Opened]:
    """Return the next 1,024 leaves from this index on, with what opens them; fewer at the end of the log."""
    return [Opened(*row) for row in _LEAVES(ctx.session, start=start)]


def verifier(ctx: Ctx) -> Verifier | None:
    """Return the key that this installation signs the company's log with; None before its first start."""
    key = ctx.session.get(LogKey, "now")
    return replace(Verifier.from_vkey(key.public_key), name=origin(ctx.company_id)) if key else None


def policy_of(one: Opened) -> str:
    """Return the policy that a leaf names."""
    return str(parse_leaf(one.entry)["policy"])


def is_rotation(entry: bytes) -> bool:
    """Tell whether a leaf names a new key, without taking it apart."""
    return b'"type":"key_rotation"' in entry


def rotated(entry: bytes) -> tuple[str, str]:
    """Return the verifier keys before and after, as a leaf of a key rotation names them."""
    leaf = parse_leaf(entry)
    return leaf["old"], leaf["new"]


def _edge(row: Any) -> Edge | None:
    return row and Edge.from_bytes(row.size, row.edge)
