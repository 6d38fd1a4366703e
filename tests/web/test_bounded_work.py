"""Work that is bounded refuses what it cannot do soon, and answers what it took."""

import asyncio
from threading import Event, current_thread

import pytest

from app.web.bounded_work import BoundedWork, Busy
from tests.site import Site


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
    full = BoundedWork("test", at_once=1, waiting=0)
    go = Event()
    busy = asyncio.create_task(full.run(go.wait))
    await asyncio.sleep(0)
    monkeypatch.setattr("app.routers.pages.passwords.PASSWORDS", full)
    data = {"email": "hr@aurora.example", "password": "una frase qualunque"}
    answer = await site.visitor().post("/sign-in/password", data=data)
    go.set()
    await busy
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "Try again in a few seconds" in answer.text
