"""What a receipt says of itself, for the page, the print and the mail alike."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from app.evidence.checkpoints import Checkpoint
from app.evidence.notes import split_note
from app.evidence.proofs import Proof
from app.evidence.verdicts import kind_of
from app.models import AcknowledgementMethod
from app.receipts.rules.kinds import KINDS
from app.receipts.web.check_words import words_in
from app.rules.instants import parse
from app.web.dates import day_in_words
from app.web.i18n import translations
from app.wording import N_

_NAMED = ["name", "email", "language", "method", "sign_in_method", "authenticated_at"]

_CONFIRMED: Mapping[str, str] = {
    AcknowledgementMethod.PAGE: N_(
        "This account confirmed at this time that it had received and read exactly this text, in this version and "
        "language."
    ),
    AcknowledgementMethod.PAPER: N_(
        "On paper: whoever recorded it stated at this time that the person had signed for exactly this text, in this "
        "version and language. The evidence holds the fingerprint of the scan."
    ),
    AcknowledgementMethod.API: N_(
        "Through another program: it reported at this time that the person had received and read exactly this text, in "
        "this version and language."
    ),
}
_IN_LOG = N_("The record stands in the signed log of the company: any later change contradicts this receipt.")
_NOT_SHOWN: Mapping[str, str] = {
    AcknowledgementMethod.PAGE: N_(
        "That the person understood the text, agrees with it, or who held the account at that moment."
    ),
    AcknowledgementMethod.PAPER: N_(
        "On paper: that the person understood the text, agrees with it, or that the signature is theirs. For that, "
        "look at the scan, which the company keeps."
    ),
    AcknowledgementMethod.API: N_(
        "Through another program: that the person understood the text, agrees with it, or confirmed it themselves. For "
        "that, look at what the other program kept."
    ),
}
_NO_SIGNATURE = N_("It is an acknowledgement of receipt: not a digital signature, and no consent to anything.")


def proves(*methods: str) -> Sequence[str]:
    """Return what an acknowledgement by these methods proves, in lines to be translated."""
    return (*(_CONFIRMED[method] for method in methods), _IN_LOG)


def does_not_prove(*methods: str) -> Sequence[str]:
    """Return what it leaves open, in lines to be translated."""
    return (*(_NOT_SHOWN[method] for method in methods), _NO_SIGNATURE)


def facts(receipt: Mapping[str, Any], language: str, zone: ZoneInfo, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return who confirmed, when and how, as pairs of label and value.

    The time is that of ``zone`` and UTC; whoever recorded it is called as in ``names``, which go by id.
    """
    words, evidence, translate = words_in(language), receipt["evidence"], translations(language).gettext
    labels = words.labels(kind_of(receipt, KINDS))
    named = _NAMED if evidence["method"] == AcknowledgementMethod.PAGE else [*_NAMED, "recorded_by"]
    paths = [(f"evidence.{name}", name) for name in named]
    signed_on = [date.fromisoformat(evidence["signed_on"])] if "signed_on" in evidence else []
    return [
        (labels["label"], receipt["label"]),
        (translate("Recorded"), _moment(evidence["at"], language, zone)),
        (labels["evidence.at"], evidence["at"]),
        *((labels[path], names.get(evidence[name]) or words.said(path, evidence[name])) for path, name in paths),
        *((labels["evidence.signed_on"], day_in_words(day, language)) for day in signed_on),
    ]


def hashes(receipt: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """Return the fingerprints and the place in the log, as pairs of label and value."""
    translate, leaf, proof = translations(language).gettext, receipt["leaf"], Proof.parse(receipt["proof"])
    checkpoint = Checkpoint.parse(split_note(proof.checkpoint).text)
    labels = words_in(language).labels(kind_of(receipt, KINDS))
    scan = [receipt["evidence"]["scan_sha256"]] if "scan_sha256" in receipt["evidence"] else []
    return [
        (labels["leaf.content_sha256"], leaf["content_sha256"]),
        (translate("Fingerprint of the sentence (SHA-256)"), leaf["statement_sha256"]),
        *((labels["evidence.scan_sha256"], digest) for digest in scan),
        (translate("Fingerprint of the evidence (SHA-256)"), leaf["commitment"]),
        (translate("Number in the log"), f"{proof.index} / {checkpoint.size}"),
        (translate("Fingerprint of the log (SHA-256)"), checkpoint.root.hex()),
    ]


def _moment(at: str, language: str, zone: ZoneInfo) -> str:
    moment = format_datetime(parse(at).astimezone(zone), "d MMMM yyyy, HH:mm:ss", locale=language)
    return f"{moment} ({zone.key})"
