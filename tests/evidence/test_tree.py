import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.evidence.errors import EvidenceError
from app.evidence.tree import (
    Edge,
    Node,
    complete_subtrees,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

PUBLISHED = json.loads((Path(__file__).parent / "vectors" / "tree.json").read_text())
Grown = tuple[list[Edge], dict[Node, bytes]]
Grow = Callable[[list[bytes]], Grown]
Refuses = Callable[..., AbstractContextManager[None]]
LEAVES = [bytes([n % 256, n // 256]) for n in range(300)]


def flipped(value: bytes) -> list[bytes]:
    """Every copy of `value` in which one bit is another."""
    whole = int.from_bytes(value)
    return [(whole ^ (1 << bit)).to_bytes(len(value)) for bit in range(8 * len(value))]


def refused(check: Any, *arguments: Any) -> bool:
    try:
        check(*arguments)
    except EvidenceError:
        return True
    return False


@pytest.fixture(scope="module")
def tree(grow: Grow) -> Grown:
    return grow(LEAVES)


@pytest.mark.parametrize("size", range(9))
def test_the_published_trees_of_up_to_eight_leaves_have_the_published_roots(size: int) -> None:
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in PUBLISHED["leaves"][:size]]
    assert root(leaves).hex() == PUBLISHED["roots"][size]


def test_growing_completes_the_published_nodes(grow: Grow) -> None:
    edges, nodes = grow([bytes.fromhex(leaf) for leaf in PUBLISHED["leaves"]])
    assert {node: value.hex() for node, value in nodes.items()} == {
        Node(level, index): value for level, row in enumerate(PUBLISHED["nodes"]) for index, value in enumerate(row)
    }
    assert [edge.root().hex() for edge in edges] == PUBLISHED["roots"]


def test_growing_agrees_with_recomputing_for_every_size_up_to_300(tree: Grown) -> None:
    hashes = [leaf_hash(leaf) for leaf in LEAVES]
    assert [edge.root() for edge in tree[0]] == [root(hashes[:size]) for size in range(301)]


@settings(max_examples=10, deadline=None)
@given(st.integers(301, 3000), st.binary(max_size=8))
def test_growing_agrees_with_recomputing_for_bigger_trees(size: int, seed: bytes) -> None:
    hashes = [hashlib.sha256(seed + n.to_bytes(4)).digest() for n in range(size)]
    edge = Edge()
    for value in hashes:
        edge, _ = edge.append(value)
    assert (edge.size, edge.root()) == (size, root(hashes))


def test_an_edge_survives_being_stored_at_every_size(tree: Grown) -> None:
    assert all(Edge.from_bytes(edge.size, edge.to_bytes()) == edge for edge in tree[0])


@pytest.mark.parametrize(("size", "length"), [(0, 32), (1, 0), (1, 31), (3, 32), (4, 64), (-1, 32)])
def test_an_edge_of_a_wrong_length_is_refused(refuses: Refuses, size: int, length: int) -> None:
    with refuses("edge_malformed"):
        Edge.from_bytes(size, bytes(length))


def test_the_edge_is_made_of_the_stored_complete_subtrees(tree: Grown) -> None:
    edges, nodes = tree
    assert all(edge.hashes == tuple(nodes[node] for node in complete_subtrees(0, edge.size)) for edge in edges)


@pytest.mark.parametrize("size", range(1, 131))
def test_every_leaf_of_every_size_is_proven_from_stored_nodes(tree: Grown, size: int) -> None:
    edges, nodes = tree
    for index in range(size):
        path = inclusion_path(index, size, lambda _: nodes)
        verify_inclusion(index, size, leaf_hash(LEAVES[index]), path, edges[size].root())


@pytest.mark.parametrize("new", range(1, 131))
def test_every_size_is_proven_to_continue_every_smaller_one(tree: Grown, new: int) -> None:
    edges, nodes = tree
    for old in range(1, new + 1):
        path = consistency_path(old, new, lambda _: nodes)
        verify_consistency(old, new, edges[old].root(), edges[new].root(), path)


def test_the_store_is_asked_once_and_only_for_what_the_path_needs(tree: Grown) -> None:
    edges, nodes = tree
    asked: list[Sequence[Node]] = []

    def read(wanted: Sequence[Node]) -> Mapping[Node, bytes]:
        asked.append(wanted)
        return {node: nodes[node] for node in wanted}

    path = inclusion_path(100, 300, read)
    verify_inclusion(100, 300, leaf_hash(LEAVES[100]), path, edges[300].root())
    path = consistency_path(100, 300, read)
    verify_consistency(100, 300, edges[100].root(), edges[300].root(), path)
    assert len(asked) == 2
    assert all(len(wanted) <= 2 * (300).bit_length() for wanted in asked)


def test_the_only_leaf_of_a_tree_needs_no_path_and_no_store(refuses: Refuses) -> None:
    def unread(_: Sequence[Node]) -> Mapping[Node, bytes]:
        raise AssertionError

    assert inclusion_path(0, 1, unread) == consistency_path(1, 1, unread) == []


def test_a_store_that_lost_a_node_proves_nothing(refuses: Refuses, tree: Grown) -> None:
    nodes = {node: value for node, value in tree[1].items() if node != Node(2, 1)}
    with refuses("node_missing"):
        inclusion_path(0, 8, lambda _: nodes)
    with refuses("node_missing"):
        consistency_path(4, 8, lambda _: nodes)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 1), (1, 1), (8, 7)])
