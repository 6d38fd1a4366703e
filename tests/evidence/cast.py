"""Small logs with a publication and one act of each kind, signed with fixed test keys."""

import hashlib
import json
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.evidence import receipts
from app.evidence.checkpoints import Checkpoint, cosign, sign_checkpoint
from app.evidence.encoding import encode64
from app.evidence.leaves import canonical_json, commitment, leaf_bytes
from app.evidence.notes import COSIGNATURE, Signer
from app.evidence.proofs import Proof
from app.evidence.tree import Edge, Node, inclusion_path, leaf_hash

ORIGIN = "portavoce/log/0198c5f0-0000-7000-8000-000000000001"
STATEMENT = "Ho ricevuto e letto la versione 2.0 della Social media policy."
SALT = bytes(range(32))
COMMON = {
    "log": ORIGIN,
    "policy": "0198c5f0-0000-7000-8000-00000000000a",
    "version": "0198c5f0-0000-7000-8000-00000000000b",
    "content_sha256": hashlib.sha256(b"content").hexdigest(),
}
SCAN_SHA256 = hashlib.sha256(b"scan").hexdigest()
STATEMENT_SHA256 = hashlib.sha256(STATEMENT.encode()).hexdigest()
EVIDENCE = {
    "person": "0198c5f0-0000-7000-8000-00000000000c",
    "name": "Giulia Bianchi",
    "email": "not_collected",
    "language": "it",
    "method": "signed_in",
    "sign_in_method": "password",
    "authenticated_at": "2026-11-23T08:55:00.000000Z",
    "at": "2026-11-23T09:00:00.000000Z",
    "content_sha256": COMMON["content_sha256"],
    "statement_sha256": STATEMENT_SHA256,
    "recorded_by": "not_collected",
}
PUBLICATION = COMMON | {
    "type": "version_published",
    "at": "2026-11-20T10:00:00.000000Z",
    "label": "2.0",
    "material": True,
    "statements": {"it": STATEMENT_SHA256},
    "commitment": hashlib.sha256(b"who approved").hexdigest(),
}
PUBLISHED = {
    "effective_on": "2026-11-23",
    "approved_by": "0198c5f0-0000-7000-8000-00000000000d",
    "published_by": "0198c5f0-0000-7000-8000-00000000000e",
}
POSTED = {
    "place": "Bacheca",
    "site": "not_collected",
    "starts_on": "2026-11-21",
    "ends_on": "not_collected",
    "recorded_by": "0198c5f0-0000-7000-8000-00000000000e",
}
FOR_THEM = EVIDENCE | {"recorded_by": POSTED["recorded_by"]}
ANSWERED = {name: value for name, value in EVIDENCE.items() if not name.endswith("sha256") and name != "language"}
del ANSWERED["method"]
CORRECTED = {"person": EVIDENCE["person"], "reason": "Another person signed.", "recorded_by": POSTED["recorded_by"]}
CERTIFIED = {
    "log": ORIGIN,
    "course": "0198c5f0-0000-7000-8000-000000000010",
    "course_version": "0198c5f0-0000-7000-8000-000000000011",
    "content_sha256": COMMON["content_sha256"],
    "policies": {COMMON["version"]: COMMON["content_sha256"]},
}
PASSED = {
    "person": EVIDENCE["person"],
    "name": EVIDENCE["name"],
    "email": EVIDENCE["email"],
    "title": "Parlare dell’azienda",
    "number": 2,
    "issued_at": EVIDENCE["at"],
    "expires_on": "2027-11-23",
    "recorded_by": EVIDENCE["person"],
}
POSTING = {"posting": "0198c5f0-0000-7000-8000-00000000000f"}
SENTENCE = {"statement_sha256": STATEMENT_SHA256}


class Act(NamedTuple):
    """What a leaf of this type has besides time and commitment, and what it commits to."""

    type: str
    leaf: dict[str, Any]
    evidence: dict[str, Any]


def leaf_of(act: Act) -> dict[str, Any]:
    committed = commitment(SALT, canonical_json(act.evidence))
    return act.leaf | {"type": act.type, "at": EVIDENCE["at"], "commitment": committed}


