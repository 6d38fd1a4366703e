"""Every page there is, found by itself, as the person it is for sees it: on a phone and a desktop, by day and night.

A new page needs no line here. Where it shows one state of something only, `firm.furnish` gives that row the last word
of the page's address.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from tests.browser.conftest import Town, fresh_page
from tests.browser.look import DESKTOP, PHONE, TABLET, Look
from tests.site import shared_app
from tests.tenancy.routes import Route, all_routes

Axe = Callable[[Page], Awaitable[list[dict[str, Any]]]]
NO_PAGES = ("/api/", "/oauth/", "/.well-known/", "/livez", "/readyz")
# A mail in its frame is a document for mail programs, looked at as part of the page around it.
FILES = ("/proof", "/scan", "/poster", "/bundle", ".csv", ".json", ".pdf", "/offline.html", "/mail/{mail_id}/html")
# Whoever may see the most of the pages below an address; any other page is looked at by an employee.
VISITORS = {"company": "owner", "agency": "account_manager"}
# What only the agency's people do inside a client.
AGENCYS = ("/copy", "/original")
# What is folded away is looked at, too. The many of one page are drawn alike, so those behind the tenth are left out.
OPEN_TEN = """document.querySelectorAll('main details').forEach((one, place) => {
  if (place < 10) one.open = true; else one.remove();
})"""

FITS = (
    "[document.documentElement, ...document.querySelectorAll('pre')].every(one => one.scrollWidth <= one.clientWidth)"
)


def is_page(route: Route) -> bool:
    return route.method == "GET" and not route.path.startswith(NO_PAGES) and not route.path.endswith(FILES)


PAGES = [route for route in all_routes(shared_app()) if is_page(route)]


def test_all_pages_are_found() -> None:
    assert {"/", "/me", "/company", "/agency", "/sign-in"} <= {route.path for route in PAGES}


@pytest.fixture(scope="session")
async def window(chromium: Browser) -> AsyncIterator[tuple[Page, list[str]]]:
    """Give the one window of the tour, as opening it takes longer than looking at a page."""
    async with fresh_page(chromium, DESKTOP) as opened:
        yield opened


@pytest.mark.parametrize("route", PAGES, ids=[route.path for route in PAGES])
async def test_every_page_is_whole(route: Route, town: Town, window: tuple[Page, list[str]], axe: Axe) -> None:
    visitor = VISITORS.get(route.path.split("/")[1], "employee") if route.guard or route.path == "/" else ""
    visitor = "trainer" if route.path.endswith(AGENCYS) else visitor
    state = route.path.rsplit("/", 1)[1]
    ids = town.ids | ({"policy_version": town.ids[state]} if state in town.ids else {})
    page, errors = window
    errors.clear()
    await page.context.clear_cookies()
    if visitor:
        await town.sign_in(page, visitor)
    answer = await page.goto(town.url + route.address(ids))
    assert answer is not None
    assert answer.status < (400 if visitor else 500)
    assert await page.locator("h1").count() == 1
    assert await page.locator("html").get_attribute("lang") == "it"
    await page.evaluate(OPEN_TEN)
    await by_day_and_night(page, axe)
    assert [error for error in errors if visitor or "Failed to load resource" not in error] == []


async def by_day_and_night(page: Page, axe: Axe) -> None:
    """Look at a page in both widths, each in one of the two schemes of colours, and whether a tablet holds it."""
    for look, colours in ((DESKTOP, "light"), (PHONE, "dark")):
        await hold(page, look)
        await page.emulate_media(color_scheme=colours, reduced_motion="reduce")
        assert await axe(page) == [], (look, colours)
    await hold(page, TABLET)


async def hold(page: Page, look: Look) -> None:
    """Give the page this size; nothing of it may stand beyond its edge, nor a line of code beyond its box."""
    await page.set_viewport_size({"width": look.width, "height": look.height})
    assert await page.evaluate(FITS), look
