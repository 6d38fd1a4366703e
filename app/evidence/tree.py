"""The Merkle tree of RFC 6962 section 2.1 (the same tree as RFC 9162 section 2.1): SHA-256, domain separated.

Three readings of the same tree live here. `root` recomputes everything. `Edge` grows the tree leaf by leaf and
remembers only its right edge. The proofs read single stored nodes.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from app.evidence.errors import EvidenceError

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


class Node(NamedTuple):
    """A complete subtree: the leaves [index << level, (index + 1) << level)."""

    level: int
    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody asks a node for


ReadNodes = Callable[[Sequence[Node]], Mapping[Node, bytes]]


def leaf_hash(data: bytes) -> bytes:
    """Hash the bytes of one leaf (RFC 6962 section 2.1: SHA-256(0x00 || data))."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbours into their parent (RFC 6962 section 2.1: SHA-256(0x01 || left || right))."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Recompute the tree hash from all leaf hashes, row by row (RFC 6962 section 2.1, MTH).

    An odd last node goes up unchanged, which is the same as splitting at the biggest power of two.
    """
    row = list(leaf_hashes)
    while len(row) > 1:
        parents = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        row = parents + row[2 * len(parents) :]
    return row[0] if row else EMPTY_ROOT


@dataclass(frozen=True)
class Edge:
    """The right edge of a tree of `size` leaves: the hashes of its complete subtrees, biggest first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    @classmethod
    def from_bytes(cls, size: int, raw: bytes) -> Self:
        """Read what `to_bytes` wrote; refuse a length that no tree of this size has (`edge_malformed`)."""
        if size < 0 or len(raw) != HASH_BYTES * size.bit_count():
            raise EvidenceError("edge_malformed", f"An edge of {len(raw)} bytes belongs to no tree of size {size}.")
        return cls(size, tuple(raw[i : i + HASH_BYTES] for i in range(0, len(raw), HASH_BYTES)))

    def to_bytes(self) -> bytes:
        """Join the hashes, 32 bytes each, biggest subtree first."""
        return b"".join(self.hashes)

    def root(self) -> bytes:
        """Fold the edge from the right into the tree hash (RFC 6962 section 2.1)."""
        return _fold(self.hashes) if self.hashes else EMPTY_ROOT

    def append(self, leaf: bytes) -> tuple[Self, list[tuple[Node, bytes]]]:
        """Return the edge with one leaf hash more, and the subtrees this leaf completed, level 0 first."""
        hashes, node = list(self.hashes), Node(0, self.size)
        completed = [(node, leaf)]
        while node.index & 1:
            leaf = node_hash(hashes.pop(), leaf)
            node = Node(node.level + 1, node.index >> 1)
            completed.append((node, leaf))
        return type(self)(self.size + 1, (*hashes, leaf)), completed


def complete_subtrees(start: int, end: int) -> list[Node]:
    """List the complete subtrees that make up the leaves [start, end), biggest first.

    `start` must be a multiple of the smallest power of two that is not below `end - start`.
    """
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append(Node(level, start >> level))
        start += 1 << level
    return nodes


def inclusion_path(index: int, size: int, read: ReadNodes) -> list[bytes]:
    """Prove that the leaf at `index` is in the tree of `size` leaves (RFC 9162 section 2.1.3.1).

    `read` is asked once, for every stored node the path needs; a node it does not know is `node_missing`.
    """
    if not 0 <= index < size:
        raise EvidenceError("index_out_of_range", f"A tree of size {size} has no leaf {index}.")
    ranges = [aside for aside, _ in _descent(index, size)]
    return _subtree_hashes(ranges[::-1], read)


def consistency_path(old: int, new: int, read: ReadNodes) -> list[bytes]:
    """Prove that the tree of `new` leaves continues the one of `old` leaves (RFC 9162 section 2.1.4.1).

    `read` is asked once. From the empty tree there is nothing to prove: `size_out_of_range`.
    """
    _check_sizes(old, new)
    ranges, whole = [], (0, new)
    for aside, whole in _descent(old - 1, new):
        ranges.append(aside)
        if whole[1] == old:
            break
    if whole[0] > 0:
        ranges.append(whole)
    return _subtree_hashes(ranges[::-1], read) if old < new else []


