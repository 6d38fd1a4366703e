import hashlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.evidence.errors import EvidenceError
from app.evidence.leaves import canonical_json, commitment, leaf_bytes, parse_leaf, read_json
from tests.evidence.cast import ACKNOWLEDGEMENT, EVIDENCE, PUBLICATION, SALT
from tests.evidence.conftest import Refuses

LEAF = {"type": "erasure", "log": "portavoce/log/x", "at": "2026-11-21T10:00:00.000000Z", "index": 3}


def test_the_bytes_of_a_leaf_are_a_version_line_and_sorted_json_without_spaces() -> None:
    assert leaf_bytes(LEAF) == (
        b'portavoce/leaf/v1\n{"at":"2026-11-21T10:00:00.000000Z","index":3,"log":"portavoce/log/x","type":"erasure"}'
    )


@pytest.mark.parametrize("leaf", [LEAF, PUBLICATION, ACKNOWLEDGEMENT], ids=lambda leaf: str(leaf["type"]))
def test_a_leaf_comes_back_from_its_bytes(leaf: dict[str, Any]) -> None:
    assert parse_leaf(leaf_bytes(leaf)) == leaf


@pytest.mark.parametrize(
    "change",
    [{"type": ""}, {"log": 1}, {"at": None}, {"index": 1.5}, {"index": None}, {"index": [1]}, {"Index": 1},
     {"index": {"a": {"b": 1}}}, {"index": 2**60}, {"index": "\ud800"}, {1: "a"}, {"index": {1: "a"}}],
)  # fmt: skip
def test_what_has_no_one_spelling_is_no_leaf(refuses: Refuses, change: dict[Any, Any]) -> None:
    with refuses("leaf_malformed"):
        leaf_bytes(LEAF | change)


@pytest.mark.parametrize("name", ["type", "log", "at"])
def test_a_leaf_always_says_what_where_and_when(refuses: Refuses, name: str) -> None:
    with refuses("leaf_malformed"):
        leaf_bytes({key: value for key, value in LEAF.items() if key != name})
    with refuses("leaf_malformed"):
        leaf_bytes([])  # type: ignore[arg-type]


def test_a_leaf_fits_the_entry_of_a_bundle(refuses: Refuses) -> None:
    room = 65535 - len(leaf_bytes(LEAF | {"more": ""}))
    assert len(leaf_bytes(LEAF | {"more": "x" * room})) == 65535
    with refuses("leaf_too_long"):
        leaf_bytes(LEAF | {"more": "x" * (room + 1)})


@pytest.mark.parametrize(
    "data",
    [b"", b"portavoce/leaf/v2\n{}", b"portavoce/leaf/v1\n", b"portavoce/leaf/v1\n[]", b"portavoce/leaf/v1\n\xff",
     leaf_bytes(LEAF) + b" ", leaf_bytes(LEAF).replace(b'"index":3', b'"index":3,"index":3'),
     leaf_bytes(LEAF).replace(b"3", b"3.0"), leaf_bytes(LEAF).replace(b"erasure", b"er\\u0061sure")],
)  # fmt: skip
def test_another_spelling_of_a_leaf_is_refused(refuses: Refuses, data: bytes) -> None:
    with refuses("leaf_malformed"):
        parse_leaf(data)


def test_a_commitment_is_a_hash_of_prefix_salt_and_canonical_text() -> None:
    text = canonical_json(EVIDENCE)
    expected = hashlib.sha256(b"portavoce/commit/v1" + SALT + text.encode()).hexdigest()
    assert commitment(SALT, text) == expected == ACKNOWLEDGEMENT["commitment"]


def test_a_commitment_needs_a_whole_salt_and_a_text_with_bytes(refuses: Refuses) -> None:
    with refuses("salt_malformed"):
        commitment(bytes(16), "{}")
    with refuses("json_malformed"):
        commitment(SALT, "\ud800")


@pytest.mark.parametrize("text", ["", "[]", "1", '{"a":1,"a":2}', "{", "[" * 100_000, '{"a":' + "9" * 5000 + "}"])
def test_what_is_no_object_with_single_names_is_refused(refuses: Refuses, text: str) -> None:
    with refuses("json_malformed"):
        read_json(text)


def test_what_canonical_json_cannot_say_is_refused(refuses: Refuses) -> None:
    deep: dict[str, Any] = {}
    for _ in range(5000):
        deep = {"a": deep}
    for wrong in ({"a": float("nan")}, {"a": 2**60}, {"\ud800": 1}, {"a": b""}, deep):
        with refuses("json_malformed"):
            canonical_json(wrong)


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_break_the_reading_of_leaves(data: bytes) -> None:
    for attempt in (data, b"portavoce/leaf/v1\n" + data):
        with pytest.raises(EvidenceError):
            parse_leaf(attempt)


@settings(deadline=None)
@given(st.dictionaries(st.text("abcxyz019_", max_size=8).map("a".__add__), st.text() | st.booleans(), max_size=5))
def test_every_leaf_comes_back(more: dict[str, Any]) -> None:
    leaf = more | LEAF
    assert parse_leaf(leaf_bytes(leaf)) == leaf == json.loads(canonical_json(leaf))