def test_there_is_no_path_to_a_leaf_outside_the_tree(refuses: Refuses, index: int, size: int) -> None:
    with refuses("index_out_of_range"):
        inclusion_path(index, size, lambda _: {})
    with refuses("index_out_of_range"):
        verify_inclusion(index, size, bytes(32), [], bytes(32))


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 1), (2, 1), (-1, 1)])
def test_there_is_no_path_to_the_past_nor_from_nothing(refuses: Refuses, old: int, new: int) -> None:
    with refuses("size_out_of_range"):
        consistency_path(old, new, lambda _: {})
    with refuses("size_out_of_range"):
        verify_consistency(old, new, bytes(32), bytes(32), [])


@pytest.mark.parametrize("size", range(2, 65))
def test_every_fork_is_noticed(grow: Grow, tree: Grown, size: int) -> None:
    """Two logs share their first leaves and then differ; neither's proof joins the other's old root."""
    edges, nodes = tree
    other_edges, other_nodes = grow([*LEAVES[: size - 1], b"forked"])
    for old in range(1, size):
        forked, forked_nodes = grow([*LEAVES[: old - 1], b"forked", *LEAVES[old:size]])
        for stored in (nodes, forked_nodes):
            path = consistency_path(old, size, lambda _, stored=stored: stored)
            assert refused(verify_consistency, old, size, edges[old].root(), forked[size].root(), path)
            assert refused(verify_consistency, old, size, forked[old].root(), edges[size].root(), path)
    assert refused(verify_consistency, size, size, edges[size].root(), other_edges[size].root(), [])
    assert other_nodes[Node(0, size - 1)] != nodes[Node(0, size - 1)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13])
def test_every_single_bit_counts_in_leaf_path_and_root_of_an_inclusion(tree: Grown, size: int) -> None:
    edges, nodes = tree
    for index in range(size):
        leaf, path, top = leaf_hash(LEAVES[index]), inclusion_path(index, size, lambda _: nodes), edges[size].root()
        assert all(refused(verify_inclusion, index, size, wrong, path, top) for wrong in flipped(leaf))
        assert all(refused(verify_inclusion, index, size, leaf, path, wrong) for wrong in flipped(top))
        for at, sibling in enumerate(path):
            for wrong in flipped(sibling):
                assert refused(verify_inclusion, index, size, leaf, [*path[:at], wrong, *path[at + 1 :]], top)


@pytest.mark.parametrize(("old", "new"), [(1, 1), (1, 2), (3, 7), (4, 7), (6, 8), (8, 13)])
def test_every_single_bit_counts_in_path_and_roots_of_a_consistency(tree: Grown, old: int, new: int) -> None:
    edges, nodes = tree
    before, after, path = edges[old].root(), edges[new].root(), consistency_path(old, new, lambda _: nodes)
    assert all(refused(verify_consistency, old, new, wrong, after, path) for wrong in flipped(before))
    assert all(refused(verify_consistency, old, new, before, wrong, path) for wrong in flipped(after))
    for at, sibling in enumerate(path):
        for wrong in flipped(sibling):
            assert refused(verify_consistency, old, new, before, after, [*path[:at], wrong, *path[at + 1 :]])


@settings(deadline=None)
@given(st.data())
def test_arbitrary_paths_prove_nothing_and_break_nothing(data: st.DataObject) -> None:
    sizes, hashes = st.integers(-2, 2**70), st.binary(min_size=30, max_size=33) | st.binary(min_size=32, max_size=32)
    paths = st.lists(hashes, max_size=5)
    first, second, path = data.draw(sizes), data.draw(sizes), data.draw(paths)
    one, two = data.draw(hashes), data.draw(hashes)
    assert refused(verify_inclusion, first, second, one, path, two) or (one == two and second == 1)
    assert refused(verify_consistency, first, second, one, two, path) or (one == two and first == second)


def test_a_leaf_is_never_taken_for_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)