ACTS = {
    "acknowledgement": Act("acknowledgement", COMMON | SENTENCE, EVIDENCE),
    "acknowledgement_reported": Act("acknowledgement", COMMON | SENTENCE, FOR_THEM | {"method": "api"}),
    "paper_acknowledgement": Act(
        "paper_acknowledgement",
        COMMON | SENTENCE,
        FOR_THEM | {"method": "paper", "signed_on": "2026-11-22", "scan_sha256": SCAN_SHA256},
    ),
    "question": Act("question", COMMON, ANSWERED | {"note": "Vale anche per i profili privati?"}),
    "refusal": Act("refusal", COMMON, ANSWERED | {"note": "Non sono d’accordo."}),
    "version_published": Act(
        "version_published",
        COMMON | {"label": "2.0", "material": True, "statements": {"it": STATEMENT_SHA256}},
        PUBLISHED,
    ),
    "posting": Act("posting", COMMON | POSTING, POSTED | {"proof_sha256": SCAN_SHA256}),
    "posting_ended": Act("posting_ended", COMMON | POSTING, POSTED | {"ends_on": "2026-11-30"}),
    "certificate": Act("certificate", CERTIFIED, PASSED),
    "correction": Act("correction", {"log": ORIGIN, "index": 1}, CORRECTED),
}
"""By kind of receipt."""
ACKNOWLEDGEMENT = leaf_of(ACTS["acknowledgement"])
# What a log can hold, and no verifier may take for an act of a known kind.
STRANGE_ACTS = {
    "unknown type": Act("certificate_of_another_program", COMMON | SENTENCE, EVIDENCE),
    "acknowledgement without a sentence": Act("acknowledgement", COMMON, EVIDENCE),
}


def signer(name: str = ORIGIN, seed: int = 1, kind: int = 1) -> Signer:
    """A key from a seed of equal bytes: worthless, and the same for ever."""
    return Signer(name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32), kind)


WITNESS = signer("witness.example/agency", 2, COSIGNATURE)


def log_of(leaves: list[dict[str, Any]], key: Signer) -> tuple[Edge, dict[Node, bytes], Checkpoint, str]:
    """The edge, the nodes, the checkpoint and its note of a log with these leaves."""
    edge, nodes = Edge(), {}
    for leaf in leaves:
        edge, completed = edge.append(leaf_hash(leaf_bytes(leaf)))
        nodes.update(completed)
    checkpoint = Checkpoint(key.name, edge.size, edge.root())
    return edge, nodes, checkpoint, sign_checkpoint(checkpoint, key)


def others(count: int, log: str) -> list[dict[str, Any]]:
    return [{"type": "erasure", "log": log, "at": "2026-11-21T10:00:00.000000Z", "index": n} for n in range(count)]


def receipt(
    key: Signer | None = None,
    *,
    act: Act = ACTS["acknowledgement"],
    witnessed: bool = True,
    timestamp: bytes | None = None,
) -> Any:
    """The receipt of Giulia's acknowledgement, or of another act, at index 5 of a log of 8.

    The version was published at index 2.
    """
    key = key or signer()
    publication, leaf = PUBLICATION | {"log": key.name}, leaf_of(act) | {"log": key.name}
    leaves = [*others(2, key.name), publication, *others(2, key.name), leaf, *others(2, key.name)]
    edge, nodes, checkpoint, note = log_of(leaves, key)
    if witnessed:
        note += cosign(checkpoint, WITNESS, 1795000000)
    paths = [inclusion_path(index, edge.size, lambda _: nodes) for index in (2, 5)]
    confirmed, of_a_version = "statement_sha256" in leaf, "version" in leaf
    shown = of_a_version and act.type != "version_published"
    built = receipts.build(
        title="Social media policy",
        label="2.0" if of_a_version else "",
        language=act.evidence.get("language", ""),
        statement=STATEMENT if confirmed else "",
        evidence=act.evidence,
        salt=SALT,
        leaf=leaf,
        proof=Proof(5, tuple(paths[1]), note).text(),
        published=receipts.Publication(publication, 2, paths[0]) if shown else None,
        vkey=key.verifier.vkey(),
        timestamp=timestamp,
    )
    return json.loads(json.dumps(built))


def first_step(proof: str) -> str:
    """The first hash of a printed path."""
    return encode64(Proof.parse(proof).path[0])
