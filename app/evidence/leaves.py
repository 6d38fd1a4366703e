"""What a log remembers: canonical JSON without personal data, and commitments to what is kept elsewhere."""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import rfc8785

from app.evidence.encoding import utf8
from app.evidence.errors import EvidenceError

LEAF_PREFIX = b"portavoce/leaf/v1\n"
COMMIT_PREFIX = b"portavoce/commit/v1"
SALT_BYTES = 32
MAX_LEAF_BYTES = 65535
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_ALWAYS = ("type", "log", "at")

Leaf = Mapping[str, Any]


def canonical_json(value: Mapping[str, Any]) -> str:
    """Write an object as RFC 8785 says: one text for one value; raise `json_malformed` for what has none."""
    try:
        return rfc8785.dumps(dict(value)).decode()
    except (ValueError, RecursionError) as error:
        raise EvidenceError("json_malformed", "This has no canonical JSON.") from error


def read_json(text: str | bytes) -> dict[str, Any]:
    """Read a JSON object; raise `json_malformed` for anything else, and for a name that stands twice."""
    try:
        value = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise EvidenceError("json_malformed", "This is not JSON.") from error
    if not isinstance(value, dict):
        raise EvidenceError("json_malformed", "This is not a JSON object.")
    return value


def leaf_bytes(leaf: Leaf) -> bytes:
    """Return the exact bytes the log hashes: a version line, then canonical JSON.

    Names are snake_case, values are strings, booleans, whole numbers or flat objects of those; `type`, `log` and
    `at` are always there. Raises `leaf_malformed` or, beyond the 65,535 bytes of C2SP tlog-tiles, `leaf_too_long`.
    """
    if not _is_flat(leaf, nested=True) or not all(isinstance(leaf.get(name), str) and leaf[name] for name in _ALWAYS):
        raise EvidenceError("leaf_malformed", "A leaf is a flat object with a type, a log and a time.")
    try:
        data = LEAF_PREFIX + canonical_json(leaf).encode()
    except EvidenceError as error:
        raise EvidenceError("leaf_malformed", "The leaf has no canonical JSON.") from error
    if len(data) > MAX_LEAF_BYTES:
        raise EvidenceError("leaf_too_long", "A leaf has at most 65,535 bytes.")
    return data


def parse_leaf(data: bytes) -> dict[str, Any]:
    """Read leaf bytes back; raise `leaf_malformed` for every other spelling: one leaf has one spelling."""
    if not data.startswith(LEAF_PREFIX):
        raise EvidenceError("leaf_malformed", "This is no leaf of version 1.")
    try:
        leaf = read_json(data.removeprefix(LEAF_PREFIX))
    except EvidenceError as error:
        raise EvidenceError("leaf_malformed", "The leaf is not JSON.") from error
    if leaf_bytes(leaf) != data:
        raise EvidenceError("leaf_malformed", "The leaf is not canonical.")
    return leaf


def commitment(salt: bytes, private_text: str) -> str:
    """Commit to private evidence: hex SHA-256 of the prefix, 32 bytes of salt and the canonical text.

    Who has neither salt nor text learns nothing from it; when both are erased nobody can open it again.
    """
    if len(salt) != SALT_BYTES:
        raise EvidenceError("salt_malformed", "A salt has 32 bytes.")
    return sha256(COMMIT_PREFIX + salt + utf8(private_text, "json_malformed")).hexdigest()


def _is_flat(value: object, *, nested: bool) -> bool:
    """Tell whether this is an object of plain values, or, if nested, of such objects too."""
    if not isinstance(value, Mapping):
        return False
    named = all(isinstance(name, str) for name in value)
    names_fit = not nested or (named and all(_NAME.fullmatch(name) for name in value))
    return (
        named
        and names_fit
        and all(_is_plain(item) or (nested and _is_flat(item, nested=False)) for item in value.values())
    )


def _is_plain(value: object) -> bool:
    return isinstance(value, str | bool | int)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found
