"""The verification page where scripts do not run: the server checks, keeps nothing, and loses nothing typed."""

import json
import re
import time
from typing import Any

import httpx
import pytest

from app.evidence.notes import COSIGNATURE
from app.evidence.receipts import MAX_RECEIPT_BYTES, pack
from app.evidence.verdicts import kind_of
from app.receipts.rules.kinds import KINDS
from app.receipts.web.check_words import words_in
from app.receipts.web.verification import judge
from tests.evidence import cast
from tests.evidence.mutations import mutations
from tests.evidence.verdict_cases import CASES, WITNESSES, Case
from tests.site import Site

OWN = cast.receipt()


@pytest.fixture(scope="module")
def database_kind() -> str:
    """Nothing here asks a database about a receipt."""
    return "sqlite"


def result_of(answer: httpx.Response) -> str:
    """Return what was found, without the form before it and the patterns for the script behind it."""
    return answer.text.split('<section id="result"')[1].split('<template data-part="problem">')[0]


def outcomes(answer: httpx.Response) -> list[tuple[str, str]]:
    """Return check and outcome of each line of the result."""
    return re.findall(r'data-check="(\w+)" data-outcome="(\w+)"', result_of(answer))


async def checked_by(site: Site, posted: dict[str, str]) -> httpx.Response:
    return await site.visitor().post("/verify", data=posted)


async def test_a_good_receipt_is_answered_question_by_question(site: Site) -> None:
    answer = await site.visitor().post("/verify", data={"receipt": json.dumps(OWN), "vkey": OWN["vkey"]})
    assert answer.status_code == 200
    assert [outcome for _, outcome in outcomes(answer)] == ["pass"] * 7 + ["absent"] * 2
    for said in ("Everything that could be checked holds.", "Giulia Bianchi", "not collected", cast.STATEMENT):
        assert said in answer.text
    assert "digital signature" not in answer.text


