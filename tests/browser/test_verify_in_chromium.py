"""The verification page where scripts run: the browser checks alone, as the server would, online and from a file."""

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.evidence.receipts import pack, verify
from app.evidence.verdicts import kind_of, stated, verdict
from app.receipts.rules.kinds import KINDS
from app.receipts.web.check_words import words_in
from app.receipts.web.verification import Asked, Fact, checked
from tests.browser.look import DESKTOP, PHONE, Look
from tests.doorway import LiveServer
from tests.evidence import cast
from tests.evidence.mutations import mutations
from tests.evidence.verdict_cases import CASES, VKEYS, WITNESSES, golden

OWN = cast.receipt()
DARK = Look(colour_scheme="dark", locale="en-GB")
Axe = Callable[[Page], Awaitable[list[dict[str, Any]]]]
_JUDGE_ALL = """async ([address, cases]) => {
  const { kindOf, stated, verdictOf, verify } = await import(address);
  const { kinds } = JSON.parse(document.querySelector("[data-verify]").dataset.words);
  return JSON.parse(cases).map(([receipt, vkeys, witnesses]) => {
    const checks = verify(receipt, kinds, { vkeys, witnesses });
    const [kind, verdict] = [kindOf(receipt, kinds), verdictOf(checks)];
    const said = Object.values(stated(receipt, kinds, checks)).map((part) => part.map(([path]) => path));
    return [checks.map((one) => [one.check, one.outcome, one.reason]), verdict, kind, ...said];
  });
}"""


async def outcomes(page: Page) -> dict[str, str]:
    lines = page.locator("#result li[data-check]")
    await expect(lines).to_have_count(9)
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


ALL_GOOD = dict.fromkeys(("kind", "statement", "evidence", "inclusion", "signature", "log", "published"), "pass") | {
    "witnesses": "absent",
    "time": "absent",
}


Given = tuple[dict[str, Any], list[str], list[str]]


async def judged_there(live_server: LiveServer, page: Page, given: list[Given]) -> list[Any]:
    """Return what the page's script says of each receipt, with keys of logs and of witnesses."""
    await page.goto(f"{live_server.url}/verify")
    address = f"{live_server.url}/static/evidence.js"
    answered: list[Any] = await page.evaluate(_JUDGE_ALL, [address, json.dumps(given)])
    return answered


def judged_here(receipt: dict[str, Any], vkeys: list[str], witnesses: list[str]) -> list[Any]:
    checks, kind = verify(receipt, KINDS, vkeys=vkeys, witnesses=witnesses), kind_of(receipt, KINDS)
    said = stated(receipt, KINDS[kind] if kind else None, checks)
    return [[[one.check, one.outcome, one.reason] for one in checks], verdict(checks), kind, *map(list, said)]


async def test_the_browser_says_what_the_shared_vectors_say(live_server: LiveServer, page: Page) -> None:
    answered = await judged_there(live_server, page, [(case.receipt, case.vkeys, WITNESSES) for case in CASES])
    for case, (checks, found, kind, proven, printed) in zip(CASES, answered, strict=True):
        failing = {check: reason for check, outcome, reason in checks if outcome == "fail"}
        assert (case.name, found, failing) == (case.name, case.verdict, case.failing)
        assert (case.name, proven, printed) == (case.name, case.proven, case.printed)
        assert found == "fails" or kind == case.kind


async def test_the_browser_judges_as_the_server_does_whatever_is_changed(live_server: LiveServer, page: Page) -> None:
    whole = {"acknowledgement": OWN, "refusal": golden("refusal"), "version_published": golden("version_published")}
    cases = [(f"{kind}: {name}", one) for kind, of in whole.items() for name, one in [("whole", of), *mutations(of)]]
    given: list[Given] = [(receipt, VKEYS, WITNESSES) for _, receipt in cases]
    answered = await judged_there(live_server, page, given)
    wanted = [judged_here(*one) for one in given]
    assert [name for (name, _), ours, theirs in zip(cases, wanted, answered, strict=True) if ours != theirs] == []


async def facts_shown(page: Page, part: str) -> list[tuple[str, str]]:
    shown = page.locator(f"#result [data-part={part}]")
    terms, values = [await shown.locator(name).all_text_contents() for name in ("dt", "dd")]
    return list(zip(terms, values, strict=True))


def without_language(facts: list[Fact]) -> list[tuple[str, str]]:
    return [(fact.label, fact.value) for fact in facts]


@pytest.mark.parametrize("kind", KINDS)
async def test_the_browser_says_of_a_receipt_what_the_server_says(
    live_server: LiveServer, page: Page, kind: str
) -> None:
    await page.goto(f"{live_server.url}/verify")
    for receipt in (golden(kind), golden(kind) | {"published": None, "title": "paper"}):
        await paste(page, json.dumps(receipt), " ".join(VKEYS))
        wanted = checked(Asked(json.dumps(receipt), " ".join(VKEYS)), words_in("it"))
        await expect(page.locator("#result [data-slot=act]")).to_have_text(wanted.act)
        assert await facts_shown(page, "proven") == without_language(wanted.proven)
        assert await facts_shown(page, "printed") == without_language(wanted.printed)
        reasons = await page.locator("#result [data-slot=reason]").all_text_contents()
        assert reasons == [row.reason for row in wanted.rows]


async def test_a_refusal_dressed_up_as_a_confirmation_is_refused(live_server: LiveServer, page: Page, axe: Axe) -> None:
    await page.goto(f"{live_server.url}/verify")
    await paste(page, json.dumps(golden("refusal") | {"statement": cast.STATEMENT}), " ".join(VKEYS))
    await expect(page.locator("[data-verdict=fails]")).to_be_visible()
    await expect(page.locator("#result [data-part=proven]")).to_have_count(0)
    await expect(page.locator("#result [data-slot=act]")).to_have_count(0)
    assert await axe(page) == []


async def test_more_keys_than_anybody_has_are_refused(live_server: LiveServer, page: Page) -> None:
    await page.goto(f"{live_server.url}/verify")
    await paste(page, json.dumps(OWN), "a " * 50_000)
    await expect(page.get_by_role("alert")).to_have_text(re.compile("più di 20 chiavi"))


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
    await paste(page, json.dumps(golden("refusal")), OWN["vkey"])
    await expect(page.locator("[data-verdict=holds]")).to_contain_text("They confirmed nothing.")
    await paste(page, json.dumps(golden("refusal") | {"statement": cast.STATEMENT}), OWN["vkey"])
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
