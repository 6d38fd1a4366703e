"""What a company, its agency and anybody in their own space come to do, with and without scripts, on one server."""

import re
from dataclasses import replace

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.browser.conftest import Town, fresh_page
from tests.browser.look import DESKTOP, PHONE, Look

WITHOUT_SCRIPTS = replace(DESKTOP, java_script_enabled=False)
BOTH = [DESKTOP, WITHOUT_SCRIPTS]
both = pytest.mark.parametrize("look", BOTH, ids=["with scripts", "without"])
CSV = "text/csv"


def as_file(text: str) -> dict[str, str | bytes]:
    return {"name": "persone.csv", "mimeType": CSV, "buffer": text.encode()}


@both
async def test_people_come_in_from_a_list_whose_wrong_row_is_mended(town: Town, page: Page, look: Look) -> None:
    number = f"N{int(look.java_script_enabled)}"
    right, wrong = f"Zita Rossi;{number}1;2026-01-07\n", f"Zeno Bruni;{number}2;domani\n"
    await town.sign_in(page, "hr")
    await page.goto(f"{town.url}/company/people/import")
    await page.get_by_label("File (CSV)").set_input_files([as_file(f"nome;matricola;dal\n{right}{wrong}")])
    await page.get_by_role("button", name="Guarda che cosa succederebbe").click()
    await expect(page.locator("#errors tbody tr")).to_have_count(1)
    await expect(page.locator("#errors")).to_contain_text("domani")
    await page.get_by_role("link", name="Scegli un altro file").click()
    mended = wrong.replace("domani", "2026-01-07")
    await page.get_by_label("File (CSV)").set_input_files([as_file(f"nome;matricola;dal\n{right}{mended}")])
    await page.get_by_role("button", name="Guarda che cosa succederebbe").click()
    await expect(page.locator("#errors")).to_have_count(0)
    await page.get_by_role("button", name="Importa").click()
    await expect(page.locator(".flash-success")).to_contain_text("2")
    await page.goto(f"{town.url}/company/people?q=Zeno")
    await expect(page.get_by_role("link", name="Zeno Bruni").first).to_be_visible()


async def test_a_list_on_its_way_says_so_and_is_sent_once(town: Town, page: Page) -> None:
    await town.sign_in(page, "hr")
    await page.goto(f"{town.url}/company/people/import")
    sent: list[str] = []

    async def stay(route: Route) -> None:
        sent.append(route.request.method)
        await route.fulfill(status=204)  # the browser stays on the page, as while it waits

    await page.route("**/company/people/import", stay)
    await page.get_by_label("File (CSV)").set_input_files([as_file("nome\nZita Rossi\n")])
    button = page.get_by_role("button", name="Guarda che cosa succederebbe")
    await button.click()
    await expect(page.get_by_role("status").filter(has_text="Leggo l’elenco")).to_be_visible()
    await button.click()
    assert sent == ["POST"]


@both
async def test_a_policy_is_written_approved_by_somebody_else_and_published(
    town: Town, page: Page, look: Look, chromium: Browser
) -> None:
    words = f"Parla come mangi, {look.java_script_enabled}."
    await town.sign_in(page, "hr")
    await page.goto(f"{town.url}/company/policies")
    await page.get_by_text("Aggiungi un’altra policy").click()
    await page.get_by_label("Nome").fill(f"Policy {look.java_script_enabled}")
    await page.get_by_role("button", name="Inizia dal modello").click()
    text = page.get_by_label("Testo", exact=True)
    await text.fill(f"{words}\n\n{await text.input_value()}")
    if not look.java_script_enabled:
        await page.get_by_role("button", name="Anteprima").click()
    await expect(page.locator("#preview")).to_contain_text(words)
    await page.get_by_role("button", name="Manda in approvazione").click()
    await expect(page.locator(".flash-success")).to_contain_text("Mandata in approvazione")
    address = page.url
    async with fresh_page(chromium, look) as (owners, errors):
        await town.sign_in(owners, "owner")
        await owners.goto(address)
        await owners.get_by_role("link", name="Guardala").first.click()
        await expect(owners.locator("article")).to_contain_text(words)
        await owners.get_by_role("button", name=re.compile("^Approva la versione")).click()
        await owners.goto(address)
        await owners.get_by_role("link", name="Pubblicala").first.click()
        await owners.get_by_role("button", name=re.compile("^Pubblica la versione")).click()
        await expect(owners.locator(".flash-success")).to_contain_text("Pubblicata")
    assert errors == []


async def filtered(page: Page) -> None:
    """Send the filters of a list, which scripts do by themselves."""
    send = page.get_by_role("button", name="Mostra")
    if await send.is_visible():
        await send.click()


@both
async def test_whoever_still_has_to_read_it_is_reminded(town: Town, page: Page) -> None:
    await town.sign_in(page, "hr")
    await page.goto(f"{town.url}/company?version={town.ids['policy_version']}")
    await page.get_by_role("link", name="Chi deve ancora leggerla").click()
    await expect(page.get_by_role("button", name="Ricorda a tutti")).to_be_visible()
    await page.get_by_label("Reparto", exact=True).select_option(label="Produzione")
    await filtered(page)
    await expect(page.locator("tbody")).to_contain_text("Colleague")
    await page.get_by_role("button", name="Ricorda a questo reparto").click()
    await expect(page.locator(".flash")).to_be_visible()


@both
async def test_the_agency_sees_where_its_clients_stand_and_goes_in(town: Town, page: Page) -> None:
    await town.sign_in(page, "account_manager")
    await page.goto(f"{town.url}/agency")
    await expect(page.get_by_role("row", name=re.compile("Pastificio Aurora"))).to_be_visible()
    await page.get_by_role("button", name="Apri Pastificio Aurora").click()
    await expect(page).to_have_url(re.compile("/company"))
    await expect(page.locator("main")).not_to_contain_text("Colleague")


@both
async def test_another_session_is_ended_and_the_language_changed(town: Town, page: Page, chromium: Browser) -> None:
    async with fresh_page(chromium, PHONE) as (elsewhere, _):
        await town.sign_in(elsewhere, "colleague")
        await town.sign_in(page, "colleague")
        await page.goto(f"{town.url}/me")
        await page.locator("main").get_by_role("button", name="English").click()
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        await page.get_by_role("link", name="Where I am signed in").click()
        await page.get_by_role("button", name="End all others").click()
        await expect(page.locator("main .list > li")).to_have_count(1)
        await elsewhere.goto(f"{town.url}/me")
        await expect(elsewhere).to_have_url(re.compile("/sign-in"))
        await page.goto(f"{town.url}/me")
        await page.locator("main").get_by_role("button", name="Italiano").click()
        await expect(page.locator("html")).to_have_attribute("lang", "it")
