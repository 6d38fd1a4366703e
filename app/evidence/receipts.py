"""Receipts: everything one needs to check a recorded act without us, and the verifier that does.

The verifier answers each question separately and always all of them; docs/evidence/specification.md says what each
answer means. Its reasons are codes: the words for people live elsewhere. What the answers come to is in verdicts.py.
"""

import base64
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypedDict, TypeVar, Unpack

from app.evidence.checkpoints import Checkpoint
from app.evidence.encoding import decode64, decode_hex, encode64, utf8
from app.evidence.errors import EvidenceError
from app.evidence.leaves import Leaf, canonical_json, commitment, leaf_bytes, read_json
from app.evidence.notes import COSIGNATURE, ED25519, Verifier, open_note, split_note
from app.evidence.proofs import Proof
from app.evidence.tree import HASH_BYTES, leaf_hash, verify_inclusion
from app.evidence.verdicts import Check, Kind, Outcome, kind_of

FORMAT = "portavoce/receipt/v1"
MAX_RECEIPT_BYTES = 256 * 1024

_PUBLICATION = "version_published"

T = TypeVar("T")
# Reads an RFC 3161 token over a checkpoint text: returns the time it states, or raises EvidenceError.
ReadTimestamp = Callable[[bytes, bytes], str]


@dataclass(frozen=True)
class Publication:
    """The leaf that published the version, and its path under the same checkpoint as the receipt's proof."""

    leaf: Leaf
    index: int
    path: Sequence[bytes]


class Parts(TypedDict):
    """What a receipt is made of; `salt` is 32 bytes, `proof` a tlog-proof, `timestamp` an RFC 3161 token."""

    title: str
    label: str
    language: str
    statement: str
    evidence: Mapping[str, Any]
    salt: bytes
    leaf: Leaf
    proof: str
    published: Publication | None
    vkey: str
    timestamp: bytes | None


def build(**parts: Unpack[Parts]) -> dict[str, Any]:
    """Put a receipt together as plain JSON values. Nothing is checked here: `verify` is for that."""
    published, timestamp = parts["published"], parts["timestamp"]
    return {
        "format": FORMAT,
        **parts,
        "salt": parts["salt"].hex(),
        "published": published
        and {"leaf": published.leaf, "index": published.index, "path": [encode64(step) for step in published.path]},
        "timestamp": None if timestamp is None else encode64(timestamp),
    }


