"""A log handed over whole: how its files are called, and the check that needs nothing but them.

docs/evidence/specification.md, "Auditor bundle", says what is in it.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

from app.evidence.checkpoints import Checkpoint, open_checkpoint
from app.evidence.encoding import decode_hex
from app.evidence.errors import EvidenceError
from app.evidence.fsck import Broken, StoredLog, fsck
from app.evidence.leaves import canonical_json, commitment, parse_leaf, read_json
from app.evidence.notes import Verifier
from app.evidence.tiles import TILE_WIDTH, entries_path, parse_entries, reader
from app.evidence.tree import Edge, Node, ReadNodes

CHECKPOINT, KEYS, SUMS = "checkpoint", "keys", "SHA256SUMS"
_POLICY_FILE = re.compile(r"policies/(?P<version>[^/]+)/(?P<language>[^/.]+)\.(?P<kind>md|statement\.txt)")
_CACHED = 512

Read = Callable[[str], bytes]


@dataclass(frozen=True)
class CheckedBundle:
    """What a sound bundle holds; `trusted` tells whether the caller knew its key from elsewhere."""

    origin: str
    size: int
    evidence: int
    versions: int
    trusted: bool


def evidence_path(block: int) -> str:
    """Name the file with the evidence of the leaves in one bundle of entries."""
    return f"evidence/{block:09}.jsonl"


def evidence_line(index: int, salt: bytes, private: str) -> bytes:
    """Write what opens one leaf: a line of canonical JSON."""
    return f"{canonical_json({'index': index, 'salt': salt.hex(), 'evidence': read_json(private)})}\n".encode()


def policy_path(version: str, language: str) -> str:
    """Name the file with the exact text of a version in one language."""
    return f"policies/{version}/{language}.md"


def statement_path(version: str, language: str) -> str:
    """Name the file with the exact sentence that is confirmed in one language."""
    return f"policies/{version}/{language}.statement.txt"


def sums_line(name: str, digest: str) -> str:
    """Write a line of the list of sums, as sha256sum does."""
    return f"{digest}  {name}\n"


def check_bundle(names: Collection[str], read: Read, vkeys: Sequence[str] = ()) -> CheckedBundle:
    """Recompute everything in a bundle from its files, `read` by their names.

    `vkeys` are keys of the log that the caller trusts; without any, those in the bundle are taken, and it only agrees
    with itself. Raises Broken, naming the first index that is wrong: of a leaf, of the leaf that a piece of evidence
    or a policy file belongs to, or the size of the log where no leaf is concerned.
    """
    files = _Files(frozenset(names), read)
    checkpoint, verifiers = _checkpoint(files, vkeys)
    contents = _Contents(files, checkpoint.size)
    _tree(files, checkpoint, verifiers, contents)
    versions = _policies(files, contents.published, checkpoint.size)
    _sums(files, checkpoint.size)
    return CheckedBundle(checkpoint.origin, checkpoint.size, contents.opened, versions, bool(vkeys))


@dataclass(frozen=True)
class _Files:
    names: frozenset[str]
    read: Read

    def at(self, name: str, index: int) -> bytes:
        """Return a file; Broken at `index` if it is not there or cannot be read."""
        if name not in self.names:
            raise Broken("file_missing", index, f"{name} is missing.")
        try:
            return self.read(name)
        except Exception as error:
            raise Broken("file_unreadable", index, f"{name} cannot be read: {error}") from error

    def text(self, name: str, index: int) -> str:
        try:
            return self.at(name, index).decode()
        except UnicodeDecodeError as error:
            raise Broken("file_unreadable", index, f"{name} is no text.") from error


def _checkpoint(files: _Files, vkeys: Sequence[str]) -> tuple[Checkpoint, list[Verifier]]:
    try:
        verifiers = [Verifier.from_vkey(vkey) for vkey in vkeys or files.text(KEYS, 0).split()]
        return open_checkpoint(files.text(CHECKPOINT, 0), verifiers)[0], verifiers
    except Broken:
        raise
    except EvidenceError as error:
        raise Broken(error.code, 0, f"The checkpoint or its key does not hold: {error}") from error


def _tree(files: _Files, checkpoint: Checkpoint, verifiers: list[Verifier], contents: "_Contents") -> None:
    read = _nodes(files, checkpoint.size)
    found = []
    try:
        fsck(
            StoredLog(
                origin=checkpoint.origin,
                leaves=contents.leaves(),
                read=read,
                node_count=2 * checkpoint.size - checkpoint.size.bit_count(),
                head=_edge(checkpoint.size, read),
                checkpoints=[files.text(CHECKPOINT, 0)],
                verifiers=verifiers,
            )
        )
    except Broken as broken:
        found.append(broken)
    if found := [*found, *contents.wrong]:
        raise min(found, key=lambda broken: broken.index)


def _nodes(files: _Files, size: int) -> ReadNodes:
    """Return a reader of nodes out of the tiles, that says under which leaf a bad tile lies."""
    fetch = lru_cache(_CACHED)(files.read)

    def read(nodes: Sequence[Node]) -> Mapping[Node, bytes]:
        return {node: one(node) for node in nodes}

    def one(node: Node) -> bytes:
        first = node.index << node.level
        try:
            return reader(size, lambda name: fetch(name) if name in files.names else files.at(name, first))([node])[
                node
            ]
        except Broken:
            raise
        except Exception as error:
            code = error.code if isinstance(error, EvidenceError) else "file_unreadable"
            raise Broken(code, first, f"The hash of {node} cannot be read: {error}") from error

    return read


def _edge(size: int, read: ReadNodes) -> Edge:
    nodes, start = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            nodes.append(Node(level, start >> level))
            start += 1 << level
    hashes = read(nodes)
    return Edge(size, tuple(hashes[node] for node in nodes))


@dataclass
class _Contents:
    """Passes the leaves on, looks at the evidence beside them, and remembers what was published where."""

    files: _Files
    size: int
    published: dict[str, tuple[int, Mapping[str, Any]]] = field(default_factory=dict)
    wrong: list[Broken] = field(default_factory=list)
    opened: int = 0

    def leaves(self) -> Iterator[tuple[int, bytes]]:
        """Yield index and bytes of each leaf."""
        for block, first in enumerate(range(0, self.size, TILE_WIDTH)):
            width = min(TILE_WIDTH, self.size - first)
            leaves = self._entries(entries_path(block, width), first)
            for index, leaf in enumerate(leaves, first):
                self._note(index, leaf)
                yield index, leaf
            self._look_at(block, first, leaves)

    def _entries(self, name: str, first: int) -> list[bytes]:
        try:
            return parse_entries(self.files.at(name, first))
        except Broken:
            raise
        except EvidenceError as error:
            raise Broken(error.code, first, f"{name}: {error}") from error

    def _note(self, index: int, data: bytes) -> None:
        try:
            leaf = parse_leaf(data)
        except EvidenceError as error:
            self.wrong.append(Broken(error.code, index, str(error)))
            return
        if leaf["type"] == "version_published":
            self.published[str(leaf.get("version"))] = index, leaf

    def _look_at(self, block: int, first: int, leaves: Sequence[bytes]) -> None:
        name = evidence_path(block)
        if name not in self.files.names:
            return
        unopened = dict(enumerate(leaves, first))
        try:
            for line in self.files.text(name, first).removesuffix("\n").split("\n"):
                self._open(f"{line}\n", first, unopened)
        except Broken as broken:
            self.wrong.append(broken)

    def _open(self, line: str, first: int, unopened: dict[int, bytes]) -> None:
        """Compare a line with its leaf, which no other line may open."""
        try:
            opened = read_json(line)
            index, evidence = _whole(opened["index"]), opened["evidence"]
            salt = decode_hex(opened["salt"], "salt_malformed")
            same = evidence_line(index, salt, canonical_json(evidence)).decode() == line
            committed = parse_leaf(unopened.pop(index))["commitment"]
            holds = commitment(salt, canonical_json(evidence)) == committed
        except (EvidenceError, LookupError, TypeError, AttributeError) as error:
            raise Broken("evidence_malformed", first, f"A line of evidence cannot be read: {error}") from error
        if not (same and holds):
            raise Broken("evidence_differs", index, f"The evidence of leaf {index} is not what it commits to.")
        self.opened += 1


def _whole(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise EvidenceError("evidence_malformed", "An index is a whole number.")


def _policies(files: _Files, published: Mapping[str, tuple[int, Mapping[str, Any]]], size: int) -> int:
    texts: dict[str, dict[str, bytes]] = {}
    for name in sorted(files.names):
        if found := _POLICY_FILE.fullmatch(name):
            index, leaf = published.get(found["version"], (size, {}))
            content = files.at(name, index)
            if found["kind"] == "md":
                texts.setdefault(found["version"], {})[found["language"]] = content
            elif sha256(content).hexdigest() != leaf.get("statements", {}).get(found["language"]):
                raise Broken("statement_differs", index, f"{name} is not the sentence that was published.")
    for version, by_language in texts.items():
        index, leaf = published.get(version, (size, {}))
        hashes = sorted(sha256(content).hexdigest() for content in by_language.values())
        if sha256("".join(f"{one}\n" for one in hashes).encode()).hexdigest() != leaf.get("content_sha256"):
            raise Broken("content_differs", index, f"policies/{version} is not the text that was published.")
    return len(texts)


def _sums(files: _Files, size: int) -> None:
    """Compare every file with the list of sums: it notices what no signature covers, such as the explanations."""
    listed = dict(line.split("  ", 1)[::-1] for line in files.text(SUMS, size).split("\n") if "  " in line)
    if differing := listed.keys() ^ (files.names - {SUMS}):
        raise Broken("file_unexpected", size, f"{min(differing)} is missing, or was not exported.")
    for name, digest in listed.items():
        if sha256(files.at(name, size)).hexdigest() != digest:
            raise Broken("file_differs", size, f"{name} is not as it was exported.")
