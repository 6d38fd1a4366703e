"""Recomputes a stored log from its leaves and names the first place where the store says something else."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from app.evidence.checkpoints import Checkpoint, open_checkpoint
from app.evidence.errors import EvidenceError
from app.evidence.notes import Verifier
from app.evidence.tree import Edge, Node, ReadNodes, leaf_hash

BATCH = 1024


class Broken(EvidenceError):
    """The stored log is wrong from `index` on: the first leaf that is wrong itself or lies under a wrong hash."""

    def __init__(self, code: str, index: int, message: str) -> None:
        super().__init__(code, message)
        self.index = index


@dataclass(frozen=True)
class StoredLog:
    """What a store holds of one log. Leaves come with their index and checkpoints are notes, both in order of size.

    `read` answers for stored nodes, a few thousand at a time; `node_count` is how many there are; `head` is the
    stored right edge. `verifiers` are the keys of the log, of all times.
    """

    origin: str
    leaves: Iterable[tuple[int, bytes]]
    read: ReadNodes
    node_count: int
    head: Edge
    checkpoints: Iterable[str]
    verifiers: Sequence[Verifier]


def fsck(log: StoredLog) -> Edge:
    """Recompute everything, in memory that does not grow with the log, and return the recomputed edge.

    Raises Broken with `leaf_missing`, `leaf_differs` (leaf and leaf hash do not fit), `node_missing`,
    `node_differs`, `node_surplus`, `checkpoint_differs`, `checkpoint_beyond`, `head_differs`, or what reading a
    checkpoint raises.
    """
    edge, leaves, checkpoints = Edge(), iter(log.leaves), _Checkpoints(log)
    checkpoints.compare(edge)
    while batch := list(islice(leaves, BATCH)):
        unbroken = [data for _, (_, data) in takewhile(lambda one: one[0] == one[1][0], enumerate(batch, edge.size))]
        edges = _grow(edge, unbroken, log.read)
        for edge in edges:
            checkpoints.compare(edge)
        if len(unbroken) < len(batch):
            raise Broken("leaf_missing", edge.size, f"Leaf {edge.size} is missing or stands twice.")
    checkpoints.demand_none_beyond(edge)
    _compare_ends(log, edge)
    return edge


def _grow(edge: Edge, leaves: Sequence[bytes], read: ReadNodes) -> list[Edge]:
    """Append leaves, compare the nodes they complete with the stored ones, and return the edge after each leaf."""
    edges: list[Edge] = []
    expected: list[tuple[Node, bytes]] = []
    for data in leaves:
        edge, completed = edge.append(leaf_hash(data))
        expected += completed
        edges.append(edge)
    _compare_nodes(expected, read)
    return edges


def _compare_nodes(expected: Sequence[tuple[Node, bytes]], read: ReadNodes) -> None:
    stored = read([node for node, _ in expected])
    for node, value in expected:
        if stored.get(node) != value:
            kind = "missing" if node not in stored else "differs"
            thing = "node" if node.level or kind == "missing" else "leaf"
            first = node.index << node.level
            raise Broken(
                f"{thing}_{kind}", first, f"The stored hash of {node} is wrong; it covers leaves from {first} on."
            )


def _compare_ends(log: StoredLog, edge: Edge) -> None:
    """Compare the head, and the number of nodes: a tree of n leaves has 2n minus as many as n has one-bits."""
    if log.head != edge:
        raise Broken("head_differs", min(log.head.size, edge.size), "The stored head is not that of the leaves.")
    if log.node_count != 2 * edge.size - edge.size.bit_count():
        raise Broken("node_surplus", edge.size, "There are stored nodes that belong to no leaf.")


class _Checkpoints:
    """Walks through the stored checkpoints as the tree grows past their sizes."""

    def __init__(self, log: StoredLog) -> None:
        self._log = log
        self._opened = self._open()
        self._next = next(self._opened, None)

    def compare(self, edge: Edge) -> None:
        """Compare every checkpoint of this size with the recomputed root."""
        while self._next and self._next.size <= edge.size:
            if self._next != Checkpoint(self._log.origin, edge.size, edge.root()):
                raise Broken("checkpoint_differs", self._next.size, "A checkpoint is not that of the leaves.")
            self._next = next(self._opened, None)

    def demand_none_beyond(self, edge: Edge) -> None:
        """Refuse a log that once signed more leaves than it has."""
        if self._next:
            raise Broken("checkpoint_beyond", edge.size, f"A checkpoint of size {self._next.size} was signed.")

    def _open(self) -> Iterator[Checkpoint]:
        last = 0
        for note in self._log.checkpoints:
            try:
                checkpoint, _ = open_checkpoint(note, self._log.verifiers)
            except EvidenceError as error:
                raise Broken(error.code, last, f"The checkpoint after size {last} is unreadable: {error}") from error
            last = checkpoint.size
            yield checkpoint
