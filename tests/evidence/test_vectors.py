"""The proofs that transparency-dev/merkle publishes; vectors/README.md says which are transcribed, which derived."""

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.evidence.errors import EvidenceError
from app.evidence.tree import (
    EMPTY_ROOT,
    Edge,
    Node,
    consistency_path,
    inclusion_path,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

PUBLISHED = json.loads((Path(__file__).parent / "vectors" / "proofs.json").read_text())
SOME_HASH = base64.b64encode(bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")).decode()
EMPTY = base64.b64encode(EMPTY_ROOT).decode()
# The published file says that two equal roots of empty trees are consistent; here nothing follows from nothing.
STRICTER = {case["file"] for case in PUBLISHED["additional"] if case.get("size2") == 0 and not case["wantErr"]}
Case = dict[str, Any]


def named(case: Case, rule: str, **changes: Any) -> Case:
    folder = case["file"].rsplit("/", 1)[0]
    return case | changes | {"file": f"{folder}/{rule.replace(' ', '-').replace('/', 'div')}.json", "wantErr": True}


def flipped(step: str, bit: int) -> str:
    raw = bytearray(base64.b64decode(step))
    raw[0] ^= bit
    return base64.b64encode(raw).decode()


def corrupted_inclusions(case: Case) -> Iterator[Case]:
    index, size, proof, top = case["leafIdx"], case["treeSize"], case["proof"], case["root"]
    yield named(case, "leafIdx - 1", leafIdx=(index - 1) % 2**64)
    yield named(case, "leafIdx + 1", leafIdx=index + 1)
    yield named(case, "leafIdx ^ 2", leafIdx=index ^ 2)
    yield named(case, "treeSize * 2", treeSize=size * 2)
    yield named(case, "treeSize / 2", treeSize=size // 2)
    yield named(case, "wrong leaf", leafHash="V3JvbmdMZWFm")
    yield named(case, "empty root", root=EMPTY)
    yield named(case, "random root", root=SOME_HASH)
    yield named(case, "trailing garbage", proof=[*proof, ""])
    yield named(case, "trailing root", proof=[*proof, top])
    yield named(case, "preceding garbage", proof=["", *proof])
    yield named(case, "preceding root", proof=[top, *proof])
    for at, step in enumerate(proof):
        yield named(case, f"modified proof[{at}] bit 3", proof=[*proof[:at], flipped(step, 8), *proof[at + 1 :]])
    if proof:
        yield named(case, "removed component", proof=proof[:-1])
    if len(proof) > 1:
        yield named(case, "inserted component", proof=[proof[0], SOME_HASH, *proof[1:]])


def corrupted_consistencies(case: Case) -> Iterator[Case]:
    old, new, proof, before, after = (case[name] for name in ("size1", "size2", "proof", "root1", "root2"))
    if not proof:
        return
    yield named(case, "size1 - 1", size1=old - 1)
    yield named(case, "size1 + 1", size1=old + 1)
    yield named(case, "size1 ^ 2", size1=old ^ 2)
    yield named(case, "size2 * 2", size2=new * 2)
    yield named(case, "size2 / 2", size2=new // 2)
    yield named(case, "wrong root1", root1="V3JvbmdSb290")
    yield named(case, "wrong root2", root2="V3JvbmdSb290")
    yield named(case, "swapped roots", root1=after, root2=before)
    yield named(case, "empty proof", proof=[])
    for place, put in (("trailing", lambda step: [*proof, step]), ("preceding", lambda step: [step, *proof])):
        yield named(case, f"{place} garbage", proof=put(""))
        yield named(case, f"{place} root1", proof=put(before))
        yield named(case, f"{place} root2", proof=put(after))
    yield named(case, "preceding proof[0]", proof=[proof[0], *proof])
    yield named(case, "truncated proof", proof=proof[:-1])
    for at, step in enumerate(proof):
        yield named(case, f"modified proof[{at}] bit 4", proof=[*proof[:at], flipped(step, 16), *proof[at + 1 :]])


DERIVED = [
    derived
    for happy in PUBLISHED["happy"]
    for derived in (corrupted_inclusions if "leafIdx" in happy else corrupted_consistencies)(happy)
]


def holds(case: Case) -> bool:
    path = [base64.b64decode(step) for step in case["proof"]]
    try:
        if "leafIdx" in case:
            leaf, top = base64.b64decode(case["leafHash"]), base64.b64decode(case["root"])
            verify_inclusion(case["leafIdx"], case["treeSize"], leaf, path, top)
        else:
            before, after = base64.b64decode(case["root1"]), base64.b64decode(case["root2"])
            verify_consistency(case["size1"], case["size2"], before, after, path)
    except EvidenceError:
        return False
    return True


def test_the_derived_cases_are_as_many_as_the_published_ones_and_each_has_its_own_name() -> None:
    files = {case["file"] for case in PUBLISHED["happy"] + DERIVED}
    assert len(files) == len(PUBLISHED["happy"]) + len(DERIVED) == 82 + 84


@pytest.mark.parametrize("published", PUBLISHED["corrupted"], ids=lambda case: str(case["file"]))
def test_a_derived_case_is_the_published_one(published: Case) -> None:
    assert published in DERIVED


@pytest.mark.parametrize(
    "case", PUBLISHED["happy"] + PUBLISHED["additional"] + DERIVED, ids=lambda case: str(case["file"])
)
def test_each_proof_is_accepted_or_refused_as_published(case: Case) -> None:
    assert holds(case) == (not case["wantErr"] and case["file"] not in STRICTER)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (0, 1), (1, 0), (2, 1)])
def test_no_random_leaf_and_no_empty_root_is_included(index: int, size: int) -> None:
    """The published folders inclusion/additional/0 to 3."""
    for leaf, top in ((SOME_HASH, ""), ("", EMPTY), (SOME_HASH, EMPTY)):
        assert not holds({"leafIdx": index, "treeSize": size, "root": top, "leafHash": leaf, "proof": []})


# draft-ietf-plants-merkle-tree-certs-06, appendix C.1: all subtrees of a tree of 130 leaves, in one hash each.

MOST = 130
HASHES = [leaf_hash(bytes([n])) for n in range(MOST)]
NODES: dict[Node, bytes] = {}
_edge = Edge()
for _hash in HASHES:
    _edge, _completed = _edge.append(_hash)
    NODES.update(_completed)


def subtrees(end: int) -> Iterator[int]:
    """The starts of all valid subtrees up to `end`; the empty one at `end` counts."""
    return (start for start in range(end + 1) if start == end or start % (1 << (end - start - 1).bit_length()) == 0)


def line(head: str, path: Sequence[bytes]) -> bytes:
    return " ".join([head, *(step.hex() for step in path)]).encode() + b"\n"


def shifted(start: int) -> Any:
    return lambda nodes: {node: NODES[Node(node.level, node.index + (start >> node.level))] for node in nodes}


def test_all_subtrees_have_the_published_hashes() -> None:
    folded = hashlib.sha256()
    for end in range(MOST + 1):
        for start in subtrees(end):
            folded.update(line(f"[{start}, {end})", [root_of(start, end)]))
    assert folded.hexdigest() == "b82806ad4265bb151c1119c0f4db437bb4d1a1f887b3a7fba1cd4ebf552e3e81"


def test_all_leaves_have_the_published_paths_in_all_subtrees() -> None:
    folded = hashlib.sha256()
    for end in range(MOST + 1):
        for start in subtrees(end):
            for index in range(start, end):
                path = inclusion_path(index - start, end - start, shifted(start))
                folded.update(line(f"{index} [{start}, {end})", path))
    assert folded.hexdigest() == "ac2a8f989e44d99e399db448050ff5f19757df53cfb716aa81015d3955d8163f"


@cache
def root_of(start: int, end: int) -> bytes:
    return root(HASHES[start:end])


def joined(start: int, end: int, size: int) -> list[bytes]:
    """The path from a subtree to the tree: where it begins at 0 ours, elsewhere by the recursion of the draft."""
    if start == end:
        return []
    return consistency_path(end, size, lambda _: NODES) if start == 0 else subproof((start, end), (0, size), known=True)


def subproof(part: tuple[int, int], whole: tuple[int, int], *, known: bool) -> list[bytes]:
    (start, end), (first, last) = part, whole
    if part == whole:
        return [] if known else [root_of(first, last)]
    middle = first + (1 << (last - first - 1).bit_length() - 1)
    if end <= middle:
        return [*subproof(part, (first, middle), known=known), root_of(middle, last)]
    if start >= middle:
        return [*subproof(part, (middle, last), known=known), root_of(first, middle)]
    return [*subproof((middle, end), (middle, last), known=False), root_of(first, middle)]


def test_all_subtrees_have_the_published_paths_to_all_trees() -> None:
    folded = hashlib.sha256()
    for size in range(MOST + 1):
        for end in range(size + 1):
            for start in subtrees(end):
                folded.update(line(f"[{start}, {end}) {size}", joined(start, end, size)))
    assert folded.hexdigest() == "10fa99b37bf9bf9ffa26b412fbd98bd75363256d0b75d61bc4538b9c9c5a0a74"
