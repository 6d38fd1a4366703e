"""Lists as tools: searching while typing, ticking, and acting on what is ticked, with and without scripts."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Town
from tests.browser.look import DESKTOP, PHONE, Look
from tests.crowd import crew

WITHOUT_SCRIPTS = replace(DESKTOP, java_script_enabled=False)
both = pytest.mark.parametrize("look", [DESKTOP, WITHOUT_SCRIPTS], ids=["with scripts", "without"])
Axe = Callable[[Page], Awaitable[list[dict[str, Any]]]]


async def opened(town: Town, page: Page, query: str = "") -> None:
    await town.sign_in(page, "hr")
    await page.goto(f"{town.url}/company/people{query}")


def ticks(page: Page) -> Any:
    return page.locator("tbody").get_by_role("checkbox")


async def test_a_list_is_searched_while_one_types_and_says_how_many_it_found(town: Town, page: Page) -> None:
    await opened(town, page)
    search = page.get_by_label("Cerca per nome")
    await search.press_sequentially("colleag")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await expect(page.locator("h1")).to_have_text("Persone 1")
    await expect(page.get_by_role("status").filter(has_text="Trovate: 1")).to_have_count(1)
    await expect(page).to_have_url(re.compile("[?&]q=colleag"))
    await expect(search).to_be_focused()
    await page.reload()
    await expect(page.locator("tbody tr")).to_have_count(1)


@pytest.mark.parametrize("look", [WITHOUT_SCRIPTS])
async def test_without_scripts_the_search_is_a_form(town: Town, page: Page) -> None:
    await opened(town, page)
    await page.get_by_label("Cerca per nome").fill("colleag")
    await page.get_by_label("Chi mostrare").select_option(label="Lavorano qui")
    await page.get_by_role("button", name="Mostra").click()
    await expect(page.locator("tbody tr")).to_have_count(1)


async def test_the_bar_comes_with_the_first_tick_and_counts(town: Town, page: Page, axe: Axe) -> None:
    await opened(town, page)
    bar, number = page.locator(".bulk"), await ticks(page).count()
    await expect(bar).to_be_hidden()
    await ticks(page).first.check()
    await expect(bar.get_by_role("status")).to_have_text("Una scelta")
    assert await axe(page) == []
    await page.get_by_label("Scegli tutte quelle di questa pagina").check()
    await expect(bar.get_by_role("status")).to_have_text(f"{number} scelte")
    await bar.get_by_role("button", name="Togli le spunte").click()
    await expect(bar).to_be_hidden()


async def test_all_that_match_are_chosen_from_one_part_of_the_list(town: Town, page: Page) -> None:
    await opened(town, page, "?limit=2")
    await ticks(page).first.check()
    await page.get_by_label(re.compile("^Tutte le")).check()
    await expect(page.locator(".bulk").get_by_role("status")).to_have_text(re.compile("^Tutte e"))
    await page.get_by_role("button", name="Cambia reparto").click()
    await expect(page.get_by_role("button", name=re.compile("^Sposta"))).not_to_contain_text("Sposta 2 ")


async def test_a_row_is_reached_ticked_and_left_by_keys_and_enter_sends_nothing(town: Town, page: Page) -> None:
    await opened(town, page)
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await expect(ticks(page).first).to_be_checked()
    await ticks(page).first.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await expect(page.locator(".bulk").get_by_role("status")).to_have_text("2 scelte")
    await expect(page).to_have_url(re.compile("/company/people$"))


@both
async def test_people_who_are_ticked_change_their_team(town: Town, page: Page, look: Look, axe: Axe) -> None:
    name = f"Spostati {look.java_script_enabled}"
    await crew(town.world, name, 3)
    await opened(town, page, f"?q={name}")
    await ticks(page).nth(0).check()
    await ticks(page).nth(2).check()
    await page.get_by_role("button", name="Cambia reparto").click()
    await expect(page.locator("main")).to_contain_text(f"{name} 01, {name} 03.")
    assert await axe(page) == []
    await page.get_by_label("Nuovo reparto").select_option(label="Produzione")
    await page.get_by_role("button", name="Sposta 2 persone").click()
    await expect(page.locator(".flash-success")).to_contain_text("2 persone sono nel nuovo reparto")
    await expect(page.get_by_role("row", name=f"{name} 02")).to_contain_text(name)
    await expect(page.locator("tbody tr", has_text="Produzione")).to_have_count(2)


@pytest.mark.parametrize("look", [PHONE])
async def test_on_a_phone_a_row_is_a_name_and_where_its_person_stands(town: Town, page: Page) -> None:
    await opened(town, page)
    row = page.locator("tbody tr").first
    box = await row.bounding_box()
    assert box is not None
    assert box["height"] <= 72
    await expect(row.locator(".told")).to_be_visible()
    await expect(page.get_by_label("Ordine")).to_be_visible()


@both
async def test_those_who_are_ticked_among_the_pending_are_excused_and_reminded(
    town: Town, page: Page, look: Look, axe: Axe
) -> None:
    await town.sign_in(page, "hr")
    await page.goto(f"{town.url}/company/policies/pending?sort=-surname")
    if look.java_script_enabled:
        assert await axe(page) == []
    await ticks(page).first.check()
    await page.get_by_role("button", name="Esonera").click()
    if look.java_script_enabled:
        assert await axe(page) == []
    await page.get_by_role("link", name="Annulla").click()
    await ticks(page).first.check()
    await page.locator(".bulk").get_by_role("button", name="Ricorda").click()
    await expect(page.locator("main")).to_contain_text(re.compile("promemoria"))


@pytest.mark.parametrize("look", [PHONE])
@pytest.mark.parametrize(("who", "path"), [("hr", "/company/policies/acknowledged"), ("account_manager", "/agency")])
async def test_the_other_lists_have_no_barriers_on_a_phone(
    town: Town, page: Page, axe: Axe, who: str, path: str
) -> None:
    await town.sign_in(page, who)
    await page.goto(f"{town.url}{path}")
    assert await axe(page) == []
    await expect(page.get_by_label("Ordine")).to_be_visible()
