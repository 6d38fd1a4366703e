"""The receipt on paper, read back as a phone and as a patient reader would."""

import secrets
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import zxingcpp

from app.evidence import receipts
from app.evidence.checkpoints import Checkpoint, sign_checkpoint
from app.evidence.leaves import canonical_json, commitment
from app.evidence.notes import Signer
from app.evidence.proofs import Proof
from app.evidence.receipts import Publication
from app.evidence.tree import inclusion_path
from app.receipts.web.pdf import link, receipt_pdf, square
from tests.web.test_pdf import page_count, run, text_of

ROME = ZoneInfo("Europe/Rome")
ADDRESS = "https://voce.pastificio-aurora.example"
LOG = "portavoce/log/01a215d8-f2ef-71a8-875f-cae8219ace98"
STATEMENT = (
    "Ho ricevuto e letto la versione 2.0 della policy e so a chi posso fare domande. "
    "Confermare non è un consenso e non mi iscrive a niente."
)


def receipt(size: int, **facts: Any) -> dict[str, Any]:
    """Return a receipt as long as one from a log of this size; its hashes lead nowhere."""
    one, other = "01a215d8-f2ef-71a8-875f-cae8219ace98", "01a215d9-1d44-71c7-9aaa-3154fa5aaecf"
    salt, digest, second = (secrets.token_bytes(32) for _ in range(3))
    shown = {"content_sha256": digest.hex(), "statement_sha256": second.hex()}
    evidence = {
        "person": one,
        "name": facts.pop("name", "Maria Grazia Bianchi"),
        "email": "mariagrazia.bianchi@pastificio-aurora.example",
        "language": "it",
        "method": "page",
        "sign_in_method": "magic_link",
        "authenticated_at": "2026-11-23T08:00:00.000000Z",
        "at": "2026-11-23T09:00:00.123456Z",
        "recorded_by": other,
        **shown,
    }
    committed = commitment(salt, canonical_json(evidence))
    same = {"log": LOG, "policy": one, "version": other, "content_sha256": digest.hex()}
    leaf = {"type": "acknowledgement", "at": evidence["at"], **same, **shown, "commitment": committed}
    statements = {"it": second.hex(), "en": salt.hex()}
    first = {"type": "version_published", "at": evidence["at"], **same, "label": "2.0", "statements": statements}
    signer = Signer.generate(LOG)
    note = sign_checkpoint(Checkpoint(LOG, size, salt), signer)
    nodes = lambda wanted: {node: secrets.token_bytes(32) for node in wanted}  # noqa: E731
    parts: dict[str, Any] = {
        "title": "Come parliamo di noi, e cosa resta tuo",
        "label": "2.0",
        "language": "it",
        "statement": STATEMENT,
        "evidence": evidence,
        "salt": salt,
        "leaf": leaf,
        "proof": Proof(size - 2, tuple(inclusion_path(size - 2, size, nodes)), note).text(),
        "published": Publication({**first, "commitment": committed}, 3, inclusion_path(3, size, nodes)),
        "vkey": signer.verifier.vkey(),
        "timestamp": None,
    }
    return receipts.build(**{**parts, **facts})


def printed(of: dict[str, Any]) -> bytes:
    return receipt_pdf(of, "Pastificio Aurora", ADDRESS, ROME)


def scanned(pdf: bytes) -> str:
    """Read the square off the page at 200 dpi, as a phone's camera would."""
    image = run("pdftoppm", "-r", "200", "-gray", "-singlefile", "-", pdf=pdf)
    _, width, height, _ = image.split(maxsplit=4)[:4]
    shape = (int(height), int(width))
    pixels = memoryview(image[-shape[0] * shape[1] :]).cast("B", shape)
    (found,) = zxingcpp.read_barcodes(pixels, zxingcpp.BarcodeFormat.QRCode)  # chance looks like other codes, too
    return found.text


@pytest.mark.parametrize("size", [10, 100_000, 1_000_000])
def test_the_square_opens_the_verifier_with_the_receipt_in_it(size: int) -> None:
    whole = receipt(size)
    pdf = printed(whole)
    address, _, packed = scanned(pdf).partition("#")
    assert address == f"{ADDRESS}/verify"
    assert receipts.unpack(packed) == (whole if size == 10 else {**whole, "published": None})
    assert page_count(pdf) == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"name": "Ildebranda" * 20, "title": "Politica " * 22},
        {"statement": " ".join(secrets.token_hex(4) for _ in range(440))},
        {"timestamp": secrets.token_bytes(5000)},
        {"label": "12.34", "name": "漢 Ω я"},
    ],
    ids=["long names", "a statement of 4,000 letters", "a time stamp", "other letters"],
)
def test_it_stays_one_page_whatever_stands_on_it(facts: dict[str, Any]) -> None:
    pdf = printed(receipt(1_000_000, **facts))
    assert page_count(pdf) == 1
    assert "Ricevuta di presa visione" in text_of(pdf)


def test_the_fields_of_the_page_are_enough_to_check_it_by_hand() -> None:
    one = receipt(1_000_000)
    text = run("pdftotext", "-raw", "-", "-", pdf=printed(one)).decode()
    shown = "".join(text.split())
    publication = one["published"]
    for part in (
        canonical_json(one["leaf"]),
        canonical_json(one["evidence"]),
        one["salt"],
        one["proof"],
        one["vkey"],
        one["statement"],
        canonical_json(publication["leaf"]) + f"index {publication['index']}" + "".join(publication["path"]),
    ):
        assert "".join(part.split()) in shown


def test_the_time_is_that_of_the_company_and_the_one_that_is_hashed() -> None:
    text = text_of(printed(receipt(10)))
    assert "23 novembre 2026, 10:00:00 (Europe/Rome)" in text
    assert "2026-11-23T09:00:00.123456Z" in text


def test_the_same_receipt_gives_the_same_bytes() -> None:
    one = receipt(10)
    assert printed(one) == printed(one)


def test_a_receipt_in_a_language_without_pages_is_printed_in_italian() -> None:
    assert "Ricevuta di presa visione" in text_of(printed(receipt(10, language="de", published=None)))


def test_what_no_square_can_hold_is_printed_with_the_address_alone() -> None:
    long = receipt(10, statement=" ".join(secrets.token_hex(4) for _ in range(440)))
    assert square(long, ADDRESS) is None
    assert f"{ADDRESS}/verify" in text_of(printed(long))


def test_a_square_too_fine_to_scan_with_ease_is_still_printed_if_nothing_shorter_is_left() -> None:
    long = receipt(1_000_000, name=" ".join(secrets.token_hex(4) for _ in range(22)))
    drawn = square(long, ADDRESS)
    assert drawn is not None
    assert drawn.address == link({**long, "published": None}, ADDRESS)
