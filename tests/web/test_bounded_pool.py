"""Work that is bounded refuses what it cannot do soon, and answers what it took."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event, current_thread
from typing import Any

import httpx
import pytest

from app.policies.rules.version import VersionState
from app.policies.schemas.policy import TextIn
from app.policies.services import approval as policy_approval
from app.policies.services import drafting
from app.turns import Busy
from app.web.bounded_pool import DRAFTS, FILES, PRINTING, READING, RECEIPTS, BoundedPool, Remembered
from tests.policies.pages.policy_work import PARTIAL, draft, form_of, published, version_of
from tests.site import Site


@asynccontextmanager
async def crowded(pool: BoundedPool, tenant: str) -> AsyncIterator[None]:
    """Let a tenant bring more work than it has places for, and none of it end, meanwhile."""
    go, begun = Event(), Event()

    def endless() -> bool:
        begun.set()
        return go.wait()

    taken = [asyncio.create_task(pool.run(tenant, endless)) for _ in range(200)]
    await asyncio.to_thread(begun.wait)
    try:
        yield
    finally:
        go.set()
        done = await asyncio.gather(*taken, return_exceptions=True)
    assert any(isinstance(one, Busy) for one in done)


async def answer_in_crowd(
    pool: BoundedPool, tenant: str, browser: httpx.AsyncClient, method: str, url: str, **sent: Any
) -> int:
    async with crowded(pool, tenant):
        answer = await browser.request(method, url, **sent)
    assert answer.status_code != 503 or answer.headers["retry-after"] == "5"
    return answer.status_code


@pytest.mark.parametrize(("method", "rest"), [("GET", "edit"), ("POST", "preview?language=it"), ("GET", "review")])
async def test_a_draft_is_taken_apart_in_the_turn_of_its_company(site: Site, method: str, rest: str) -> None:
    address = f"/company/policies/versions/{(await draft(site)).id}/{rest}"
    hr, world = await site.signed_in("hr"), site.world
    assert await answer_in_crowd(DRAFTS, world.company_id, hr, method, address, headers=PARTIAL) == 503
    assert await answer_in_crowd(DRAFTS, world.other_company_id, hr, method, address, headers=PARTIAL) == 200


async def test_a_text_is_taken_apart_before_the_transaction_that_judges_it(site: Site) -> None:
    version = await draft(site)
    hr, owner, ours = await site.signed_in("hr"), await site.signed_in("owner"), site.world.company_id
    address = f"/company/policies/versions/{version.id}"
    form = await form_of(hr, version.id) | {"then": "submit"}
    assert await answer_in_crowd(DRAFTS, ours, hr, "POST", f"{address}/edit?language=it", data=form) == 503
    assert (await version_of(site, version.id)).state is VersionState.DRAFT
    await site.world.act("hr").write(policy_approval.submit, version.id)
    seen = {"row_version": (await version_of(site, version.id)).row_version}
    assert await answer_in_crowd(DRAFTS, ours, owner, "POST", f"{address}/approve", data=seen) == 503
    assert (await owner.post(f"{address}/approve", data=seen)).status_code == 303


async def test_a_draft_that_changes_while_it_is_checked_is_not_submitted_and_the_page_says_so(site: Site) -> None:
    version, hr = await draft(site), await site.signed_in("hr")
    address = f"/company/policies/versions/{version.id}/edit?language=it"
    form = await form_of(hr, version.id) | {"then": "submit"}
    async with busy(DRAFTS, site.world.company_id):
        sending = asyncio.create_task(hr.post(address, data=form))
        while DRAFTS._turns._lines[site.world.company_id].length < 2:  # noqa: ASYNC110 - a queue tells nobody of it
            await asyncio.sleep(0)
        seen = (await version_of(site, version.id)).row_version
        words = TextIn(title="Altro", body="Solo parole.", statement="Ho letto.")
        await site.world.act("hr").write(drafting.write_text, version.id, "it", seen, words)
    answer = await sending
    assert answer.status_code == 409
    assert "Qualcuno ha cambiato il testo durante il controllo" in answer.text
    assert (await version_of(site, version.id)).state is VersionState.DRAFT


@pytest.mark.parametrize(("method", "rest"), [("GET", "checklist"), ("POST", "submit"), ("POST", "approve")])
async def test_a_machine_too_waits_its_turn_for_what_takes_a_text_apart(site: Site, method: str, rest: str) -> None:
    version = await draft(site)
    address = f"{site.company}/policies/{version.policy_id}/versions/{version.id}/{rest}"
    machine, ours = await site.machine(), site.world.company_id
    assert await answer_in_crowd(DRAFTS, ours, machine, method, address, json={"row_version": 1}) == 503


async def test_drafts_keep_nobody_from_reading_what_is_published(site: Site) -> None:
    policy_id, _ = await published(site)
    employee, ours = await site.signed_in("employee"), site.world.company_id
    assert await answer_in_crowd(READING, ours, employee, "GET", f"/policies/{policy_id}") == 503
    assert await answer_in_crowd(DRAFTS, ours, employee, "GET", f"/policies/{policy_id}") == 200


async def test_what_is_known_of_a_text_takes_no_turn(site: Site) -> None:
    policy_id, _ = await published(site)
    employee, ours = await site.signed_in("employee"), site.world.company_id
    assert (await employee.get(f"/policies/{policy_id}")).status_code == 200
    assert await answer_in_crowd(READING, ours, employee, "GET", f"/policies/{policy_id}") == 200


async def test_what_one_company_does_keeps_no_other_from_reading_printing_and_importing(site: Site) -> None:
    policy_id, shown = await published(site)
    employee, hr, others = await site.signed_in("employee"), await site.signed_in("hr"), site.world.other_company_id
    poster = f"/company/policies/versions/{shown.version_id}/poster"
    file = {"file": ("people.csv", b"name\nAda\n")}
    assert await answer_in_crowd(READING, others, employee, "GET", f"/policies/{policy_id}") == 200
    assert await answer_in_crowd(PRINTING, others, hr, "GET", poster) == 200
    assert await answer_in_crowd(FILES, others, hr, "POST", "/company/people/import", files=file) == 303
    assert await answer_in_crowd(FILES, site.world.company_id, hr, "POST", "/company/people/import", files=file) == 503


async def test_a_file_is_not_read_for_whoever_may_not_import_people(site: Site) -> None:
    employee, ours = await site.signed_in("employee"), site.world.company_id
    file = {"file": ("people.csv", b"name\nAda\n")}
    assert await answer_in_crowd(FILES, ours, employee, "POST", "/company/people/import", files=file) == 403
    outsider, address = await site.machine(company_id=site.world.other_company_id), f"{site.company}/people/import"
    assert await answer_in_crowd(FILES, ours, outsider, "POST", address, content=b"name\nAda\n") == 404


async def test_receipts_are_checked_in_turns_by_address(site: Site) -> None:
    visitor = site.visitor()
    assert await answer_in_crowd(RECEIPTS, "127.0.0.1", visitor, "POST", "/verify", data={"receipt": "{}"}) == 503
    assert await answer_in_crowd(RECEIPTS, "192.0.2.1", visitor, "POST", "/verify", data={"receipt": "{}"}) == 200


async def test_it_runs_elsewhere_and_returns_what_the_work_returns() -> None:
    pool = BoundedPool("test", at_once=1, waiting=0)
    assert await pool.run("a", lambda: current_thread().name) != current_thread().name
    with pytest.raises(ZeroDivisionError):
        await pool.run("a", lambda: 1 // 0)
    assert await pool.run("a", max, 1, 2) == 2


@asynccontextmanager
async def busy(pool: BoundedPool, tenant: str = "a") -> AsyncIterator[None]:
    """Keep a thread busy meanwhile, in the turn of a tenant."""
    go, begun = Event(), Event()

    def wait() -> None:
        begun.set()
        go.wait()

    working = asyncio.create_task(pool.run(tenant, wait))
    await asyncio.to_thread(begun.wait)
    yield
    go.set()
    await working


async def test_whoever_comes_when_the_queue_is_full_is_refused_and_later_served() -> None:
    pool = BoundedPool("test", at_once=1, waiting=1)
    async with busy(pool):
        waiting = asyncio.create_task(pool.run("a", max, 1, 2))
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await pool.run("a", max, 1, 2)
    assert await waiting == 2
    assert await pool.run("a", max, 1, 2) == 2


async def test_tenants_take_turns_however_much_one_of_them_brings() -> None:
    pool = BoundedPool("test", at_once=1, waiting=9)
    served: list[str] = []
    async with busy(pool):
        taken = [asyncio.create_task(pool.run(tenant, served.append, tenant)) for tenant in "aaabb"]
        await asyncio.sleep(0)
    await asyncio.gather(*taken)
    assert "".join(served) == "babaa"


async def test_what_waits_leaves_the_queue_with_whoever_brought_it() -> None:
    pool = BoundedPool("test", at_once=1, waiting=1)
    async with busy(pool):
        impatient = asyncio.create_task(pool.run("a", max, 1, 2))
        await asyncio.sleep(0)
        impatient.cancel()
        await asyncio.gather(impatient, return_exceptions=True)
        patient = asyncio.create_task(pool.run("a", max, 1, 2))
        await asyncio.sleep(0)
    assert await patient == 2


async def test_what_many_ask_for_at_the_same_moment_is_found_once() -> None:
    found: list[str] = []

    def find(text: str) -> str:
        found.append(text)
        return text.upper()

    texts = Remembered(BoundedPool("test", at_once=2, waiting=0), find, most=2)
    assert await asyncio.gather(*(texts.get("a", "one") for _ in range(9))) == ["ONE"] * 9
    for text in ("two", "one", "three", "one", "two"):  # "two" is forgotten for "three": "one" was asked for since
        assert await texts.get("a", text) == text.upper()
    assert found == ["one", "two", "three", "two"]


async def test_what_could_not_be_found_is_looked_for_again() -> None:
    failing = [True, False]

    def find(text: str) -> str:
        if failing.pop(0):
            raise ZeroDivisionError
        return text

    texts = Remembered(BoundedPool("test", at_once=1, waiting=0), find, most=2)
    asked = await asyncio.gather(*(texts.get("a", "one") for _ in range(2)), return_exceptions=True)
    assert [type(one) for one in asked] == [ZeroDivisionError] * 2
    assert await texts.get("a", "one") == "one"


async def test_a_sign_in_in_the_greatest_crowd_is_answered_with_try_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "app.routers.pages.accounts.passwords.PASSWORDS", full := BoundedPool("test", at_once=1, waiting=0)
    )
    data = {"email": "hr@aurora.example", "password": "una frase qualunque"}
    async with crowded(full, "127.0.0.1"):
        answer = await site.visitor().post("/sign-in/password", data=data)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "Try again in a few seconds" in answer.text
