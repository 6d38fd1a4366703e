"""The evidence log: each recorded act becomes a leaf, in the transaction of the act.

The head of the company's log is locked from here to the commit: an act appends as the last thing it does, so that
acts of one company wait for each other as briefly as possible and cannot deadlock.
"""

import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, update
from sqlmodel import col

from app.context import Ctx
from app.db.prepared import Prepared, PreparedInsert, PreparedRows, in_company
from app.evidence.leaves import canonical_json, commitment, leaf_bytes
from app.evidence.tree import EMPTY_ROOT, Edge, leaf_hash
from app.merkle_log.rows import log
from app.merkle_log.rules.leaf_type import NOT_COLLECTED, LeafType
from app.models import LogEvidence, LogHead, LogLeaf, LogNode
from app.rules.instants import canonical
from app.rules.log_name import origin

_SALT_BYTES = 32
_BEGIN = PreparedInsert(LogHead, unless=["company_id"])
_LEAF = PreparedInsert(LogLeaf)
_NODES = PreparedRows(LogNode)
_EVIDENCE = PreparedInsert(LogEvidence)
_ADVANCE = Prepared(
    update(LogHead)
    .where(in_company(LogHead))
    .values(
        size=bindparam("new_size"), edge=bindparam("new_edge"), root=bindparam("new_root"), updated_at=bindparam("now")
    )
)


class Private(NamedTuple):
    """What a leaf only commits to: facts that name people, the row they are about, and the person if there is one."""

    facts: Mapping[str, Any]
    subject_id: str
    person_id: str | None = None


def append(ctx: Ctx, leaf_type: LeafType, facts: Mapping[str, Any], private: Private | None = None) -> int:
    """Append a leaf with these facts, none of them personal, and return its index.

    ``private`` is kept beside, to be erased if need be; the leaf commits to it.
    """
    edge = _held(ctx)
    leaf = {"type": leaf_type.value, "log": origin(ctx.company_id), "at": canonical(ctx.now), **facts}
    salt, text = secrets.token_bytes(_SALT_BYTES), ""
    if private:
        text = canonical_json({name: _said(value) for name, value in private.facts.items()})
        leaf["commitment"] = commitment(salt, text)
    entry = leaf_bytes(leaf)
    grown, completed = edge.append(leaf_hash(entry))
    _LEAF(ctx.session, idx=edge.size, entry=entry)
    _NODES(ctx.session, [{"level": node.level, "idx": node.index, "hash": value} for node, value in completed])
    if private:
        about = {"subject_id": private.subject_id, "person_id": private.person_id}
        _EVIDENCE(ctx.session, idx=edge.size, salt=salt, private=text, **about)
    _ADVANCE(ctx.session, new_size=grown.size, new_edge=grown.to_bytes(), new_root=grown.root(), now=ctx.now)
    return edge.size


def forget(ctx: Ctx, person_id: str) -> None:
    """Delete the salts and texts about a person: what the leaves commit to can be tied to nobody any more."""
    own = col(LogEvidence.company_id) == ctx.company_id
    ctx.session.execute(delete(LogEvidence).where(own, col(LogEvidence.person_id) == person_id))


def _held(ctx: Ctx) -> Edge:
    edge = log.held_edge(ctx)
    if edge is None:
        _BEGIN(ctx.session, size=0, edge=b"", root=EMPTY_ROOT, updated_at=ctx.now)
        edge = log.held_edge(ctx)
    return edge or Edge()


def _said(value: Any) -> Any:
    """Evidence leaves no blanks: a value, or that it was not collected."""
    return NOT_COLLECTED if value is None else value
