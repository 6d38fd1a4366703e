import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from app.evidence.checkpoints import Checkpoint, sign_checkpoint
from app.evidence.fsck import Broken, StoredLog, fsck
from app.evidence.tree import Edge, Node, leaf_hash, node_hash
from tests.evidence.cast import ORIGIN, signer
from tests.evidence.conftest import Grow

SIZE = 37
LEAVES = [b"leaf %d" % n for n in range(SIZE)]
KEY = signer()


class Store:
    """A stored log that a test may damage."""

    def __init__(self, grow: Grow) -> None:
        edges, self.nodes = grow(LEAVES)
        self.leaves = list(enumerate(LEAVES))
        self.head = edges[-1]
        self.checkpoints = {
            size: sign_checkpoint(Checkpoint(ORIGIN, size, edges[size].root()), KEY) for size in (0, 1, 10, 10, SIZE)
        }

    def read(self, nodes: Any) -> dict[Node, bytes]:
        return {node: self.nodes[node] for node in nodes if node in self.nodes}

    def log(self) -> StoredLog:
        notes = self.checkpoints.values()
        return StoredLog(ORIGIN, self.leaves, self.read, len(self.nodes), self.head, notes, [KEY.verifier])


@pytest.fixture
def store(grow: Grow) -> Store:
    return Store(grow)


def found(store: Store) -> tuple[str, int]:
    with pytest.raises(Broken) as broken:
        fsck(store.log())
    return broken.value.code, broken.value.index


def flipped(value: bytes, bit: int = 0) -> bytes:
    return bytes([value[0] ^ (1 << bit)]) + value[1:]


def test_an_undamaged_log_is_recomputed(store: Store) -> None:
    assert fsck(store.log()) == store.head


def test_an_empty_log_is_whole() -> None:
    assert fsck(StoredLog(ORIGIN, [], lambda _: {}, 0, Edge(), [], [])) == Edge()


@pytest.mark.parametrize("index", range(SIZE))
def test_a_flipped_bit_in_any_leaf_is_found_and_named(store: Store, index: int) -> None:
    for bit in range(8):
        store.leaves[index] = (index, flipped(LEAVES[index], bit))
        assert found(store) == ("leaf_differs", index)


def test_a_flipped_bit_in_any_stored_hash_is_found_and_named(store: Store) -> None:
    for node, value in list(store.nodes.items()):
        store.nodes[node] = flipped(value)
        assert found(store) == ("node_differs" if node.level else "leaf_differs", node.index << node.level)
        store.nodes[node] = value


def test_a_leaf_changed_together_with_its_hash_is_found_above_it(store: Store) -> None:
    store.leaves[5] = (5, b"forged")
    store.nodes[Node(0, 5)] = leaf_hash(b"forged")
    assert found(store) == ("node_differs", 4)


def test_history_rewritten_throughout_is_found_by_the_first_checkpoint_it_contradicts(store: Store, grow: Grow) -> None:
    forged = [*LEAVES[:20], b"forged", *LEAVES[21:]]
    edges, store.nodes = grow(forged)
    store.leaves, store.head = list(enumerate(forged)), edges[-1]
    assert found(store) == ("checkpoint_differs", SIZE)


@pytest.mark.parametrize("index", [0, 5, SIZE - 2])
def test_a_missing_or_doubled_leaf_is_named(store: Store, index: int) -> None:
    del store.leaves[index]
    assert found(store) == ("leaf_missing", index)
    store.leaves = [*enumerate(LEAVES[: index + 1]), (index, LEAVES[index])]
    assert found(store) == ("leaf_missing", index + 1)


def test_the_first_of_two_damages_is_named(store: Store) -> None:
    store.leaves[3] = (3, b"forged")
    del store.leaves[9]
    assert found(store) == ("leaf_differs", 3)


def test_a_lost_tail_is_found_by_the_checkpoint_that_was_signed_over_it(store: Store) -> None:
    del store.leaves[30:]
    assert found(store) == ("checkpoint_beyond", 30)
    del store.checkpoints[SIZE]
    assert found(store) == ("head_differs", 30)


def test_a_missing_hash_is_named(store: Store) -> None:
    del store.nodes[Node(2, 3)]
    assert found(store) == ("node_missing", 12)


def test_a_hash_of_no_leaf_is_found(store: Store) -> None:
    store.nodes[Node(0, 99)] = bytes(32)
    assert found(store) == ("node_surplus", SIZE)


@pytest.mark.parametrize("at", range(6))
def test_a_flipped_bit_in_the_head_is_found(store: Store, at: int) -> None:
    raw = store.head.to_bytes()
    where = at * len(raw) // 6
    store.head = Edge.from_bytes(SIZE, raw[:where] + flipped(raw[where:]))
    assert found(store) == ("head_differs", SIZE)


@pytest.mark.parametrize("size", [0, 1, 10, SIZE])
def test_a_flipped_bit_in_a_checkpoint_is_found(store: Store, size: int) -> None:
    note = store.checkpoints[size].encode()
    for at in range(len(note)):
        changed = note[:at] + flipped(note[at:])
        store.checkpoints[size] = changed.decode(errors="replace")
        code, index = found(store)
        assert index <= size, code


@pytest.mark.parametrize(
    "wrong",
    [
        lambda _: sign_checkpoint(Checkpoint(ORIGIN, 10, bytes(32)), KEY),
        lambda root: sign_checkpoint(Checkpoint("portavoce/log/other", 10, root), signer("portavoce/log/other")),
        lambda root: sign_checkpoint(Checkpoint(ORIGIN, 10, root), signer(seed=9)),
        lambda _: "no note",
    ],
)
def test_a_checkpoint_of_another_root_log_or_key_is_found(store: Store, wrong: Callable[[bytes], str]) -> None:
    store.checkpoints[10] = wrong(Checkpoint.parse(store.checkpoints[10].split("\n\n")[0] + "\n").root)
    code, index = found(store)
    assert code in {"checkpoint_differs", "signature_missing", "note_malformed"}
    assert index <= 10


def test_checkpoints_out_of_order_are_found(store: Store) -> None:
    store.checkpoints = dict(reversed(store.checkpoints.items()))
    assert found(store)[0] == "checkpoint_differs"


def peak(size: int) -> int:
    """The memory, in bytes, that fsck of a log of so many equal leaves needs."""
    heights = [leaf_hash(b"")]
    for _ in range(20):
        heights.append(node_hash(heights[-1], heights[-1]))
    head = Edge()
    for _ in range(size):
        head, _ = head.append(heights[0])
    log = StoredLog(
        ORIGIN,
        ((index, b"") for index in range(size)),
        lambda nodes: {node: heights[node.level] for node in nodes},
        2 * size - size.bit_count(),
        head,
        (),
        (),
    )
    tracemalloc.start()
    try:
        assert fsck(log) == head
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_the_memory_of_fsck_does_not_grow_with_the_log() -> None:
    """The hashes of 16,000 leaves and of the nodes above them alone would take 2 MB."""
    assert peak(16_000) < 1_800_000
