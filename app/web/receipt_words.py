"""What a receipt says of itself, for the page, the print and the mail alike."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from app.evidence.checkpoints import Checkpoint
from app.evidence.notes import split_note
from app.evidence.proofs import Proof
from app.rules.instants import parse
from app.web.evidence_words import words_in
from app.web.i18n import translations
from app.wording import N_

_NAMED = ("name", "email", "language", "method", "sign_in_method", "authenticated_at")

PROVES = (
    N_(
        "This account confirmed at this time that it had received and read exactly this text, in this version and "
        "language."
    ),
    N_("The record stands in the signed log of the company: whoever changes it later contradicts this receipt."),
)
DOES_NOT_PROVE = (
    N_("That the person understood the text, agrees with it, or who held the account at that moment."),
    N_("It is an acknowledgement of receipt: not a digital signature, and no consent to anything."),
)


def facts(receipt: Mapping[str, Any], language: str, zone: ZoneInfo) -> list[tuple[str, str]]:
    """Return who confirmed, when and how, as pairs of label and value. The time is that of ``zone`` and UTC."""
    words, evidence, translate = words_in(language), receipt["evidence"], translations(language).gettext
    labels = dict(words.facts)
    on_paper = [(translate("Signed on paper on"), evidence["signed_on"])] if "signed_on" in evidence else []
    return [
        (labels["label"], receipt["label"]),
        (translate("Recorded"), _moment(evidence["at"], language, zone)),
        (labels["evidence.at"], evidence["at"]),
        *((labels[f"evidence.{name}"], words.values.get(evidence[name], evidence[name])) for name in _NAMED),
        *on_paper,
    ]


def hashes(receipt: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """Return the fingerprints and the place in the log, as pairs of label and value."""
    translate, leaf, proof = translations(language).gettext, receipt["leaf"], Proof.parse(receipt["proof"])
    checkpoint = Checkpoint.parse(split_note(proof.checkpoint).text)
    return [
        (dict(words_in(language).facts)["leaf.content_sha256"], leaf["content_sha256"]),
        (translate("Fingerprint of the sentence (SHA-256)"), leaf["statement_sha256"]),
        (translate("Fingerprint of the evidence (SHA-256)"), leaf["commitment"]),
        (translate("Number in the log"), f"{proof.index} / {checkpoint.size}"),
        (translate("Fingerprint of the log (SHA-256)"), checkpoint.root.hex()),
    ]


def _moment(at: str, language: str, zone: ZoneInfo) -> str:
    moment = format_datetime(parse(at).astimezone(zone), "d MMMM yyyy, HH:mm:ss", locale=language)
    return f"{moment} ({zone.key})"
