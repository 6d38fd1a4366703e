"""The verification page where scripts run: the browser checks alone, as the server would, online and from a file."""

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.evidence.receipts import pack, verify
from app.receipts.web.check_words import words_in
from app.receipts.web.verification import Asked, checked
from tests.browser.look import DESKTOP, PHONE, Look
from tests.doorway import LiveServer
from tests.evidence import cast
from tests.evidence.mutations import mutations

OWN = cast.receipt()
KEYS = {"vkeys": [OWN["vkey"]], "witnesses": [cast.WITNESS.verifier.vkey()]}
DARK = Look(colour_scheme="dark", locale="en-GB")
Axe = Callable[[Page], Awaitable[list[dict[str, Any]]]]
_CHECK_ALL = """async ([address, receipts, keys]) => {
  const { verify } = await import(address);
  const answer = (receipt) => verify(receipt, keys).map((one) => [one.check, one.outcome, one.reason]);
  return JSON.parse(receipts).map(answer);
}"""


async def outcomes(page: Page) -> dict[str, str]:
    lines = page.locator("#result li[data-check]")
    await expect(lines).to_have_count(8)
    found = await lines.evaluate_all("lines => lines.map(line => [line.dataset.check, line.dataset.outcome])")
    return dict(found)


async def paste(page: Page, text: str, key: str = "") -> None:
    await page.locator("[name=receipt]").fill(text)
    await page.locator("[name=vkey]").fill(key)
    await page.get_by_role("button", name=re.compile("^(Verify|Verifica)$")).click()


