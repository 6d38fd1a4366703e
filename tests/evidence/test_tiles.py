import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.evidence.errors import EvidenceError
from app.evidence.tiles import entries_path, entry_bundles, parse_entries, reader, tile_path, tiles
from app.evidence.tree import Node, inclusion_path, leaf_hash, node_hash, verify_inclusion
from tests.evidence.conftest import Grow, Refuses

SAME = leaf_hash(b"")


def height_hashes(most: int) -> list[bytes]:
    """The hashes of complete subtrees of each height, in a log whose leaves are all empty."""
    hashes = [SAME]
    for _ in range(most):
        hashes.append(node_hash(hashes[-1], hashes[-1]))
    return hashes


HEIGHTS = height_hashes(24)


@pytest.mark.parametrize(("index", "path"), [(0, "000"), (999, "999"), (1000, "x001/000"), (1234067, "x001/x234/067")])
def test_tiles_are_named_as_published(index: int, path: str) -> None:
    assert tile_path(2, index) == f"tile/2/{path}"
    assert entries_path(index, 112) == f"tile/entries/{path}.p/112"


def test_a_log_of_70000_has_the_tiles_of_the_published_example() -> None:
    files = dict(tiles(70_000, lambda nodes: {node: HEIGHTS[node.level] for node in nodes}))
    assert len(files) == 273 + 1 + 1 + 1 + 1
    assert {path for path in files if ".p/" in path} == {"tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"}
    assert len(files["tile/0/272"]) == 8192
    assert files["tile/2/000.p/1"] == HEIGHTS[16]


def test_a_full_tile_has_its_hash_in_a_partial_tile_above() -> None:
    assert [path for path, _ in tiles(256, lambda nodes: dict.fromkeys(nodes, SAME))] == [
        "tile/0/000",
        "tile/1/000.p/1",
    ]
    assert not list(tiles(0, lambda _: {}))


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 700])
def test_every_leaf_is_proven_from_the_files_alone(grow: Grow, size: int) -> None:
    leaves = [b"%d" % n for n in range(size)]
    edges, nodes = grow(leaves)
    read = reader(size, dict(tiles(size, lambda wanted: {node: nodes[node] for node in wanted})).__getitem__)
    for index in {0, size // 3, size - 1}:
        path = inclusion_path(index, size, read)
        verify_inclusion(index, size, leaf_hash(leaves[index]), path, edges[size].root())


def test_files_of_a_wrong_length_and_nodes_that_do_not_exist_prove_nothing(refuses: Refuses) -> None:
    with refuses("tile_malformed"):
        inclusion_path(0, 2, reader(2, lambda _: bytes(31)))
    with refuses("node_missing"):
        reader(3, lambda _: bytes(96))([Node(1, 1)])
    with refuses("node_missing"):
        list(tiles(2, lambda _: {Node(0, 0): SAME}))


def test_entries_come_back_and_hash_to_the_tile(grow: Grow) -> None:
    leaves = [bytes([n % 256]) * n for n in range(300)]
    files = dict(entry_bundles(iter(leaves)))
    assert list(files) == ["tile/entries/000", "tile/entries/001.p/44"]
    assert [entry for bundle in files.values() for entry in parse_entries(bundle)] == leaves
    assert parse_entries(b"") == []


def test_an_entry_that_is_too_long_and_a_bundle_that_is_cut_off_are_refused(refuses: Refuses) -> None:
    with refuses("leaf_too_long"):
        list(entry_bundles([bytes(65536)]))
    whole = dict(entry_bundles([b"abc", b"defg"]))["tile/entries/000.p/2"]
    for length in set(range(len(whole))) - {0, 5}:
        with refuses("bundle_malformed"):
            parse_entries(whole[:length])
    with refuses("bundle_malformed"):
        parse_entries(bytes(2 * 257))


@settings(deadline=None)
@given(st.binary(max_size=100))
def test_no_bytes_break_the_reading_of_bundles(data: bytes) -> None:
    try:
        entries = parse_entries(data)
    except EvidenceError:
        return
    assert b"".join(len(entry).to_bytes(2) + entry for entry in entries) == data
