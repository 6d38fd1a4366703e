"""What somebody meets at a door that does not open, and how they are told."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import update

from app.access.work import enter_agency
from app.accounts.services import passkeys, sign_in
from app.context import AccountCtx
from app.db import NO_COMPANY, Scope
from app.errors import Forbidden, NotFound
from app.models import SignInMethod, SignInSession
from app.web.i18n import accepted_language
from tests.site import LIFETIMES, Site
from tests.world import NOW, World


async def showing_nothing(site: Site, name: str) -> httpx.AsyncClient:
    """Return the browser of somebody whose session shows no organisation."""
    browser = await site.signed_in(name)
    await site.world.db.write(
        NO_COMPANY, lambda session: session.execute(update(SignInSession).values(organisation_id=None))
    )
    return browser


@pytest.mark.parametrize("path", ["/company", "/agency/api-clients"])
async def test_a_session_that_shows_no_organisation_opens_none(site: Site, path: str) -> None:
    assert (await (await showing_nothing(site, "hr")).get(path)).status_code == 404


async def test_a_locked_session_opens_no_agency(site: Site) -> None:
    manager = await site.signed_in("account_manager", site.world.agency_id, locked=True)
    assert (await manager.get("/agency/api-clients")).status_code == 403
    caller = replace(site.world.caller("account_manager", site.world.agency_id), locked=True)
    with pytest.raises(NotFound):
        await enter_agency(site.world.db, caller, site.world.agency_id, "test-request")


@pytest.mark.parametrize("path", ["/sign-in", "/nothing"])
@pytest.mark.parametrize(
    "cookie",
    ["[[],1]", "[{},1]", '["error",{}]', '["other","x"]', '["error","\\ud800"]', "[" * 3000, '"ab"', "1", "%ff", "{"],
)
async def test_a_message_that_is_not_ours_is_not_shown_and_breaks_no_page(site: Site, path: str, cookie: str) -> None:
    shown = await site.visitor(cookie=f"flash={quote(cookie, safe='%')}").get(path)
    assert shown.status_code == (404 if path == "/nothing" else 200)
    assert 'class="flash' not in shown.text
    ours = await site.visitor(cookie='flash=["error","No <way>"]').get(path)
    assert "No &lt;way&gt;" in ours.text


async def test_a_refusal_inside_a_page_comes_as_a_message_with_its_true_status(site: Site) -> None:
    employee = await site.signed_in("employee")
    answer = await employee.get("/company", headers={"hx-request": "true", "hx-request-type": "partial"})
    assert answer.status_code == 403
    assert "toast" in answer.text
    assert "<html" not in answer.text


async def test_a_locked_session_is_nobody_in_another_company(world: World) -> None:
    elsewhere = replace(world.caller("employee", world.other_company_id), locked=True)
    with pytest.raises(NotFound):
        await world.work(elsewhere).read(lambda _ctx: None)


async def test_a_locked_session_enters_no_other_company(world: World) -> None:
    account_id = world.account["employee"]

    def locked(session: Any) -> str:
        ctx = AccountCtx(session, account_id, NOW, "test-request")
        browser = sign_in.Browser("Test", LIFETIMES)
        where = world.company_id
        sign_in.open_for(ctx, account_id, SignInMethod.INVITATION, browser, organisation_id=where, locked=True)
        session.flush()
        return str(session.query(SignInSession.id).scalar())

    session_id = await world.db.write(NO_COMPANY, locked)

    def enter(session: Any) -> None:
        ctx = AccountCtx(session, account_id, NOW, "test-request")
        sign_in.enter(ctx, session_id, world.other_company_id)

    with pytest.raises(Forbidden):
        await world.db.write(Scope(account_id=account_id), enter)


async def test_a_printed_code_adds_no_passkey_to_the_account_of_an_address(world: World) -> None:
    caller = replace(world.caller("employee"), locked=True)

    def refuse(session: Any) -> None:
        passkeys.refuse_adding(AccountCtx(session, caller.account_id, NOW, "test-request"), caller)

    with pytest.raises(Forbidden):
        await world.db.read(Scope(account_id=caller.account_id), refuse)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de, en;q=0.4, it;q=0.5", "it"),
        ("en;q=much, it;q=0.1", "it"),
        ("it;q=0, en-GB", "en"),
        ("de", None),
        ("", None),
    ],
)
def test_the_browsers_best_known_language_is_taken(header: str, language: str | None) -> None:
    assert accepted_language(header) == language
