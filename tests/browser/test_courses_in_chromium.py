"""A course from its first lesson to the pass: on a phone without scripts, and by keyboard alone."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Town
from tests.browser.look import DESKTOP, PHONE, Look
from tests.training import courses

Axe = Callable[[Page], Awaitable[list[dict[str, Any]]]]
WITHOUT_SCRIPTS = replace(PHONE, java_script_enabled=False)
DARK = replace(DESKTOP, colour_scheme="dark")


async def answer(page: Page) -> None:
    """Answer the question on the page: rightly, as the courses of the tests are made."""
    form = page.locator("main form")
    if await form.get_by_role("radio").count():
        await form.get_by_role("radio").first.check()
    elif await form.get_by_role("checkbox").count():
        await form.get_by_role("checkbox").first.check()
    elif await form.get_by_role("combobox").count():
        for place in range(3):
            await form.get_by_role("combobox").nth(place).select_option(str(place + 1))
    else:
        await form.get_by_role("textbox").fill("Portavoce")
    await form.get_by_role("button", name="Rispondi").click()


@pytest.mark.parametrize("look", [WITHOUT_SCRIPTS, DARK], ids=["phone without scripts", "desktop, dark"])
async def test_a_course_is_taken_to_its_end(town: Town, page: Page, axe: Axe, look: Look) -> None:
    version = await courses.published(town.world, questions=courses.ALL_KINDS, passing_score=1)
    await town.sign_in(page, "colleague")
    await page.goto(f"{town.url}/courses/{version.course_id}")
    await page.get_by_role("link", name="Comincia dalla prima lezione").click()
    for _ in range(3):
        await page.get_by_role("button", name="Ho finito, avanti").click()
    await page.get_by_role("button", name="Vai alla verifica").click()
    for number in range(6):
        await expect(page.get_by_text(f"Domanda {number + 1} di 6").first).to_be_visible()
        assert await axe(page) == []
        await answer(page)
        assert await axe(page) == []
        await page.locator("main .btn-primary").click()
    await expect(page.locator("h1")).to_have_text("Hai superato il corso")
    await page.goto(f"{town.url}/courses/{version.course_id}")
    await expect(page.get_by_text("Superato il")).to_have_count(1)
