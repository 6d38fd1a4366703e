"""The kinds of receipts: one entry says what a new kind must prove, which facts that covers, and its words.

The command line, the pages and the browser's script judge by this one table (docs/evidence/specification.md, "Kinds").
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.evidence.verdicts import Kind
from app.merkle_log.rules.leaf_type import LeafType
from app.wording import N_


@dataclass(frozen=True, kw_only=True)
class WordedKind(Kind):
    """A kind with what it is called, and a sentence that says what happened: both English, like the labels."""

    name: str
    act: str


_RECORDED = ("kind", "evidence", "inclusion", "signature", "log")
_CONFIRMED = (*_RECORDED, "statement")

_WHO = {"evidence.name": N_("Name"), "evidence.email": N_("E-mail")}
_BY = {"evidence.recorded_by": N_("Recorded by")}
_IN_PERSON = {
    "evidence.sign_in_method": N_("How the person signed in"),
    "evidence.authenticated_at": N_("Signed in at (UTC)"),
    **_BY,
}
# Where somebody else recorded it for the person, the evidence holds the time and the session of whoever did.
_FOR_THEM = {
    "evidence.at": N_("Recorded at (UTC)"),
    "evidence.method": N_("How it was confirmed"),
    "evidence.language": N_("Language"),
    "evidence.sign_in_method": N_("How the person who recorded it signed in"),
    "evidence.authenticated_at": N_("The person who recorded it signed in at (UTC)"),
    **_BY,
}
_SENTENCE = {"statement": N_("The sentence that was confirmed")}
_VERSION = {"label": N_("Version")}
_ENTRY = {
    "leaf.content_sha256": N_("Fingerprint of the text (SHA-256)"),
    "leaf.log": N_("Log"),
    "vkey": N_("Key that the receipt carries"),
}
_HUNG = {
    "evidence.place": N_("Place"),
    "evidence.starts_on": N_("First day"),
    "evidence.ends_on": N_("Last day"),
}

KINDS: Mapping[str, WordedKind] = {
    "acknowledgement": WordedKind(
        leaf=LeafType.ACKNOWLEDGEMENT,
        name=N_("acknowledgement"),
        act=N_("The person confirmed having received and read the text."),
        required=_CONFIRMED,
        facts={
            **_SENTENCE,
            **_VERSION,
            **_WHO,
            "evidence.at": N_("Confirmed at (UTC)"),
            "evidence.method": N_("How it was confirmed"),
            "evidence.language": N_("Language"),
            **_IN_PERSON,
            **_ENTRY,
        },
    ),
    "acknowledgement_reported": WordedKind(
        leaf=LeafType.ACKNOWLEDGEMENT,
        method="api",
        name=N_("acknowledgement, reported by another program"),
        act=N_("Another program reported that the person had received and read the text."),
        required=_CONFIRMED,
        facts={**_SENTENCE, **_VERSION, **_WHO, **_FOR_THEM, **_ENTRY},
    ),
    "paper_acknowledgement": WordedKind(
        leaf=LeafType.PAPER_ACKNOWLEDGEMENT,
        name=N_("acknowledgement on paper"),
        act=N_("Somebody recorded that the person had signed for the text on paper."),
        required=_CONFIRMED,
        facts={
            **_SENTENCE,
            **_VERSION,
            **_WHO,
            **_FOR_THEM,
            "evidence.signed_on": N_("Signed on paper on"),
            "evidence.scan_sha256": N_("Fingerprint of the scan (SHA-256)"),
            **_ENTRY,
        },
    ),
    "question": WordedKind(
        leaf=LeafType.QUESTION,
        name=N_("question"),
        act=N_("The person asked a question about the text. They confirmed nothing."),
        required=_RECORDED,
        facts={
            **_VERSION,
            **_WHO,
            "evidence.at": N_("Asked at (UTC)"),
            "evidence.note": N_("What they asked"),
            **_IN_PERSON,
            **_ENTRY,
        },
    ),
    "refusal": WordedKind(
        leaf=LeafType.REFUSAL,
        name=N_("refusal"),
        act=N_("The person did not agree with the text. They confirmed nothing."),
        required=_RECORDED,
        facts={
            **_VERSION,
            **_WHO,
            "evidence.at": N_("Refused at (UTC)"),
            "evidence.note": N_("What they wrote"),
            **_IN_PERSON,
            **_ENTRY,
        },
    ),
    "version_published": WordedKind(
        leaf=LeafType.VERSION_PUBLISHED,
        name=N_("publication"),
        act=N_("A version of the text was published."),
        required=(*_RECORDED, "published"),
        facts={
            **_VERSION,
            "leaf.at": N_("Published at (UTC)"),
            "evidence.effective_on": N_("In force from"),
            "evidence.approved_by": N_("Approved by"),
            "evidence.published_by": N_("Published by"),
            **_ENTRY,
        },
    ),
    "posting": WordedKind(
        leaf=LeafType.POSTING,
        name=N_("posting"),
        act=N_("Somebody recorded where the text hung, and since when."),
        required=_RECORDED,
        facts={
            **_VERSION,
            **_HUNG,
            "evidence.proof_sha256": N_("Fingerprint of the photo (SHA-256)"),
            "leaf.at": N_("Recorded at (UTC)"),
            **_BY,
            **_ENTRY,
        },
    ),
    "posting_ended": WordedKind(
        leaf=LeafType.POSTING_ENDED,
        name=N_("end of a posting"),
        act=N_("Somebody recorded where the text hung, and until when."),
        required=_RECORDED,
        facts={**_VERSION, **_HUNG, "leaf.at": N_("Recorded at (UTC)"), **_BY, **_ENTRY},
    ),
    "certificate": WordedKind(
        leaf=LeafType.CERTIFICATE,
        name=N_("certificate"),
        act=N_("The person passed a course, and a certificate was issued."),
        required=_RECORDED,
        facts={
            **_WHO,
            "evidence.title": N_("Course"),
            "evidence.number": N_("Version of the course"),
            "evidence.issued_at": N_("Passed at (UTC)"),
            "evidence.expires_on": N_("Last day of validity"),
            **_BY,
            "leaf.content_sha256": N_("Fingerprint of the course (SHA-256)"),
            "leaf.log": _ENTRY["leaf.log"],
            "vkey": _ENTRY["vkey"],
        },
    ),
    "correction": WordedKind(
        leaf=LeafType.CORRECTION,
        name=N_("correction"),
        act=N_("Somebody recorded that an earlier entry is wrong, and why."),
        required=_RECORDED,
        facts={
            "leaf.index": N_("Number of the corrected entry"),
            "evidence.reason": N_("Reason"),
            "leaf.at": N_("Recorded at (UTC)"),
            **_BY,
            **_ENTRY,
        },
    ),
}
