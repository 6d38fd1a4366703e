"""Recomputing a company's log from its rows."""

from collections.abc import Iterable, Iterator
from typing import Any

from app.context import Ctx
from app.evidence.errors import EvidenceError
from app.evidence.fsck import Broken, StoredLog, fsck
from app.evidence.leaves import commitment, parse_leaf
from app.evidence.notes import Verifier
from app.merkle_log.rows import log
from app.merkle_log.rows.log import Opened
from app.rules.log_name import origin


def recompute(ctx: Ctx) -> int:
    """Recompute leaves, nodes, head, checkpoints and commitments, and return the size of the log.

    Raises Broken, which names the first index that is wrong. To be read in one snapshot.
    """
    commitments = _Commitments()
    found, size = [], 0
    try:
        size = fsck(_stored(ctx, commitments)).size
    except EvidenceError as error:
        found.append(error if isinstance(error, Broken) else Broken(error.code, 0, str(error)))
    found += commitments.broken()
    if found:
        raise min(found, key=lambda broken: broken.index)
    return size


def _stored(ctx: Ctx, commitments: "_Commitments") -> StoredLog:
    return StoredLog(
        origin=origin(ctx.company_id),
        leaves=commitments.passing(log.every_leaf(ctx)),
        read=lambda wanted: log.nodes(ctx, wanted),
        node_count=log.node_count(ctx),
        head=log.edge(ctx),
        checkpoints=log.every_checkpoint(ctx),
        verifiers=_keys(ctx),
    )


def _keys(ctx: Ctx) -> list[Verifier]:
    """Return the keys the log was ever signed with: the present one, and those that a rotation names."""
    present = log.verifier(ctx)
    keys = {present} if present else set()
    for one in log.every_leaf(ctx):
        if log.is_rotation(one.entry):
            keys |= {Verifier.from_vkey(vkey) for vkey in log.rotated(one.entry)}
    return list(keys)


class _Commitments:
    """Looks at the evidence behind each leaf while the leaves pass by.

    Evidence may be missing only where a later leaf says that it was erased.
    """

    def __init__(self) -> None:
        self._gone: set[int] = set()
        self._wrong: list[Broken] = []

    def passing(self, leaves: Iterable[Opened]) -> Iterator[tuple[int, bytes]]:
        """Yield index and bytes of each leaf."""
        for one in leaves:
            if not self._wrong:
                self._look_at(one)
            yield one.idx, one.entry

    def broken(self) -> list[Broken]:
        """Return what is wrong with the evidence, once all leaves have passed."""
        return [
            *self._wrong,
            *(Broken("evidence_missing", index, "Its evidence is gone, and not by erasure.") for index in self._gone),
        ]

    def _look_at(self, one: Opened) -> None:
        try:
            leaf = parse_leaf(one.entry)
        except EvidenceError as error:
            self._wrong.append(Broken(error.code, one.idx, str(error)))
            return
        if leaf["type"] == "erasure":
            self._gone.discard(leaf.get("index", -1))
        if one.private is None and "commitment" in leaf:
            self._gone.add(one.idx)
        elif _opened(one) != leaf.get("commitment"):
            self._wrong.append(Broken("evidence_differs", one.idx, "Its evidence is not what the leaf commits to."))


def _opened(one: Opened) -> Any:
    return commitment(one.salt, one.private) if one.salt is not None and one.private is not None else None
