"""A receipt on one page: in words, as a square to scan, and in small print whatever a check by hand needs."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import segno
from segno.encoder import DataOverflowError

from app.evidence.leaves import canonical_json
from app.evidence.receipts import pack
from app.receipts.web.receipt_words import does_not_prove, facts, proves
from app.web.i18n import DEFAULT_LANGUAGE, LANGUAGES, translations
from app.web.pdf import compiled, svg

Receipt = Mapping[str, Any]

# On the page the square is 84 mm wide: up to here its modules are half a millimetre, and phones read them off paper.
_EASY_TO_SCAN = 33
_QR_ERROR = "l"  # every other level needs more modules, and so smaller ones
# What a proof looks like is left to chance, so all masks are about as good; to try each takes four times as long.
_MASK = 4


class Square(NamedTuple):
    """A QR code and the address that it opens."""

    address: str
    code: segno.QRCode


def receipt_pdf(receipt: Receipt, company: str, public_url: str, zone: ZoneInfo) -> bytes:
    """Return the page in the language of what was confirmed. The same receipt gives the same bytes.

    ``zone`` is where the company is: the time is printed as it was there, and as the text that is hashed.
    """
    language = receipt["language"] if receipt["language"] in LANGUAGES else DEFAULT_LANGUAGE
    translate = translations(language).gettext
    drawn = square(receipt, public_url)
    data = {
        "language": language,
        "company": company,
        "title": receipt["title"],
        "statement": receipt["statement"],
        "qr": drawn and svg(drawn.code),
        "verify_at": f"{public_url}/verify",
        "facts": facts(receipt, language, zone, {}),
        "entry": _entry(receipt, translate),
        "proof": _proof(receipt, translate),
        "labels": _labels(translate, receipt["evidence"]["method"]),
    }
    return compiled("receipt", data)


def square(receipt: Receipt, public_url: str) -> Square | None:
    """Return the square whose address has the receipt in its fragment; None if none can hold it.

    What would make it too fine to scan stays away: first the time stamp, then the publication of the version. Whoever
    needs them takes the JSON file.
    """
    shorter = {**receipt, "timestamp": None}
    fine = None
    for one in (receipt, shorter, {**shorter, "published": None}):
        drawn = _drawn(link(one, public_url))
        if drawn and int(drawn.code.version) <= _EASY_TO_SCAN:
            return drawn
        fine = drawn or fine
    return fine


def link(receipt: Receipt, public_url: str) -> str:
    """Return the address at which a browser checks this receipt. The fragment reaches no server."""
    return f"{public_url}/verify#{pack(receipt)}"


def _drawn(address: str) -> Square | None:
    """Return the square for an address, None if no QR code (ISO/IEC 18004) is large enough."""
    try:
        return Square(address, segno.make_qr(address, error=_QR_ERROR, mask=_MASK))
    except DataOverflowError:
        return None


def _entry(receipt: Receipt, translate: Callable[[str], str]) -> list[tuple[str, str]]:
    published = receipt["published"]
    fields = [
        (translate("Entry in the log (canonical JSON)"), canonical_json(receipt["leaf"])),
        (translate("Evidence (canonical JSON)"), canonical_json(receipt["evidence"])),
        (translate("Salt"), receipt["salt"]),
    ]
    if published:
        place = "\n".join([f"index {published['index']}", *published["path"]])
        fields.append((translate("Publication of the version"), f"{canonical_json(published['leaf'])}\n{place}"))
    return fields


def _proof(receipt: Receipt, translate: Callable[[str], str]) -> list[tuple[str, str]]:
    fields = [
        (translate("Proof and signed state of the log"), receipt["proof"].strip()),
        (translate("Key of the log"), receipt["vkey"]),
    ]
    if receipt["timestamp"]:
        fields.append((translate("Time stamp of a third party"), translate("in the JSON file of this receipt")))
    return fields


def _labels(translate: Callable[[str], str], method: str) -> dict[str, Any]:
    return {
        "heading": translate("Receipt of acknowledgement"),
        "confirmed": translate("What was confirmed"),
        "qr": translate("QR code with the receipt"),
        "scan": translate(
            "Scan it to check this receipt in your browser; it is not sent to us. Or open its JSON file at"
        ),
        "by_hand": translate("This receipt is too long for a QR code. Check its JSON file at"),
        "small_print": translate("For a check by hand"),
        "meanings": [
            {"title": translate("What it proves"), "lines": [translate(line) for line in proves(method)]},
            {
                "title": translate("What it does not prove"),
                "lines": [translate(line) for line in does_not_prove(method)],
            },
        ],
    }