def verify_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes], tree_root: bytes) -> None:
    """Check an inclusion path against a tree hash (RFC 9162 section 2.1.3.2).

    Raises `index_out_of_range`, `hash_malformed`, `path_length` or `root_mismatch`; returning means proven.
    """
    if not 0 <= index < size:
        raise EvidenceError("index_out_of_range", f"A tree of size {size} has no leaf {index}.")
    _check_hashes(leaf, *path, tree_root)
    position, last, value = index, size - 1, leaf
    for sibling in path:
        _check_height(last)
        if position & 1 or position == last:
            value = node_hash(sibling, value)
            position, last = _skip_promoted(position, last)
        else:
            value = node_hash(value, sibling)
        position, last = position >> 1, last >> 1
    _check_end(last, (value, tree_root))


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    """Check that the tree of `new_root` continues the one of `old_root` (RFC 9162 section 2.1.4.2).

    Raises `size_out_of_range`, `hash_malformed`, `path_length` or `root_mismatch`; returning means proven.
    From the empty tree nothing can be proven, so `old` is at least 1.
    """
    _check_sizes(old, new)
    if old == new:
        _check_end(len(path), (old_root, new_root))
        return
    _check_hashes(old_root, new_root, *path)
    shift = (old & -old).bit_length() - 1
    position, last = (old - 1) >> shift, (new - 1) >> shift
    seeded = [old_root, *path] if old & (old - 1) == 0 else path
    if len(seeded) == 0:
        raise EvidenceError("path_length", "The path is too short.")
    was = now = seeded[0]
    for sibling in seeded[1:]:
        _check_height(last)
        if position & 1 or position == last:
            was, now = node_hash(sibling, was), node_hash(sibling, now)
            position, last = _skip_promoted(position, last)
        else:
            now = node_hash(now, sibling)
        position, last = position >> 1, last >> 1
    _check_end(last, (was, old_root), (now, new_root))


def _descent(index: int, size: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Walk from the root to a leaf: at each split, the half not taken and the half taken, as leaf ranges."""
    start, end = 0, size
    while end - start > 1:
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        halves = (start, middle), (middle, end)
        taken, aside = halves if index < middle else halves[::-1]
        yield aside, taken
        start, end = taken


def _subtree_hashes(ranges: Sequence[tuple[int, int]], read: ReadNodes) -> list[bytes]:
    needed = [complete_subtrees(start, end) for start, end in ranges]
    stored = read([node for nodes in needed for node in nodes]) if needed else {}
    try:
        return [_fold([stored[node] for node in nodes]) for nodes in needed]
    except KeyError as missing:
        raise EvidenceError("node_missing", f"The stored tree has no {missing}.") from missing


def _fold(hashes: Sequence[bytes]) -> bytes:
    """Join complete subtrees, biggest first, into the hash of the tree they make up."""
    value = hashes[-1]
    for left in reversed(hashes[:-1]):
        value = node_hash(left, value)
    return value


def _skip_promoted(position: int, last: int) -> tuple[int, int]:
    """Climb over the levels where the last node of the tree went up without a neighbour."""
    while not position & 1 and position:
        position, last = position >> 1, last >> 1
    return position, last


def _check_sizes(old: int, new: int) -> None:
    if not 0 < old <= new:
        raise EvidenceError("size_out_of_range", f"A tree of size {new} cannot continue one of size {old}.")


def _check_hashes(*hashes: bytes) -> None:
    if any(len(value) != HASH_BYTES for value in hashes):
        raise EvidenceError("hash_malformed", "A SHA-256 hash has 32 bytes.")


def _check_height(last: int) -> None:
    if last == 0:
        raise EvidenceError("path_length", "The path is too long.")


def _check_end(left_over: int, *pairs: tuple[bytes, bytes]) -> None:
    if left_over:
        raise EvidenceError("path_length", "The path does not fit the size of the tree.")
    if not all(hmac.compare_digest(ours, theirs) for ours, theirs in pairs):
        raise EvidenceError("root_mismatch", "The path leads to another tree hash.")
