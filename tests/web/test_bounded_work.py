"""Work that is bounded refuses what it cannot do soon, and answers what it took."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event, current_thread
from typing import Any

import httpx
import pytest

from app.policies.rules.version import VersionState
from app.policies.services import approval as policy_approval
from app.web.bounded_work import DRAFTS, READING, BoundedWork, Busy
from tests.policies.pages.policy_work import PARTIAL, draft, form_of, published, version_of
from tests.site import Site


@asynccontextmanager
async def crowded(work: BoundedWork) -> AsyncIterator[None]:
    """Let others fill all places meanwhile."""
    go = Event()
    taken = [asyncio.create_task(work.run(go.wait)) for _ in range(1000)]
    await asyncio.sleep(0)
    try:
        yield
    finally:
        go.set()
        await asyncio.gather(*taken, return_exceptions=True)


async def answer_in_crowd(work: BoundedWork, browser: httpx.AsyncClient, method: str, url: str, **sent: Any) -> int:
    async with crowded(work):
        refused = await browser.request(method, url, **sent)
    assert refused.status_code != 503 or refused.headers["retry-after"] == "5"
    return refused.status_code


@pytest.mark.parametrize(("method", "rest"), [("GET", "edit"), ("POST", "preview?language=it"), ("GET", "review")])
async def test_a_draft_is_taken_apart_in_its_turn_only(site: Site, method: str, rest: str) -> None:
    address = f"/company/policies/versions/{(await draft(site)).id}/{rest}"
    hr = await site.signed_in("hr")
    assert await answer_in_crowd(DRAFTS, hr, method, address, headers=PARTIAL) == 503
    assert (await hr.request(method, address, headers=PARTIAL)).status_code == 200


async def test_a_text_is_taken_apart_before_the_transaction_that_judges_it(site: Site) -> None:
    version = await draft(site)
    hr, owner = await site.signed_in("hr"), await site.signed_in("owner")
    form = await form_of(hr, version.id) | {"then": "submit"}
    assert (
        await answer_in_crowd(
            DRAFTS, hr, "POST", f"/company/policies/versions/{version.id}/edit?language=it", data=form
        )
        == 503
    )
    assert (await version_of(site, version.id)).state is VersionState.DRAFT
    await site.world.act("hr").write(policy_approval.submit, version.id)
    seen = {"row_version": (await version_of(site, version.id)).row_version}
    assert (
        await answer_in_crowd(DRAFTS, owner, "POST", f"/company/policies/versions/{version.id}/approve", data=seen)
        == 503
    )
    assert (await owner.post(f"/company/policies/versions/{version.id}/approve", data=seen)).status_code == 303


@pytest.mark.parametrize(("method", "rest"), [("GET", "checklist"), ("POST", "submit"), ("POST", "approve")])
async def test_a_machine_too_waits_its_turn_for_what_takes_a_text_apart(site: Site, method: str, rest: str) -> None:
    version = await draft(site)
    address = f"{site.company}/policies/{version.policy_id}/versions/{version.id}/{rest}"
    assert await answer_in_crowd(DRAFTS, await site.machine(), method, address, json={"row_version": 1}) == 503


async def test_drafts_keep_nobody_from_reading_what_is_published(site: Site) -> None:
    policy_id, _ = await published(site)
    employee = await site.signed_in("employee")
    assert await answer_in_crowd(DRAFTS, employee, "GET", f"/policies/{policy_id}") == 200
    assert await answer_in_crowd(READING, employee, "GET", f"/policies/{policy_id}") == 503


async def test_it_runs_elsewhere_and_returns_what_the_work_returns() -> None:
    work = BoundedWork("test", at_once=1, waiting=0)
    assert await work.run(lambda: current_thread().name) != current_thread().name
    with pytest.raises(ZeroDivisionError):
        await work.run(lambda: 1 // 0)
    assert await work.run(max, 1, 2) == 2


async def test_whoever_comes_when_the_queue_is_full_is_refused_and_later_served() -> None:
    work, go = BoundedWork("test", at_once=1, waiting=1), Event()
    taken = [asyncio.create_task(work.run(go.wait)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await work.run(go.wait)
    go.set()
    assert await asyncio.gather(*taken) == [True, True]
    assert await work.run(go.wait)


async def test_a_place_comes_back_even_if_nobody_waits_for_the_result() -> None:
    work, started, go = BoundedWork("test", at_once=1, waiting=1), Event(), Event()

    def busy() -> bool:
        started.set()
        return go.wait()

    impatient = asyncio.create_task(work.run(busy))
    await asyncio.to_thread(started.wait)
    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    go.set()
    assert await work.run(go.wait)
    assert await work.run(go.wait)


async def test_a_sign_in_in_the_greatest_crowd_is_answered_with_try_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "app.routers.pages.accounts.passwords.PASSWORDS", full := BoundedWork("test", at_once=1, waiting=0)
    )
    data = {"email": "hr@aurora.example", "password": "una frase qualunque"}
    async with crowded(full):
        answer = await site.visitor().post("/sign-in/password", data=data)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "Try again in a few seconds" in answer.text
