"""From the confirmation to a receipt that is checked without us."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect
from sqlalchemy.orm import Session

from app import db
from app.accounts.services import sign_in
from app.context import AccountCtx
from app.db import NO_COMPANY, Database
from app.evidence import receipts
from app.models import SignInMethod
from app.policies.rows import policies
from app.receipts.rules.kinds import KINDS
from tests import world as cast
from tests.browser.look import PHONE, Look
from tests.doorway import LiveServer
from tests.site import LIFETIMES
from tests.world import World

WITHOUT_SCRIPTS = Look(width=390, height=844, java_script_enabled=False)
TODAY = datetime.now(UTC).date()
Axe = Callable[[Page], Awaitable[list[dict[str, Any]]]]


@dataclass(frozen=True)
class Desk:
    """A running company with a version to read, and a page for one of its people."""

    url: str
    policy: str
    page: Page
    world: World

    async def as_person(self, name: str) -> Page:
        token = await self.world.db.write(NO_COMPANY, _session_of, self.world, name)
        await self.page.context.add_cookies([{"name": "portavoce", "value": token, "url": self.url}])
        return self.page


def _session_of(session: Session, world: World, name: str) -> str:
    ctx = AccountCtx(session, None, datetime.now(UTC), "test-request")
    browser, where = sign_in.Browser("Test", LIFETIMES), world.company_id
    return sign_in.open_for(ctx, world.account[name], SignInMethod.PASSWORD, browser, organisation_id=where)


@pytest.fixture
async def seam(live_server: LiveServer) -> AsyncIterator[Database]:
    opened = db.open_database(live_server.database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def desk(live_server: LiveServer, page: Page, seam: Database) -> Desk:
    world = await cast.build(seam)
    shown = await world.published(effective_on=TODAY)
    policy = (await world.system().read(policies.version, shown.version_id)).policy_id
    return Desk(live_server.url, f"/policies/{policy}", page, world)


async def confirm(desk: Desk) -> Page:
    page = await desk.as_person("employee")
    await page.goto(desk.url + desk.policy)
    await page.get_by_role("checkbox", name=re.compile("^Ho ricevuto e letto")).check()
    await page.get_by_role("button", name="Confermo la presa visione").click()
    await page.get_by_role("link", name="La tua ricevuta").click()
    await expect(page.get_by_role("heading", level=1, name="Ricevuta di presa visione")).to_be_visible()
    return page


async def fits(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("look", [PHONE, WITHOUT_SCRIPTS])
async def test_an_employee_confirms_and_leaves_with_a_receipt_that_holds(desk: Desk, axe: Axe, tmp_path: Path) -> None:
    page = await confirm(desk)
    await page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
    assert await axe(page) == []
    assert await fits(page)
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Scarica il file da verificare (JSON)").click()
    file = tmp_path / "receipt.json"
    await (await download.value).save_as(file)
    checks = {one.check: one.outcome for one in receipts.verify(json.loads(file.read_text(encoding="utf-8")), KINDS)}
    passed = ("kind", "statement", "evidence", "inclusion", "signature", "log", "published")
    assert checks == {**dict.fromkeys(passed, "pass"), "witnesses": "absent", "time": "absent"}


async def test_the_receipt_is_checked_in_the_browser_and_sent_nowhere(desk: Desk) -> None:
    page = await confirm(desk)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url} {request.post_data or ''}"))
    await page.get_by_role("link", name="Verificala ora").click()
    await expect(page.locator("[data-verdict=consistent]")).to_be_visible()
    receipt = page.url.split("#")[1]
    assert not [one for one in asked if receipt[:40] in one.split("#")[0] or one.startswith("POST")]


@pytest.mark.parametrize("look", [PHONE])
async def test_hr_finds_receipts_and_the_log_without_barriers(desk: Desk, axe: Axe) -> None:
    await confirm(desk)
    page = await desk.as_person("hr")
    for path in ("/company/policies/acknowledged", "/company/evidence"):
        await page.goto(desk.url + path)
        assert await axe(page) == [], path
        assert await fits(page), path
    await page.goto(desk.url + "/company/policies/acknowledged")
    await page.get_by_role("link", name="Ricevuta Employee").click()
    await expect(page.get_by_text("Fingerprint", exact=True)).to_have_count(0)
    assert await axe(page) == []
    assert await fits(page)