def watch_posts(page: Page) -> list[str]:
    """Return a list that fills with everything the page sends."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method != "GET" else None)
    return sent


ALL_GOOD = dict.fromkeys(("statement", "evidence", "inclusion", "signature", "log", "published"), "pass") | {
    "witnesses": "absent",
    "time": "absent",
}


async def test_the_browser_answers_as_the_server_does_whatever_is_changed(live_server: LiveServer, page: Page) -> None:
    await page.goto(f"{live_server.url}/verify")
    cases = [("whole", OWN), *mutations(OWN)]
    address = f"{live_server.url}/static/evidence.js"
    answered = await page.evaluate(_CHECK_ALL, [address, json.dumps([one for _, one in cases]), KEYS])
    wanted = [[[one.check, one.outcome, one.reason] for one in verify(changed, **KEYS)] for _, changed in cases]
    assert [name for (name, _), ours, theirs in zip(cases, wanted, answered, strict=True) if ours != theirs] == []


async def test_the_browser_says_of_a_receipt_what_the_server_says(live_server: LiveServer, page: Page) -> None:
    await page.goto(f"{live_server.url}/verify")
    for receipt in (OWN, cast.on_paper(OWN)):
        await paste(page, json.dumps(receipt))
        await expect(page.locator("#result dd", has_text=receipt["evidence"]["at"])).to_be_visible()
        terms, values = [await page.locator(f"#result .facts {name}").all_text_contents() for name in ("dt", "dd")]
        assert list(zip(terms, values, strict=True)) == checked(Asked(json.dumps(receipt)), words_in("it")).facts


@pytest.mark.parametrize("look", [DESKTOP, PHONE, DARK])
async def test_a_pasted_receipt_is_checked_without_being_sent(live_server: LiveServer, page: Page, axe: Axe) -> None:
    sent = watch_posts(page)
    await page.goto(f"{live_server.url}/verify")
    assert await axe(page) == []
    await paste(page, json.dumps(OWN), OWN["vkey"])
    assert await outcomes(page) == ALL_GOOD
    await expect(page.locator("[data-verdict=holds]")).to_be_focused()
    await expect(page.locator("#result dd", has_text="Giulia Bianchi")).to_be_visible()
    assert await axe(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert sent == []


async def test_a_file_and_a_saved_page_are_read(live_server: LiveServer, page: Page, tmp_path: Path) -> None:
    (tmp_path / "receipt.json").write_text(json.dumps(OWN))
    (tmp_path / "page.html").write_text(f'<a href="https://portavoce.example/verify#{pack(OWN)}">QR</a>')
    for name in ("receipt.json", "page.html"):
        await page.goto(f"{live_server.url}/verify")
        await page.locator("[name=file]").set_input_files(tmp_path / name)
        await page.get_by_role("button", name="Verifica", exact=True).click()
        assert await outcomes(page) == ALL_GOOD


async def test_the_address_of_a_qr_code_is_checked_at_once(live_server: LiveServer, page: Page) -> None:
    sent = watch_posts(page)
    await page.goto(f"{live_server.url}/verify#{pack(OWN)}")
    assert await outcomes(page) == ALL_GOOD
    await expect(page.locator("[data-verdict=consistent]")).to_be_visible()
    assert sent == []


CHANGES: list[tuple[dict[str, Any], set[str]]] = [
    ({"statement": "Ho scritto io la policy."}, {"statement"}),
    ({"evidence": OWN["evidence"] | {"name": "Mario Rossi"}}, {"evidence"}),
    ({"leaf": OWN["leaf"] | {"at": "2026-11-24T09:00:00.000000Z"}}, {"evidence", "inclusion"}),
    ({"vkey": cast.signer(seed=9).verifier.vkey()}, {"signature"}),
    ({"label": "3.0"}, {"published"}),
]


async def test_what_was_changed_fails_and_the_rest_is_answered(live_server: LiveServer, page: Page) -> None:
    for changed, failing in CHANGES:
        await page.goto(f"{live_server.url}/verify")
        await paste(page, json.dumps(OWN | changed))
        assert {name for name, outcome in (await outcomes(page)).items() if outcome == "fail"} == failing
        await expect(page.locator("[data-verdict=fails]")).to_have_text(re.compile("Questa ricevuta non regge"))
        await expect(page.locator("#result [data-outcome=fail] .tag").first).to_have_text("non regge")


async def test_what_is_no_receipt_is_said_and_stays(live_server: LiveServer, page: Page, axe: Axe) -> None:
    for text in ("", "la mia ricevuta", '{"format": "a", "format": "b"}', "x" * 300_000):
        await page.goto(f"{live_server.url}/verify")
        await paste(page, text)
        await expect(page.get_by_role("alert")).to_have_text(re.compile("Scegli il file"))
        await expect(page.locator("[name=receipt]")).to_have_value(text)
    assert await axe(page) == []


async def test_the_language_changes_without_losing_what_was_found(live_server: LiveServer, page: Page) -> None:
    sent = watch_posts(page)
    await page.goto(f"{live_server.url}/verify")
    await paste(page, json.dumps(OWN), OWN["vkey"])
    await expect(page.get_by_role("heading", name="La frase", exact=True)).to_be_visible()
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", name="The sentence", exact=True)).to_be_visible()
    assert await outcomes(page) == ALL_GOOD
    assert await page.evaluate("document.documentElement.lang") == "en"
    await page.get_by_role("button", name="Italiano").click()
    await expect(page.get_by_role("heading", name="La frase", exact=True)).to_be_visible()
    assert sent == []


async def test_the_saved_page_works_from_a_disk_without_a_network(
    live_server: LiveServer, page: Page, tmp_path: Path, axe: Axe
) -> None:
    await page.goto(f"{live_server.url}/verify")
    async with page.expect_download() as started:
        await page.get_by_role("link", name="Salva questa pagina").click()
    file = tmp_path / (await started.value).suggested_filename
    await (await started.value).save_as(file)
    await page.context.set_offline(True)
    await page.goto(f"{file.as_uri()}#{pack(OWN)}")
    assert await outcomes(page) == ALL_GOOD
    await page.get_by_role("button", name="English").click()
    await paste(page, json.dumps(OWN | {"statement": "x"}), OWN["vkey"])
    await expect(page.get_by_text("This receipt does not hold.")).to_be_visible()
    assert await axe(page) == []


@pytest.mark.parametrize("look", [Look(width=390, height=844, java_script_enabled=False)])
async def test_without_scripts_the_server_checks(live_server: LiveServer, page: Page, axe: Axe) -> None:
    await page.goto(f"{live_server.url}/verify")
    await expect(page.get_by_text("gli script sono spenti")).to_be_visible()
    await paste(page, json.dumps(OWN), OWN["vkey"])
    assert await outcomes(page) == ALL_GOOD
    assert await axe(page) == []
    assert await page.locator("main").evaluate("main => main.scrollWidth <= innerWidth")
