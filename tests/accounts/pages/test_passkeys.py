"""Passkeys: adding, signing in, removing, and everything that does not fit."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine
from sqlmodel import select

from app.db import NO_COMPANY
from app.models import Passkey, SignInMethod
from app.models.types import new_id
from tests.accounts.pages.authenticator import Authenticator
from tests.accounts.pages.signing_in import code_for, mails, sessions, without_email
from tests.site import Site


async def add(browser: httpx.AsyncClient, device: Authenticator, name: str = "Telefono") -> httpx.Response:
    options = (await browser.post("/me/passkeys/options")).json()
    return await browser.post("/me/passkeys", data={"credential": device.create(options), "name": name})


async def come_in(browser: httpx.AsyncClient, device: Authenticator, **fields: str) -> httpx.Response:
    options = (await browser.post("/sign-in/passkey/options")).json()
    return await browser.post("/sign-in/passkey", data={"credential": device.get(options), **fields})


async def kept(site: Site) -> list[Passkey]:
    return await site.world.db.read(NO_COMPANY, lambda rows: list(rows.scalars(select(Passkey))))


@pytest.fixture
async def owner(site: Site) -> httpx.AsyncClient:
    return await site.signed_in("hr")


@pytest.fixture
async def device(owner: httpx.AsyncClient) -> Authenticator:
    made = Authenticator()
    assert (await add(owner, made)).headers["location"] == "/me/passkeys"
    return made


async def test_a_passkey_signs_its_owner_in(site: Site, device: Authenticator) -> None:
    answer = await come_in(site.visitor(), device, next="/me")
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    newest = (await sessions(site))[-1]
    assert (newest.method, newest.account_id) == (SignInMethod.PASSKEY, site.world.account["hr"])


async def test_its_owner_is_told_by_mail_and_sees_it_in_the_list(
    site: Site, owner: httpx.AsyncClient, device: Authenticator
) -> None:
    assert [mail.subject for mail in await mails(site)] == ["Al tuo account Portavoce è stata aggiunta una passkey"]
    assert "Telefono" in (await owner.get("/me/passkeys")).text


async def test_a_removed_passkey_opens_nothing(site: Site, owner: httpx.AsyncClient, device: Authenticator) -> None:
    (passkey,) = await kept(site)
    stranger = await site.signed_in("employee")
    assert (await stranger.post(f"/me/passkeys/{passkey.id}/remove")).status_code == 404
    assert (await owner.post(f"/me/passkeys/{passkey.id}/remove")).status_code == 303
    assert (await owner.post(f"/me/passkeys/{new_id()}/remove")).status_code == 404
    await refused(await come_in(site.visitor(), device))


async def refused(answer: httpx.Response) -> None:
    """The page to sign in comes back and says so."""
    assert (answer.status_code, 'role="alert"' in answer.text) in {(409, True), (422, True)}
    assert not any(value.startswith("portavoce=") for value in answer.headers.get_list("set-cookie"))


async def test_an_answer_works_once(site: Site, device: Authenticator) -> None:
    browser = site.visitor()
    options = (await browser.post("/sign-in/passkey/options")).json()
    answer = {"credential": device.get(options)}
    assert (await browser.post("/sign-in/passkey", data=answer)).headers["location"] == "/"
    await refused(await browser.post("/sign-in/passkey", data=answer))


async def test_a_challenge_is_good_for_five_minutes(site: Site, device: Authenticator) -> None:
    browser = site.visitor()
    cookie = (await browser.post("/sign-in/passkey/options")).cookies["passkey"]
    options = (await browser.post("/sign-in/passkey/options")).json()
    assert cookie
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6), tick=False):
        kept_cookie = site.visitor()
        kept_cookie.cookies.set("passkey", browser.cookies["passkey"])
        await refused(await kept_cookie.post("/sign-in/passkey", data={"credential": device.get(options)}))


@pytest.mark.parametrize("cookie", ["", "a.b", "a.b.c", "AAAA.9999999999.00", "!.1.2"])
async def test_a_challenge_that_is_not_ours_counts_for_nothing(site: Site, device: Authenticator, cookie: str) -> None:
    browser = site.visitor()
    options = (await browser.post("/sign-in/passkey/options")).json()
    attacker = site.visitor()
    attacker.cookies.set("passkey", cookie)
    await refused(await attacker.post("/sign-in/passkey", data={"credential": device.get(options)}))


async def test_a_challenge_for_adding_does_not_sign_in(
    site: Site, owner: httpx.AsyncClient, device: Authenticator
) -> None:
    options = (await owner.post("/me/passkeys/options")).json()
    await refused(await owner.post("/sign-in/passkey", data={"credential": device.get(options)}))


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://evil.example"},
        {"host": "evil.example"},
        {"verified": 0},
    ],
)
async def test_an_answer_for_another_site_or_without_its_owner_is_refused(
    site: Site, device: Authenticator, change: dict[str, Any]
) -> None:
    for name, value in change.items():
        setattr(device, name, value)
    await refused(await come_in(site.visitor(), device))


async def test_another_key_under_the_same_name_is_refused(site: Site, device: Authenticator) -> None:
    await refused(await come_in(site.visitor(), Authenticator(credential_id=device.credential_id, count=9)))


async def test_a_copied_device_is_noticed_by_its_counter(site: Site, device: Authenticator) -> None:
    device.count = 7
    assert (await come_in(site.visitor(), device)).headers["location"] == "/"
    device.count = 3
    await refused(await come_in(site.visitor(), device))


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"id": 7}',
        '{"id": "\\ud800"}',
        '{"id": "\\u0000"}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
        "[" * 9000,
    ],
)
async def test_nonsense_is_refused(site: Site, device: Authenticator, credential: str) -> None:
    browser = site.visitor()
    await browser.post("/sign-in/passkey/options")
    await refused(await browser.post("/sign-in/passkey", data={"credential": credential}))


@pytest.mark.parametrize("damage", ["authenticatorData", "signature", "clientDataJSON"])
async def test_a_damaged_answer_is_refused(site: Site, device: Authenticator, damage: str) -> None:
    browser = site.visitor()
    shown = json.loads(device.get((await browser.post("/sign-in/passkey/options")).json()))
    shown["response"][damage] = "AAAA" + shown["response"][damage][4:]
    await refused(await browser.post("/sign-in/passkey", data={"credential": json.dumps(shown)}))


@pytest.mark.parametrize("damage", ["attestationObject", "clientDataJSON"])
async def test_a_damaged_credential_is_not_added(site: Site, owner: httpx.AsyncClient, damage: str) -> None:
    made = json.loads(Authenticator().create((await owner.post("/me/passkeys/options")).json()))
    made["response"][damage] = "AAAA" + made["response"][damage][4:]
    answer = await owner.post("/me/passkeys", data={"credential": json.dumps(made), "name": "My phone"})
    assert (answer.status_code, 'role="alert"' in answer.text, "My phone" in answer.text) == (409, True, True)
    assert await kept(site) == []


async def test_a_passkey_without_a_name_is_asked_for_one(owner: httpx.AsyncClient) -> None:
    assert (await owner.post("/me/passkeys", data={"credential": "{}"})).status_code == 422


async def test_the_same_passkey_is_not_added_twice(site: Site, owner: httpx.AsyncClient, device: Authenticator) -> None:
    options = (await owner.post("/me/passkeys/options")).json()
    assert len(options["excludeCredentials"]) == 1
    await add(owner, device)
    await add(await site.signed_in("employee"), device)
    assert len(await kept(site)) == 1


async def test_a_challenge_of_one_person_adds_nothing_to_another(site: Site, owner: httpx.AsyncClient) -> None:
    options = (await owner.post("/me/passkeys/options")).json()
    other = await site.signed_in("employee")
    other.cookies.set("passkey", owner.cookies["passkey"])
    await other.post("/me/passkeys", data={"credential": Authenticator().create(options), "name": "x"})
    assert await kept(site) == []


async def test_a_session_of_some_time_ago_must_sign_in_again_before_adding(
    site: Site, owner: httpx.AsyncClient
) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=31), tick=False):
        assert "Entra di nuovo" in (await owner.get("/me/passkeys")).text
        assert (await owner.post("/me/passkeys/options")).status_code == 403


async def test_whoever_came_in_with_a_code_and_has_no_address_can_add_one_and_come_back(site: Site) -> None:
    browser, device = site.visitor(), Authenticator()
    await browser.post("/i", data={"code": await code_for(site, await without_email(site))})
    assert (await add(browser, device)).headers["location"] == "/me/passkeys"
    assert (await come_in(site.visitor(), device)).headers["location"] == "/"
    assert len({session.account_id for session in await sessions(site)}) == 1


async def test_whoever_came_in_with_a_code_cannot_add_one_to_an_account_with_an_address(site: Site) -> None:
    browser = site.visitor()
    await browser.post("/i", data={"code": await code_for(site, site.world.person["employee"])})
    assert (await browser.post("/me/passkeys/options")).status_code == 403
    answer = await browser.post("/me/passkeys", data={"credential": "{}", "name": "x"})
    assert answer.status_code in {403, 409}
    assert await kept(site) == []
