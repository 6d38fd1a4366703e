"""The employee's pages as people meet them: on a phone, by keyboard, in the dark, without scripts."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import delete, update
from sqlalchemy.orm import Session
from sqlmodel import col

from app import db
from app.context import Ctx
from app.db import NO_COMPANY, Database
from app.models import PolicyText, SignInSession
from app.policies.rows import policies
from app.policies.schemas.policy import VersionIn
from app.policies.services import approval as policy_approval
from app.policies.services import drafting as policy_drafting
from app.policies.services import publishing as policy_publishing
from tests import world as cast
from tests.browser.firm import session_of
from tests.browser.look import DESKTOP, PHONE, Look
from tests.doorway import LiveServer
from tests.world import World, acknowledge

WITHOUT_SCRIPTS = Look(width=390, height=844, java_script_enabled=False)
TODAY = datetime.now(UTC).date()
OLD, NEW = "Ti chiede di conoscere le regole.", "Ti chiede soltanto di conoscere le regole."


@dataclass(frozen=True)
class Desk:
    """A running company where version 1.0 was confirmed and 2.0 is to be read, and the page of its employee."""

    url: str
    policy: str
    page: Page
    world: World

    async def open(self, path: str = "") -> Page:
        await self.page.goto(self.url + (path or self.policy))
        return self.page


@pytest.fixture
async def seam(live_server: LiveServer) -> AsyncIterator[Database]:
    opened = db.open_database(live_server.database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def desk(live_server: LiveServer, page: Page, seam: Database) -> Desk:
    world = await cast.build(seam)
    first = await world.published(effective_on=TODAY)
    await world.act("employee").write(acknowledge, first)
    policy_id = (await world.system().read(policies.version, first.version_id)).policy_id
    data = VersionIn(effective_on=TODAY)
    version = await world.act("hr").write(policy_drafting.create_version, policy_id, data)
    await world.system().write(reword, version.id)
    await world.act("hr").write(policy_approval.submit, version.id)
    await world.act("owner").write(policy_approval.approve, version.id)
    await world.act("owner").write(policy_publishing.publish, version.id)
    token = await seam.write(NO_COMPANY, session_of, world.account["employee"], world.company_id)
    await page.context.add_cookies([{"name": "portavoce", "value": token, "url": live_server.url}])
    return Desk(live_server.url, f"/policies/{policy_id}", page, world)


def reword(ctx: Ctx, version_id: str) -> None:
    changed = update(PolicyText).where(
        col(PolicyText.company_id) == ctx.company_id, col(PolicyText.version_id) == version_id
    )
    for text in policies.texts(ctx, version_id).values():
        body, summary = text.body.replace(OLD, NEW), "Chiarite le garanzie."
        ctx.session.execute(changed.where(col(PolicyText.id) == text.id).values(body=body, summary=summary))


def end_all_sessions(session: Session) -> None:
    session.execute(delete(SignInSession))


async def fits(page: Page) -> bool:
    return await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def fully_open(page: Page) -> None:
    """Open every disclosure, as somebody who looks at everything."""
    await page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")


# With scripts, every page is looked at in test_every_page.py.
@pytest.mark.parametrize("look", [WITHOUT_SCRIPTS])
async def test_without_scripts_the_pages_have_no_barrier_and_fit(
    desk: Desk, axe: Callable[[Page], Awaitable[list[dict[str, Any]]]]
) -> None:
    for path in ("/", desk.policy, f"{desk.policy}?language=en", "/me"):
        page = await desk.open(path)
        await fully_open(page)
        assert await axe(page) == [], path
        assert await fits(page), path


@pytest.mark.parametrize("look", [PHONE, WITHOUT_SCRIPTS])
async def test_from_the_first_page_to_the_confirmation(
    desk: Desk, look: Look, axe: Callable[[Page], Awaitable[list[dict[str, Any]]]]
) -> None:
    page = await desk.open("/")
    await page.get_by_role("link", name="Leggi il testo").click()
    await expect(page.locator("article ins")).to_have_text("soltanto")
    button = page.get_by_role("button", name="Confermo la presa visione")
    assert await button.is_disabled() is look.java_script_enabled
    box = page.get_by_role("checkbox", name=re.compile("^Ho ricevuto e letto la versione 2.0"))
    assert not await box.is_checked()
    await box.check()
    await button.click()
    done = page.get_by_role("heading", name="Hai ricevuto e letto questa versione")
    await expect(done).to_be_visible()
    if look.java_script_enabled:
        await expect(done).to_be_focused()
        await expect(page.locator(".chain-small .is-done")).to_have_count(1)
    await expect(page.locator("#deadline")).to_be_hidden()
    assert await axe(page) == []
    await page.get_by_role("link", name="Torna a oggi").click()
    await expect(page.get_by_role("heading", name="Sei in pari")).to_be_visible()


async def test_by_keyboard_alone(desk: Desk) -> None:
    page = await desk.open()
    await page.locator("#field-confirmed").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Confermo la presa visione")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Hai ricevuto e letto questa versione")).to_be_focused()


@pytest.mark.parametrize("look", [PHONE, WITHOUT_SCRIPTS])
async def test_a_question_is_asked_where_the_text_is(desk: Desk, look: Look) -> None:
    page = await desk.open()
    await page.get_by_text("Ho una domanda, o non sono d’accordo").click()
    await page.get_by_label("Le tue parole").fill("Posso parlare del mio reparto?")
    await page.get_by_role("button", name="Invia").click()
    asked = page.get_by_role("heading", name="La tua domanda è partita")
    await expect(asked).to_be_visible()
    if look.java_script_enabled:
        await expect(asked).to_be_focused()
    await expect(page.locator("#acknowledgement .post")).to_have_text("Posso parlare del mio reparto?")
    await page.get_by_text("Ho una domanda, o non sono d’accordo").click()
    await expect(page.get_by_label("Le tue parole")).to_have_value("")


@pytest.mark.parametrize("look", [DESKTOP, PHONE])
async def test_the_contents_stand_beside_the_text_or_open_above_it(desk: Desk, look: Look) -> None:
    page = await desk.open()
    if look is PHONE:
        await page.get_by_text("In questo testo").locator("visible=true").click()
    await page.get_by_role("link", name=re.compile("^5. I tuoi profili")).locator("visible=true").click()
    heading = page.get_by_role("heading", name=re.compile("^5. I tuoi profili"))
    await expect(heading).to_be_in_viewport()


async def test_the_marks_can_be_put_away(desk: Desk) -> None:
    page = await desk.open()
    await page.get_by_role("link", name="Mostra il testo senza segni").click()
    await expect(page.locator("article ins")).to_have_count(0)
    await page.get_by_role("link", name=re.compile("^Segna che cosa è cambiato")).click()
    await expect(page.locator("article ins")).to_have_count(1)


async def test_what_was_typed_survives_an_ended_session(desk: Desk) -> None:
    page = await desk.open()
    await page.get_by_text("Ho una domanda, o non sono d’accordo").click()
    await page.get_by_label("Le tue parole").fill("Una domanda lunga e importante.")
    await desk.world.db.write(NO_COMPANY, end_all_sessions)
    async with page.expect_navigation(url=re.compile(r"/sign-in\?next=")):
        await page.get_by_role("button", name="Invia").click()
    assert page.url.endswith(f"/sign-in?next={desk.policy}")
    token = await desk.world.db.write(NO_COMPANY, session_of, desk.world.account["employee"], desk.world.company_id)
    await page.context.add_cookies([{"name": "portavoce", "value": token, "url": desk.url}])
    await desk.open()
    await expect(page.get_by_label("Le tue parole")).to_be_visible()
    await expect(page.get_by_label("Le tue parole")).to_have_value("Una domanda lunga e importante.")


async def test_words_about_a_text_that_changed_meanwhile_are_shown_and_kept(desk: Desk) -> None:
    page = await desk.open()
    await page.get_by_text("Ho una domanda, o non sono d’accordo").click()
    await page.get_by_label("Le tue parole").fill("Vale anche per me?")
    await desk.world.next_version(desk.policy.rsplit("/", 1)[1], effective_on=TODAY)
    await page.get_by_role("button", name="Invia").click()
    await expect(page.get_by_role("heading", name="Il testo è cambiato mentre lo leggevi")).to_be_focused()
    await expect(page.locator("#kept")).to_have_text("Vale anche per me?")
    await page.get_by_role("link", name="Leggi il nuovo testo").click()
    await expect(page.get_by_role("checkbox", name=re.compile("versione 3.0"))).to_be_visible()
    await expect(page.get_by_label("Le tue parole")).to_have_value("Vale anche per me?")
