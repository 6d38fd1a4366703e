"""A real Chromium before a real server.

Playwright's asynchronous interface, because its synchronous one leaves an event loop running between tests
and so breaks every other async test of the same worker.
"""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from anyio import fail_after
from playwright.async_api import Browser, CDPSession, Page, async_playwright

from app import db
from app.db import NO_COMPANY
from tests.browser import firm
from tests.browser.look import DESKTOP, Look
from tests.doorway import Doorway, LiveServer, serve
from tests.world import World

AXE = Path(__file__).parent.parent / "tools" / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_AXE_SECONDS = 30
# Nothing is fetched beforehand: only a rule on sound that plays by itself would need it.
_AXE_OPTIONS = f"{{runOnly: {WCAG!r}, resultTypes: ['violations'], preload: false}}"
_AXE_RUN = f"axe.run(document, {_AXE_OPTIONS}).then(found => found.violations)"
# Timers never fire in a page whose scripts are switched off, and axe-core waits for one.
_TIMERS_WITHOUT_SCRIPTS = "setTimeout = (run, wait, ...given) => { Promise.resolve().then(() => run(...given)) }"
# A page is looked at once or twice: what makes it fast for somebody who stays takes a quarter of the renderer's time.
_FOR_A_SHORT_VISIT = [
    "--js-flags=--no-opt",
    "--num-raster-threads=1",
]
_ARGUMENTS = [
    *_FOR_A_SHORT_VISIT,
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]

Violations = list[dict[str, Any]]


@pytest.fixture
def database_kind() -> str:
    """Run browser tests on one database: what differs between the two is behind the pages."""
    return "sqlite"


@pytest.fixture(scope="session")
def doorway() -> Iterator[Doorway]:
    """Give the worker's address at which its tests are served, one after the other."""
    opened = Doorway()
    yield opened
    opened.close()


@pytest.fixture
def live_server(doorway: Doorway, database_url: str) -> Iterator[LiveServer]:
    """Give a running server with a fresh database."""
    with doorway.serving(database_url) as server:
        yield server


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Give the worker's one browser: Chromium without windows, with an empty profile and no way to the internet."""
    executable = shutil.which("chromium-headless-shell")  # else the one that Playwright brought
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=_ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
def look() -> Look:
    """Give the way a test looks at its pages; parametrise `look` to choose others."""
    return DESKTOP


@asynccontextmanager
async def fresh_page(chromium: Browser, look: Look) -> AsyncIterator[tuple[Page, list[str]]]:
    """Give a page of a fresh profile, and the list into which its scripts' and console's errors go."""
    context = await chromium.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.colour_scheme,
        locale=look.locale,
        java_script_enabled=look.java_script_enabled,
        reduced_motion="reduce",
    )
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield page, errors
    await context.close()


@pytest.fixture
async def page(chromium: Browser, look: Look) -> AsyncIterator[Page]:
    """Give a page of a fresh profile; a script error or a breach of the security policy fails the test.

    A refusal that the test asked for is logged by the browser too, so other errors of the console do not.
    """
    async with fresh_page(chromium, look) as (page, errors):
        yield page
    assert [error for error in errors if "Failed to load resource" not in error] == []


@dataclass(frozen=True)
class Town:
    """A running server that the tests of a worker share, its company at work, and the rows behind its pages."""

    url: str
    world: World
    ids: dict[str, str]

    async def sign_in(self, page: Page, name: str) -> None:
        """Sign one of the cast in on this page's browser."""
        where = self.world.agency_id if name == "account_manager" else self.world.company_id
        token = await self.world.db.write(NO_COMPANY, firm.session_of, self.world.account[name], where)
        await page.context.add_cookies([{"name": "portavoce", "value": token, "url": self.url}])


@pytest.fixture(scope="session")
async def town(sqlite_world: tuple[Path, World]) -> AsyncIterator[Town]:
    """Give the worker's one server with everything on it: each test leaves what the others look at as it was."""
    template, made = sqlite_world
    copy = template.with_name("town.db")
    shutil.copyfile(template, copy)
    opened = db.open_database(f"sqlite:///{copy}")
    world = replace(made, db=opened)
    ids = await firm.furnish(world)
    with serve(f"sqlite:///{copy}") as server:
        yield Town(server.url, world, ids)
    await opened.close()


@pytest.fixture
def axe(look: Look) -> Callable[[Page], Awaitable[Violations]]:
    """Give the function that returns a page's violations of WCAG 2.2 AA, each with its rule, help and nodes.

    https://www.w3.org/TR/WCAG22/, as far as axe-core can decide. The script enters through the debugging
    protocol, so the page's own security policy stays in force, and a page without scripts is looked at too.
    """
    script = AXE.read_text(encoding="utf-8")
    waits = "" if look.java_script_enabled else _TIMERS_WITHOUT_SCRIPTS

    async def violations(page: Page) -> Violations:
        session = await page.context.new_cdp_session(page)
        with fail_after(_AXE_SECONDS):
            if await _evaluated(session, "typeof axe") == "undefined":  # it takes longer to enter than to look
                await _evaluated(session, f"{waits};{script};0")
            found: Violations = await _evaluated(session, _AXE_RUN)
        await session.detach()
        return found

    return violations


async def _evaluated(session: CDPSession, expression: str) -> Any:
    answer = await session.send(
        "Runtime.evaluate", {"expression": expression, "awaitPromise": True, "returnByValue": True}
    )
    if "exceptionDetails" in answer:
        raise RuntimeError(answer["exceptionDetails"])
    return answer["result"].get("value")