def sections(answer: httpx.Response) -> dict[str, dict[str, str]]:
    """Return what stands under "proven" and "printed" in the result: labels and values."""
    found = re.findall(r'<section data-part="(\w+)">(.*?)</section>', result_of(answer), re.DOTALL)
    return {part: dict(re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", html)) for part, html in found}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_the_page_says_what_the_shared_vectors_say(site: Site, case: Case) -> None:
    posted = {"receipt": json.dumps(case.receipt), "vkey": " ".join([*case.vkeys, *WITNESSES])}
    answer = await checked_by(site, posted)
    assert re.findall(r'data-verdict="(\w+)"', result_of(answer)) == [case.verdict]
    assert {check for check, outcome in outcomes(answer) if outcome == "fail"} == set(case.failing)
    words = words_in("en")
    acts = [words.kinds[case.kind].act] if case.kind else []
    assert re.findall(r'data-slot="act">(.*?)<', result_of(answer)) == acts
    labels = words.labels(kind_of(case.receipt, KINDS))
    wanted = {"proven": case.proven, "printed": case.printed}
    assert {part: list(found) for part, found in sections(answer).items()} == {
        part: [labels[path] for path in paths] for part, paths in wanted.items() if paths
    }


async def test_a_refusal_is_called_one_and_never_a_confirmation(site: Site) -> None:
    refused = cast.receipt(act=cast.ACTS["refusal"])
    answer = await checked_by(site, {"receipt": json.dumps(refused), "vkey": OWN["vkey"]})
    result = result_of(answer)
    assert "The person did not agree with the text. They confirmed nothing." in result
    assert "Confirmed at (UTC)" not in result
    assert "The sentence that was confirmed" not in result
    assert sections(answer)["proven"]["What they wrote"] == "Non sono d’accordo."


async def test_who_recorded_it_for_the_person_is_told_apart(site: Site) -> None:
    on_paper = cast.receipt(act=cast.ACTS["paper_acknowledgement"])
    proven = sections(await checked_by(site, {"receipt": json.dumps(on_paper)}))["proven"]
    assert proven["How it was confirmed"] == "on paper, recorded by somebody else"
    assert proven["Signed on paper on"] == "2026-11-22"
    assert proven["Fingerprint of the scan (SHA-256)"] == cast.SCAN_SHA256
    assert {
        "Recorded at (UTC)",
        "How the person who recorded it signed in",
        "The person who recorded it signed in at (UTC)",
    } <= {*proven}
    assert not {"How the person signed in", "Confirmed at (UTC)"} & {*proven}


async def test_a_name_that_reads_like_a_code_stays_a_name(site: Site) -> None:
    act = cast.ACTS["refusal"]
    named = cast.receipt(act=act._replace(evidence=act.evidence | {"name": "paper", "note": "it"}))
    proven = sections(await checked_by(site, {"receipt": json.dumps(named)}))["proven"]
    assert (proven["Name"], proven["What they wrote"]) == ("paper", "it")


async def test_the_sentence_is_read_out_in_its_language(site: Site) -> None:
    answer = await checked_by(site, {"receipt": json.dumps(OWN)})
    assert f'<dd lang="it">{cast.STATEMENT}</dd>' in answer.text


@pytest.mark.parametrize(
    ("language", "part", "explained"),
    [
        ("en", "Title", "What is only printed, such as the title"),
        ("it", "Titolo", "Ciò che è soltanto stampato, come il titolo"),
    ],
)
async def test_the_title_which_nothing_covers_is_shown_as_not_proven(
    site: Site, language: str, part: str, explained: str
) -> None:
    posted = {"receipt": json.dumps(OWN | {"title": "Another policy"})}
    answer = await site.visitor(**{"accept-language": language}).post("/verify", data=posted)
    assert sections(answer)["printed"] == {part: "Another policy"}
    assert explained in answer.text.split("<template")[0]


async def test_without_a_key_the_receipt_only_agrees_with_itself(site: Site) -> None:
    answer = await site.visitor().post("/verify", data={"receipt": json.dumps(OWN)})
    assert 'data-verdict="consistent"' in answer.text.split("<template")[0]
    assert "This proves only that the receipt agrees with itself." in answer.text


async def test_a_changed_receipt_fails_where_it_was_changed_and_is_answered_in_full(site: Site) -> None:
    changed = OWN | {"statement": "Ho scritto io la policy."}
    answer = await site.visitor(**{"accept-language": "it"}).post("/verify", data={"receipt": json.dumps(changed)})
    assert dict(outcomes(answer)) == {
        "kind": "pass",
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


@pytest.mark.parametrize("part", ["title", "label", "statement", "vkey"])
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
    for receipt in [OWN, *(receipt for _, receipt in mutations(OWN)), *(case.receipt for case in CASES)]:
        found |= {one.reason for known in (keys, []) for one in judge(receipt, known).checks}
    assert len(found) > 35
    for language in ("it", "en"):
        assert found - set(words_in(language).reasons) == set()


def test_a_damaged_key_of_the_reader_is_said() -> None:
    told: dict[str, Any] = {one.check: one.reason for one in judge(OWN, ["damaged"]).checks}
    assert (told["signature"], told["log"]) == ("key_not_trusted", "vkey_malformed")


@pytest.mark.parametrize("junk", ["a ", "portavoce/log/x+00000000+AA== ", f"{cast.WITNESS.verifier.vkey()} "])
async def test_a_field_full_of_keys_is_refused_before_any_is_looked_at(site: Site, junk: str) -> None:
    """300 KB of keys took seven seconds once: the work grew with the square of their number."""
    many = junk * (300_000 // len(junk))
    started = time.process_time()
    answer = await checked_by(site, {"receipt": json.dumps(OWN), "vkey": many})
    assert time.process_time() - started < 1
    assert answer.status_code == 422
    assert outcomes(answer) == []
    assert "These are more than 20 keys." in answer.text.split('for="field-vkey"')[1].split("</form>")[0]


async def test_as_many_keys_as_a_log_and_its_witnesses_have_are_taken(site: Site) -> None:
    keys = [OWN["vkey"], *(cast.signer(f"witness.example/{n}", 2, COSIGNATURE).verifier.vkey() for n in range(19))]
    answer = await checked_by(site, {"receipt": json.dumps(OWN), "vkey": "\n".join(keys)})
    assert 'data-verdict="holds"' in answer.text.split("<template")[0]


async def test_who_checks_without_end_is_told_to_wait_before_anything_is_read(site: Site) -> None:
    visitor = site.visitor()
    for _ in range(60):
        assert (await visitor.post("/verify", data={"receipt": "{}"})).status_code == 200
    refused = await visitor.post("/verify", data={"receipt": json.dumps(OWN)})
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert "Too many receipts were checked from here" in refused.text
    assert (await visitor.get("/verify")).status_code == 200
