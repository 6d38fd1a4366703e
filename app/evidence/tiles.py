"""A log as static files: tiles of hashes and bundles of entries (C2SP tlog-tiles v0.1.0)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from app.evidence.errors import EvidenceError
from app.evidence.leaves import MAX_LEAF_BYTES
from app.evidence.tree import HASH_BYTES, Node, ReadNodes, root

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT

File = tuple[str, bytes]


def extent(size: int) -> Iterator[tuple[int, int, int]]:
    """List level, index and width of every tile of a log of this size."""
    level = 0
    while hashes := size >> TILE_HEIGHT * level:
        full, rest = divmod(hashes, TILE_WIDTH)
        yield from ((level, index, TILE_WIDTH) for index in range(full))
        if rest:
            yield level, full, rest
        level += 1


def tile_path(level: int, index: int, width: int = TILE_WIDTH) -> str:
    """Name a tile of hashes (C2SP tlog-tiles, "Merkle Tree" and "Partial Tiles")."""
    return f"tile/{level}/{_numbered(index, width)}"


def entries_path(index: int, width: int = TILE_WIDTH) -> str:
    """Name a bundle of entries (C2SP tlog-tiles, "Log entries")."""
    return f"tile/entries/{_numbered(index, width)}"


def tiles(size: int, read: ReadNodes) -> Iterator[File]:
    """Export the hashes of a log of `size` leaves, a file at a time; a tile asks the store for 256 nodes at most."""
    return (tile(place, read) for place in extent(size))


def tile(place: tuple[int, int, int], read: ReadNodes) -> File:
    """Export one tile by its level, index and width; raise `node_missing` if the store does not have it whole."""
    level, index, width = place
    nodes = [Node(TILE_HEIGHT * level, TILE_WIDTH * index + at) for at in range(width)]
    stored = read(nodes)
    if not stored.keys() >= set(nodes):
        raise EvidenceError("node_missing", "The stored tree lost a node of this tile.")
    return tile_path(level, index, width), b"".join(stored[node] for node in nodes)


def entry_bundles(leaves: Iterable[bytes]) -> Iterator[File]:
    """Export the leaves, 256 a file, each behind its length in two bytes (C2SP tlog-tiles, "Log entries")."""
    source, index = iter(leaves), 0
    while bundle := list(islice(source, TILE_WIDTH)):
        if max(map(len, bundle)) > MAX_LEAF_BYTES:
            raise EvidenceError("leaf_too_long", "An entry has at most 65,535 bytes.")
        yield entries_path(index, len(bundle)), b"".join(len(leaf).to_bytes(2) + leaf for leaf in bundle)
        index += 1


def parse_entries(bundle: bytes) -> list[bytes]:
    """Read a bundle back; raise `bundle_malformed` if it is cut off or has more than 256 entries."""
    entries, at = [], 0
    while at < len(bundle):
        start = at + 2
        at = start + int.from_bytes(bundle[at:start])
        entries.append(bundle[start:at])
    if at != len(bundle) or len(entries) > TILE_WIDTH:
        raise EvidenceError("bundle_malformed", "The bundle of entries is cut off or too long.")
    return entries


def reader(size: int, fetch: Callable[[str], bytes]) -> ReadNodes:
    """Read nodes of a log of `size` leaves out of its tiles; `fetch` returns the bytes of a file by its path.

    Levels between those of the tiles are hashed anew. Raises `tile_malformed` for a file of a wrong length.
    """

    def read(nodes: Sequence[Node]) -> Mapping[Node, bytes]:
        return {node: _from_tile(node, size, fetch) for node in nodes}

    return read


def _from_tile(node: Node, size: int, fetch: Callable[[str], bytes]) -> bytes:
    level, height = divmod(node.level, TILE_HEIGHT)
    index, start = divmod(node.index << height, TILE_WIDTH)
    width = min(TILE_WIDTH, (size >> TILE_HEIGHT * level) - TILE_WIDTH * index)
    if start + (1 << height) > width:
        raise EvidenceError("node_missing", f"A log of size {size} has no such complete subtree.")
    tile = fetch(tile_path(level, index, width))
    if len(tile) != HASH_BYTES * width:
        raise EvidenceError("tile_malformed", "The tile has another length than its path says.")
    hashes = [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]
    return root(hashes[start : start + (1 << height)])


def _numbered(index: int, width: int) -> str:
    """Write an index in groups of three digits: 1234067 is x001/x234/067."""
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return path if width == TILE_WIDTH else f"{path}.p/{width}"