def pack(receipt: Mapping[str, Any]) -> str:
    """Write a receipt for a QR code: canonical JSON, raw DEFLATE (RFC 1951), base64url without padding."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = deflate.compress(canonical_json(receipt).encode()) + deflate.flush()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def unpack(packed: str) -> dict[str, Any]:
    """Read what `pack` wrote; raise `receipt_malformed`, also for more than 256 KiB of JSON."""
    try:
        data = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        text = inflate.decompress(data, MAX_RECEIPT_BYTES)
        if inflate.eof and not inflate.unused_data:
            return read_json(text)
    except (ValueError, zlib.error, EvidenceError) as error:
        raise EvidenceError("receipt_malformed", "This is no packed receipt.") from error
    raise EvidenceError("receipt_malformed", "This packed receipt is cut off, too long or followed by something.")


def verify(
    receipt: Mapping[str, Any],
    kinds: Mapping[str, Kind],
    *,
    vkeys: Sequence[str] = (),
    witnesses: Sequence[str] = (),
    read_timestamp: ReadTimestamp | None = None,
) -> list[Check]:
    """Answer all nine questions about a receipt, each for itself; never raises, whatever the receipt holds.

    A receipt of none of the `kinds` fails, and so does one without what its kind requires. `vkeys` are the log keys the
    caller trusts. Without any, the key inside the receipt shows only that the receipt agrees with itself, and the
    signature's reason says so. `witnesses` are the witness keys the caller knows.
    """
    kind = kind_of(receipt, kinds)
    claim = _Claim(receipt, kind, kinds[kind].required if kind else (), vkeys, witnesses, read_timestamp)
    return [_answer(name, check, claim) for name, check in _CHECKS.items()]


@dataclass(frozen=True)
class _Claim:
    """A receipt in question. Each part is read when a check asks for it, so that a bad one spoils no other check."""

    receipt: Mapping[str, Any]
    kind: str | None
    required: Collection[str]
    vkeys: Sequence[str]
    witnesses: Sequence[str]
    read_timestamp: ReadTimestamp | None

    def part(self, name: str, kind: type[T]) -> T:
        return _typed(self.receipt, name, kind)

    def leaf(self) -> dict[str, Any]:
        return self.part("leaf", dict)

    def proof(self) -> Proof:
        return Proof.parse(self.part("proof", str))

    def checkpoint(self) -> Checkpoint:
        return Checkpoint.parse(split_note(self.proof().checkpoint).text)


_Answer = tuple[Outcome, str, dict[str, Any]]
_Question = Callable[[_Claim], _Answer]


def _answer(name: str, check: _Question, claim: _Claim) -> Check:
    try:
        _demand(claim.receipt.get("format") == FORMAT, "format_unknown")
        outcome, reason, values = check(claim)
        _demand(outcome != "absent" or name not in claim.required, "check_required")
    except EvidenceError as error:
        return Check(name, "fail", error.code)
    return Check(name, outcome, reason, values)


def _kind(claim: _Claim) -> _Answer:
    """Tell what kind of act the leaf records."""
    claim.leaf()
    _demand(claim.kind is not None, "kind_unknown")
    return "pass", "kind_known", {"kind": claim.kind}


def _statement(claim: _Claim) -> _Answer:
    """Compare the printed sentence with the hash in the leaf; where that has none, none may be printed."""
    leaf, printed = claim.leaf(), claim.part("statement", str)
    if "statement_sha256" not in leaf:
        _demand(not printed, "statement_not_in_leaf")
        return "absent", "no_statement", {}
    digest = sha256(utf8(printed, "statement_malformed")).hexdigest()
    _demand(digest == leaf["statement_sha256"], "statement_differs")
    return "pass", "statement_matches", {"statement_sha256": digest}


def _evidence(claim: _Claim) -> _Answer:
    """Compare the printed evidence with the commitment, and with what else is printed."""
    leaf, evidence = claim.leaf(), claim.part("evidence", dict)
    salt = decode_hex(claim.part("salt", str), "salt_malformed")
    committed = commitment(salt, canonical_json(evidence))
    _demand(committed == leaf.get("commitment"), "commitment_differs")
    printed, said = {**leaf, "language": claim.receipt.get("language")}, {"language": "", **evidence}
    differing = sorted(name for name in said.keys() & printed.keys() if said[name] != printed[name])
    if differing:
        return "fail", "evidence_contradicts", {"fields": differing}
    return "pass", "evidence_matches", {"commitment": committed}


def _inclusion(claim: _Claim) -> _Answer:
    """Follow the path from the leaf to the root of the checkpoint."""
    proof, checkpoint = claim.proof(), claim.checkpoint()
    hashed = leaf_hash(leaf_bytes(claim.leaf()))
    verify_inclusion(proof.index, checkpoint.size, hashed, proof.path, checkpoint.root)
    return "pass", "included", {"index": proof.index, "size": checkpoint.size}


def _signature(claim: _Claim) -> _Answer:
    """Check that the key of the log, one that the caller trusts, signed the checkpoint."""
    own = claim.part("vkey", str)
    _demand(not claim.vkeys or own in claim.vkeys, "key_not_trusted")
    verifier = Verifier.from_vkey(own)
    _demand(verifier.type == ED25519, "vkey_type_unknown")
    open_note(claim.proof().checkpoint, [verifier])
    return "pass", "key_trusted" if claim.vkeys else "key_from_receipt", {"vkey": own}


def _log(claim: _Claim) -> _Answer:
    """Check that leaf, checkpoint and key name one log, and one whose key the caller trusts."""
    origin = claim.checkpoint().origin
    own = Verifier.from_vkey(claim.part("vkey", str)).name
    _demand(claim.leaf().get("log") == origin == own, "log_differs")
    if not claim.vkeys:
        return "pass", "log_from_receipt", {"log": origin}
    _demand(origin in {Verifier.from_vkey(vkey).name for vkey in claim.vkeys}, "log_not_trusted")
    return "pass", "log_trusted", {"log": origin}


def _published(claim: _Claim) -> _Answer:
    """Check that this version was published earlier in this log, with this text, sentence and label."""
    if claim.receipt.get("published") is None:
        return _published_here(claim)
    published, leaf, checkpoint = claim.part("published", dict), claim.leaf(), claim.checkpoint()
    first, index, path = (
        _typed(published, "leaf", dict),
        _typed(published, "index", int),
        _typed(published, "path", list),
    )
    steps = [decode64(step if isinstance(step, str) else "", "hash_malformed", HASH_BYTES) for step in path]
    verify_inclusion(index, checkpoint.size, leaf_hash(leaf_bytes(first)), steps, checkpoint.root)
    _demand(index < claim.proof().index, "published_later")
    _demand(first["type"] == _PUBLICATION, "not_a_publication")
    same = all(first.get(name) == leaf.get(name) is not None for name in ("log", "policy", "version", "content_sha256"))
    _demand(same, "publication_of_another_version")
    label = claim.part("label", str)
    _demand(first.get("label") == label == leaf.get("label", label), "label_differs")
    listed = _typed(first, "statements", dict).get(claim.part("language", str))
    place = {"index": index, "at": first["at"]}
    if "statement_sha256" not in leaf:
        return "pass", "text_published_before", place
    _demand(listed == leaf["statement_sha256"], "statement_not_published")
    return "pass", "published_before", place


def _published_here(claim: _Claim) -> _Answer:
    """Check the label of a leaf that is itself the publication; of any other, nothing shows when it was published."""
    leaf = claim.leaf()
    if leaf.get("type") != _PUBLICATION:
        return "absent", "no_publication", {}
    _demand(leaf.get("label") == claim.part("label", str), "label_differs")
    return "pass", "published_here", {}


def _witnesses(claim: _Claim) -> _Answer:
    """Name the witnesses known to the caller that saw this checkpoint, and when."""
    known = [Verifier.from_vkey(vkey) for vkey in claim.witnesses]
    _demand(all(witness.type == COSIGNATURE for witness in known), "vkey_type_unknown")
    if not known:
        return "absent", "no_witness_known", {}
    try:
        _, signed = open_note(claim.proof().checkpoint, known)
    except EvidenceError as error:
        if error.code == "signature_missing":
            return "absent", "not_witnessed", {}
        raise
    seen = [{"name": one.verifier.name, "at": one.at} for one in signed]
    return "pass", "witnessed", {"witnesses": seen}


def _time(claim: _Claim) -> _Answer:
    """Ask the caller's reader which time a timestamp authority stated for this checkpoint."""
    if claim.receipt.get("timestamp") is None:
        return "absent", "no_timestamp", {}
    token = decode64(claim.part("timestamp", str), "timestamp_malformed")
    if claim.read_timestamp is None:
        return "absent", "timestamp_not_checked", {}
    text = split_note(claim.proof().checkpoint).text
    return "pass", "timestamped", {"at": claim.read_timestamp(token, utf8(text, "note_malformed"))}


_CHECKS: dict[str, _Question] = {
    "kind": _kind,
    "statement": _statement,
    "evidence": _evidence,
    "inclusion": _inclusion,
    "signature": _signature,
    "log": _log,
    "published": _published,
    "witnesses": _witnesses,
    "time": _time,
}


def _typed(holder: Mapping[str, Any], name: str, kind: type[T]) -> T:
    value = holder.get(name)
    if isinstance(value, kind) and not isinstance(value, bool):
        return value
    raise EvidenceError("receipt_malformed", f"The receipt has no usable {name}.")


def _demand(holds: bool, code: str) -> None:  # noqa: FBT001
    if not holds:
        raise EvidenceError(code, "The parts of the receipt do not agree.")
