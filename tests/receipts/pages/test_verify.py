"""The verification page where scripts do not run: the server checks, keeps nothing, and loses nothing typed."""

import json
import re
from typing import Any

import httpx
import pytest

from app.evidence.receipts import MAX_RECEIPT_BYTES, pack
from app.receipts.web.check_words import words_in
from app.receipts.web.verification import answers
from tests.evidence import cast
from tests.evidence.mutations import mutations
from tests.site import Site

OWN = cast.receipt()


def outcomes(answer: httpx.Response) -> list[tuple[str, str]]:
    """Return check and outcome of each line of the result, not of the patterns for the script."""
    shown = answer.text.split('<template data-part="problem">')[0]
    return re.findall(r'data-check="(\w+)" data-outcome="(\w+)"', shown)


async def test_a_good_receipt_is_answered_question_by_question(site: Site) -> None:
    answer = await site.visitor().post("/verify", data={"receipt": json.dumps(OWN), "vkey": OWN["vkey"]})
    assert answer.status_code == 200
    assert [outcome for _, outcome in outcomes(answer)] == ["pass"] * 6 + ["absent"] * 2
    for said in ("Everything that could be checked holds.", "Giulia Bianchi", "not collected", cast.STATEMENT):
        assert said in answer.text
    assert "digital signature" not in answer.text


async def test_who_recorded_it_for_the_person_is_told_apart(site: Site) -> None:
    """Receipts given out before say it in the same fields, so that they are read in the same way."""
    posted = {"receipt": json.dumps(cast.on_paper(OWN))}
    shown = (await site.visitor().post("/verify", data=posted)).text.split("<template")[0]
    for said in ("on paper, recorded by somebody else", "Signed on paper on", "2026-11-22", cast.SCAN_SHA256):
        assert said in shown
    for label in ("Recorded at (UTC)", "How whoever recorded it signed in", "Whoever recorded it signed in at (UTC)"):
        assert f"<dt>{label}</dt>" in shown
    for untrue in ("How the person signed in", "Confirmed at (UTC)"):
        assert f"<dt>{untrue}</dt>" not in shown


@pytest.mark.parametrize(
    ("language", "label", "explained"),
    [
        ("en", "Policy (title as printed, not proven)", "its title is only printed on the receipt"),
        ("it", "Policy (titolo come stampato, non provato)", "il titolo è soltanto stampato sulla ricevuta"),
    ],
)
async def test_the_title_which_nothing_covers_is_shown_as_not_proven(
    site: Site, language: str, label: str, explained: str
) -> None:
    posted = {"receipt": json.dumps(OWN | {"title": "Another policy"})}
    answer = await site.visitor(**{"accept-language": language}).post("/verify", data=posted)
    result = " ".join(answer.text.split("<template")[0].split())
    assert f"<dt>{label}</dt> <dd>Another policy</dd>" in result
    assert explained in result


async def test_without_a_key_the_receipt_only_agrees_with_itself(site: Site) -> None:
    answer = await site.visitor().post("/verify", data={"receipt": json.dumps(OWN)})
    assert 'data-verdict="consistent"' in answer.text.split("<template")[0]
    assert "This proves only that the receipt agrees with itself." in answer.text


async def test_a_changed_receipt_fails_where_it_was_changed_and_is_answered_in_full(site: Site) -> None:
    changed = OWN | {"statement": "Ho scritto io la policy."}
    answer = await site.visitor(**{"accept-language": "it"}).post("/verify", data={"receipt": json.dumps(changed)})
    assert dict(outcomes(answer)) == {
        "statement": "fail",
        "evidence": "pass",
        "inclusion": "pass",
        "signature": "pass",
        "log": "pass",
        "published": "pass",
        "witnesses": "absent",
        "time": "absent",
    }
    assert "Questa ricevuta non regge." in answer.text


@pytest.mark.parametrize("content", [json.dumps(OWN), f'<a href="https://x.example/verify#{pack(OWN)}">'])
async def test_a_file_is_read_before_what_was_pasted(site: Site, content: str) -> None:
    file = {"file": ("receipt", content.encode())}
    answer = await site.visitor().post("/verify", data={"receipt": "something else"}, files=file)
    assert "Giulia Bianchi" in answer.text


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "There is nothing to check yet."),
        ("my receipt", "No receipt can be read from this."),
        ("https://x.example/verify#" + "A" * 50, "No receipt can be read from this."),
        ('{"title": "<b>" ', "No receipt can be read from this."),
        ("x" * (MAX_RECEIPT_BYTES + 1), "This is too large for a receipt"),
    ],
)
async def test_what_cannot_be_read_comes_back_with_what_to_do(site: Site, given: str, says: str) -> None:
    answer = await site.visitor().post("/verify", data={"receipt": given, "vkey": "kept"})
    assert answer.status_code == 422
    assert says in answer.text.split(" data-verify ")[1].split(">", 1)[1].split("<textarea")[0]
    assert 'value="kept"' in answer.text
    assert "<b>" not in answer.text.split("<textarea")[1].split("</textarea>")[0]
    assert outcomes(answer) == []


@pytest.mark.parametrize("part", ["title", "language", "vkey"])
async def test_half_a_character_in_a_receipt_is_shown_as_a_question_mark(site: Site, part: str) -> None:
    answer = await site.visitor().post("/verify", data={"receipt": json.dumps(OWN | {part: "no\ud800te"})})
    assert answer.status_code == 200
    assert "no?te" in answer.text


async def test_more_than_any_page_takes_is_refused_in_words(site: Site) -> None:
    answer = await site.visitor().post("/verify", content=b"x" * 8_000_001, headers={"content-type": "text/plain"})
    assert answer.status_code in {413, 422}
    file = {"file": ("receipt.json", b"x" * 8_000_001)}
    answer = await site.visitor().post("/verify", files=file)
    assert answer.status_code == 422
    assert "This is too large for a receipt" in answer.text


@pytest.mark.parametrize(("preferred", "other"), [("it", "en"), ("en", "it")])
async def test_the_page_holds_both_languages(site: Site, preferred: str, other: str) -> None:
    text = (await site.visitor(**{"accept-language": preferred}).get("/verify")).text
    assert f'<main id="main" tabindex="-1" lang="{preferred}">' in text
    assert f'<template data-language="{other}">' in text
    assert "Che cosa non prova" in text
    assert "What it does not prove" in text


async def test_the_saved_page_is_one_file_that_asks_for_nothing(site: Site) -> None:
    answer = await site.visitor().get("/verify/offline.html")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert re.findall(r'\s(?:src|href)="|url\(|@import', answer.text) == []
    assert "default-src &#39;none&#39;" in answer.text


def test_every_reason_has_words_in_both_languages() -> None:
    keys = [OWN["vkey"], cast.WITNESS.verifier.vkey()]
    found: set[str] = set()
    for _, receipt in [("whole", OWN), *mutations(OWN)]:
        found |= {one.reason for one in answers(receipt, keys)} | {one.reason for one in answers(receipt, [])}
    assert len(found) > 30
    for language in ("it", "en"):
        assert found - set(words_in(language).reasons) == set()


def test_a_damaged_key_of_the_reader_is_said() -> None:
    told: dict[str, Any] = {one.check: one.reason for one in answers(OWN, ["damaged"])}
    assert (told["signature"], told["log"]) == ("key_not_trusted", "vkey_malformed")
