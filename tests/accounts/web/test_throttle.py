"""Throttling: guessing is slow, and nobody is locked out by somebody else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine
from fastapi import Request

from app.accounts.web.throttle import Throttle, TooManyTries, trying_code, trying_secret
from app.errors import Forbidden, Unavailable
from app.web import browsers
from tests.accounts.pages.signing_in import PASSWORD, code_for, mails, set_password, sign_in, without_email
from tests.site import ORIGIN, Site

WRONG = "sbagliata sbagliata"


def visitor(site: Site, address: str = "203.0.113.7") -> httpx.AsyncClient:
    """Return a browser at an address."""
    transport = httpx.ASGITransport(app=site.app, client=(address, 1234))
    headers = {"origin": ORIGIN, "accept-language": "en"}
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)


async def fail(browser: httpx.AsyncClient, times: int, email: str = "hr@aurora.example") -> list[int]:
    data = {"email": email, "password": WRONG}
    return [(await browser.post("/sign-in/password", data=data)).status_code for _ in range(times)]


async def succeed(browser: httpx.AsyncClient, email: str = "hr@aurora.example") -> int:
    return (await browser.post("/sign-in/password", data={"email": email, "password": PASSWORD})).status_code


async def test_the_seventh_wrong_password_in_a_quarter_of_an_hour_is_not_looked_at(site: Site) -> None:
    await set_password(site)
    assert await fail(visitor(site), 8) == [422] * 6 + [429] * 2
    assert await succeed(visitor(site)) == 429


async def test_the_answer_says_how_long_to_wait(site: Site) -> None:
    browser = visitor(site)
    await fail(browser, 6)
    answer = await browser.post("/sign-in/password", data={"email": "hr@aurora.example", "password": WRONG})
    assert 0 < int(answer.headers["retry-after"]) <= 900
    assert "Wait 15 min and try again" in answer.text


async def test_after_the_quarter_of_an_hour_the_password_counts_again(site: Site) -> None:
    await set_password(site)
    await fail(visitor(site), 7)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16), tick=False):
        assert await succeed(visitor(site)) == 303


async def test_an_unknown_address_is_throttled_like_a_known_one(site: Site) -> None:
    assert await fail(visitor(site), 7, "nobody@aurora.example") == [422] * 6 + [429]


async def test_right_passwords_are_not_counted(site: Site) -> None:
    await set_password(site)
    assert {await succeed(visitor(site)) for _ in range(10)} == {303}


async def test_an_attacker_with_many_addresses_is_stopped_and_the_owner_comes_in_from_their_browser(
    site: Site,
) -> None:
    await set_password(site)
    owner = await sign_in(site)
    for number in range(5):
        await fail(visitor(site, f"198.51.100.{number}"), 6)
    assert await fail(visitor(site, "198.51.100.99"), 1) == [429]
    assert await succeed(visitor(site, "203.0.113.50")) == 429
    assert await succeed(owner) == 303


async def test_somebody_at_the_next_desk_cannot_lock_the_owner_out(site: Site) -> None:
    await set_password(site)
    owner = await sign_in(site)
    await fail(site.visitor(), 7)
    assert await succeed(site.visitor()) == 429
    assert await succeed(owner) == 303


async def test_a_known_browser_that_guesses_is_stopped_too(site: Site) -> None:
    await set_password(site)
    stolen = await sign_in(site)
    assert await fail(stolen, 7) == [422] * 6 + [429]


async def test_an_invented_mark_of_a_known_browser_counts_for_nothing(site: Site) -> None:
    await set_password(site)
    for number in range(5):
        await fail(visitor(site, f"198.51.100.{number}"), 6)
    attacker = visitor(site, "198.51.100.99")
    attacker.cookies.set("known", ".".join(["0" * 32, "f" * 32]))
    assert await fail(attacker, 1) == [429]


async def test_one_address_cannot_try_the_whole_staff(site: Site) -> None:
    for _ in range(110):
        with pytest.raises(Forbidden):
            async with trying_secret(request(site, ("203.0.113.7", 1))):
                raise Forbidden
    tried = [await fail(visitor(site), 5, f"person{number}@aurora.example") for number in range(3)]
    assert tried == [[422] * 5, [422] * 5, [429] * 5]


async def test_links_are_not_sent_without_end(site: Site) -> None:
    browser = visitor(site)
    answers = [(await browser.post("/sign-in", data={"email": "hr@aurora.example"})).status_code for _ in range(8)]
    assert answers == [303] * 6 + [429] * 2
    assert len(await mails(site)) == 6


async def test_codes_are_throttled_by_address_and_a_right_one_is_not_counted(site: Site) -> None:
    browser = visitor(site)
    for name in ("Ada Neri", "Bea Neri"):
        assert (
            await browser.post("/i", data={"code": await code_for(site, await without_email(site, name))})
        ).is_redirect
    answers = [(await browser.post("/i", data={"code": f"ABCD-EF{n:02}"})).status_code for n in range(31)]
    assert answers == [409] * 30 + [429]
    good = await code_for(site, await without_email(site))
    assert (await browser.post("/i", data={"code": good})).status_code == 429
    assert (await visitor(site, "203.0.113.8").post("/i", data={"code": good})).status_code == 303


async def test_invented_links_are_throttled_by_address(site: Site) -> None:
    browser = visitor(site)
    answers = [(await browser.post("/sign-in/link", data={"token": f"pvl_{n}"})).status_code for n in range(121)]
    assert answers == [410] * 120 + [429]


async def test_one_network_of_ipv6_is_one_address(site: Site) -> None:
    await fail(visitor(site, "2001:db8:1:2::1"), 6)
    assert await fail(visitor(site, "2001:db8:1:2:3::9"), 1) == [429]
    assert await fail(visitor(site, "2001:db8:1:3::1"), 1) == [422]


async def test_ipv4_inside_of_ipv6_counts_by_its_own_address(site: Site) -> None:
    await fail(visitor(site, "::ffff:203.0.113.7"), 6)
    assert await fail(visitor(site, "203.0.113.7"), 1) == [429]
    assert await fail(visitor(site, "::ffff:203.0.113.8"), 1) == [422]


def request(site: Site, client: Any = ("203.0.113.9", 1)) -> Request:
    return Request({"type": "http", "app": site.app, "headers": [], "client": client})


async def test_our_own_failures_are_nobodys_tries(site: Site) -> None:
    for _ in range(130):
        with pytest.raises(Unavailable):
            async with trying_secret(request(site)):
                raise Unavailable
    for _ in range(120):
        with pytest.raises(Forbidden):
            async with trying_secret(request(site)):
                raise Forbidden
    with pytest.raises(TooManyTries):
        async with trying_secret(request(site)):
            pass


@pytest.mark.parametrize("around", ["198.51.100.{}", "2001:db8:7:{}::1"])
async def test_the_many_addresses_of_one_owner_do_not_shut_the_way_in_with_a_code(site: Site, around: str) -> None:
    async def guess(address: str) -> None:
        async with trying_code(request(site, (address, 1))):
            raise Forbidden

    for number in range(300):
        with pytest.raises(Forbidden):
            await guess(around.format(number // 30))
    with pytest.raises(TooManyTries):
        await guess(around.format(99))
    for number in range(1700):
        with pytest.raises(Forbidden):
            await guess(f"203.0.{number // 30}.1")
    with pytest.raises(TooManyTries):
        await guess("203.0.99.1")


@pytest.mark.parametrize(
    ("client", "network"),
    [
        (None, ""),
        (("a-socket", 0), "a-socket"),
        (("10.0.0.1", 1), "10.0.0.1"),
        (("::ffff:10.0.0.1", 1), "10.0.0.1"),
        (("2001:db8:1:2:3::9", 1), "2001:db8:1:2::"),
        (("fe80::1%eth0", 1), "fe80::"),
    ],
)
async def test_the_network_of_a_caller(site: Site, client: Any, network: str) -> None:
    assert browsers.network(request(site, client)) == network


def test_something_is_the_first_time_once() -> None:
    throttle = Throttle()
    assert [throttle.first("a"), throttle.first("a"), throttle.first("b")] == [True, False, True]


KHTML = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64) {KHTML} Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) {KHTML} Version/18.0 Safari/604.1", "Safari, iPhone"),
        (f"Mozilla/5.0 (Linux; Android 14) {KHTML} SamsungBrowser/25.0 Chrome/121.0", "Samsung Internet, Android"),
        ("curl/8.0", ""),
        ("Firefox/140.0", "Firefox"),
    ],
)
def test_a_browser_is_named_as_its_owner_knows_it(agent: str, family: str) -> None:
    assert browsers.family(agent) == family
