"""Signing in, as people do it in a browser."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from app.accounts.schemas.sign_in import InvitationsIn
from app.people.services import invitations
from app.settings import Settings
from tests.browser.look import DESKTOP, PHONE, Look
from tests.doorway import Doorway, LiveServer
from tests.world import World

KEY = Settings(demo=True).secret_key.get_secret_value()
WITHOUT_SCRIPTS = replace(DESKTOP, java_script_enabled=False)


@pytest.fixture(scope="module")
def named_doorway() -> Iterator[Doorway]:
    """Give an address with a name: passkeys are bound to one, and one made of numbers is none."""
    opened = Doorway("localhost")
    yield opened
    opened.close()


@pytest.fixture
def server(named_doorway: Doorway, database_url: str) -> Iterator[LiveServer]:
    with named_doorway.serving(database_url) as running:
        yield running


async def come_in_by_mail(page: Page, url: str, email: str) -> None:
    await page.goto(f"{url}/sign-in")
    await page.fill("#field-email", email)
    await page.click("form[action='/sign-in'] button")
    await page.wait_for_url("**/sign-in/sent")
    mail = page.locator("main a[href^='/development/mail/']").first
    await page.goto(f"{url}/development/mail")
    while not await mail.count():
        await page.reload()
    await mail.click()
    await page.click(".card a")
    await page.click("form[action='/sign-in/link'] button")


@pytest.mark.parametrize("look", [PHONE, WITHOUT_SCRIPTS], ids=str)
async def test_a_printed_code_opens_the_first_page(world: World, server: LiveServer, page: Page, look: Look) -> None:
    now = datetime.now(UTC)  # the server's day, in a process of its own
    data = InvitationsIn(valid_until=now.date() + timedelta(days=1), person_ids=[world.person["employee"]])
    (card,) = await world.act("hr", now).write(invitations.print_for, data, KEY)
    await page.goto(f"{server.url}/sign-in")
    await page.fill("#field-code", card.code)
    await page.click("form[action='/i'] button")
    await page.wait_for_url(f"{server.url}/")
    await expect(page.locator("main")).to_contain_text("Pastificio Aurora")


async def test_a_passkey_is_made_and_then_signs_in_alone(world: World, server: LiveServer, page: Page) -> None:
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await session.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    await come_in_by_mail(page, server.url, "hr@aurora.example")
    await page.goto(f"{server.url}/me/passkeys")
    await page.fill("#field-name", "Il mio telefono")
    await page.click("form[data-passkey] button")
    await expect(page.locator("main .list")).to_contain_text("Il mio telefono")
    await page.goto(f"{server.url}/me/sessions")
    await page.click("form[action$='/end'] button")
    await page.wait_for_url("**/sign-in")
    await page.click("form[data-passkey] button")
    await page.wait_for_url(f"{server.url}/")
    await page.goto(f"{server.url}/me/sessions")
    await expect(page.locator("main")).to_contain_text("con una passkey")


async def test_a_browser_that_finds_no_passkey_says_so_and_leaves_the_other_ways(
    world: World, server: LiveServer, page: Page
) -> None:
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    await session.send("WebAuthn.addVirtualAuthenticator", {"options": device | {"isUserVerified": False}})
    await page.goto(f"{server.url}/sign-in")
    await page.click("form[data-passkey] button")
    await expect(page.locator("[data-passkey-failed]")).to_be_visible()
    await expect(page.locator("form[action='/i'] button")).to_be_visible()


async def test_at_an_address_made_of_numbers_no_passkey_is_offered_and_the_page_says_why(
    world: World, live_server: LiveServer, page: Page
) -> None:
    await page.goto(f"{live_server.url}/sign-in")
    await expect(page.locator("form[data-passkey]")).to_be_hidden()
    await come_in_by_mail(page, live_server.url, "hr@aurora.example")
    await page.goto(f"{live_server.url}/me/passkeys")
    await expect(page.get_by_text("Qui l’indirizzo è un numero")).to_be_visible()
    await expect(page.locator("form[data-passkey]")).to_be_hidden()


@pytest.mark.parametrize("look", [WITHOUT_SCRIPTS], ids=str)
async def test_without_scripts_no_passkey_is_offered(world: World, server: LiveServer, page: Page, look: Look) -> None:
    await page.goto(f"{server.url}/sign-in")
    await expect(page.locator("form[data-passkey]")).to_be_hidden()


async def test_a_shared_device_left_alone_shows_the_next_person_nothing(
    world: World, server: LiveServer, page: Page
) -> None:
    now = datetime.now(UTC)
    data = InvitationsIn(valid_until=now.date() + timedelta(days=1), person_ids=[world.person["employee"]])
    (card,) = await world.act("hr", now).write(invitations.print_for, data, KEY)
    await page.clock.install()
    await page.goto(f"{server.url}/i")
    await page.fill("#field-code", card.code)
    await page.click("form[action='/i'] button")
    await page.wait_for_url(f"{server.url}/")
    await page.goto(f"{server.url}/me")
    await page.clock.run_for(100_000)
    await page.keyboard.press("Shift")
    await page.clock.run_for(100_000)  # a touch begins the two minutes anew
    await expect(page).to_have_url(f"{server.url}/me")
    await page.clock.run_for(30_000)
    await page.wait_for_url(f"{server.url}/sign-in")
    await page.go_back()
    await expect(page.locator("body")).not_to_contain_text("Pastificio Aurora")
    await expect(page.locator("body")).not_to_contain_text("Il mio spazio")
