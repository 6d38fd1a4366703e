"""Signing in with a password, forgetting it, changing it."""

from typing import Any

import argon2
import pytest
from sqlmodel import select

from app.db import NO_COMPANY
from app.models import Account
from tests.accounts.pages.signing_in import PASSWORD, mails, sessions, set_password, sign_in, token_from_mail
from tests.site import Site

NEW = "otto pastori sulla neve"


async def stored(site: Site, name: str = "hr") -> str | None:
    wanted = select(Account.password_hash).where(Account.id == site.world.account[name])
    return await site.world.db.read(NO_COMPANY, lambda session: session.scalars(wanted).one())


async def try_password(site: Site, password: str, email: str = "hr@aurora.example", **fields: str) -> Any:
    return await site.visitor().post("/sign-in/password", data={"email": email, "password": password, **fields})


async def test_the_right_password_signs_in_and_goes_on(site: Site) -> None:
    await set_password(site)
    answer = await try_password(site, PASSWORD, next="/me")
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("portavoce="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(site: Site) -> None:
    await set_password(site)
    wrong = await try_password(site, "sbagliata sbagliata")
    unknown = await try_password(site, "sbagliata sbagliata", "nobody@aurora.example")
    without = await try_password(site, "sbagliata sbagliata", "owner@aurora.example")
    assert {wrong.status_code, unknown.status_code, without.status_code} == {422}
    assert wrong.text == unknown.text.replace("nobody@", "hr@") == without.text.replace("owner@", "hr@")
    assert "sbagliata" not in wrong.text
    assert await sessions(site) == []


async def test_missing_values_are_asked_for(site: Site) -> None:
    answer = await site.visitor().post("/sign-in/password", data={"email": "hr@aurora.example"})
    assert answer.status_code == 422
    assert "This is missing" in answer.text
    assert (await site.visitor().get("/sign-in/password")).status_code == 200


async def test_a_hash_with_older_parameters_is_renewed_when_its_owner_comes_in(site: Site) -> None:
    old = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)

    def store(session: Any) -> None:
        session.get(Account, site.world.account["hr"]).password_hash = old

    await site.world.db.write(NO_COMPANY, store)
    await sign_in(site)
    renewed = await stored(site)
    assert renewed is not None
    assert "m=19456,t=2,p=1" in renewed
    await sign_in(site)


@pytest.mark.parametrize(
    "to",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)", "/%0d\n"],
)
async def test_signing_in_never_leads_to_another_site(site: Site, to: str) -> None:
    await set_password(site)
    assert (await try_password(site, PASSWORD, next=to)).headers["location"] == "/"
    shown = await site.visitor().get("/sign-in/password", params={"next": to})
    assert "evil" not in shown.text


async def test_signing_in_makes_a_new_session_and_ends_the_one_the_browser_had(site: Site) -> None:
    await set_password(site)
    planted = await site.signed_in("outsider")
    before = planted.cookies["portavoce"]
    await planted.post("/sign-in/password", data={"email": "hr@aurora.example", "password": PASSWORD})
    assert planted.cookies.get("portavoce", domain="127.0.0.1") != before
    (session,) = await sessions(site)
    assert session.account_id == site.world.account["hr"]


async def test_a_token_that_somebody_planted_never_becomes_valid(site: Site) -> None:
    await set_password(site)
    browser = site.visitor()
    browser.cookies.set("portavoce", "pvs_chosen_by_an_attacker")
    await browser.post("/sign-in/password", data={"email": "hr@aurora.example", "password": PASSWORD})
    attacker = site.visitor()
    attacker.cookies.set("portavoce", "pvs_chosen_by_an_attacker")
    assert (await attacker.get("/me/sessions")).status_code == 303


async def test_a_forgotten_password_is_replaced_with_a_link_and_ends_every_session(site: Site) -> None:
    await set_password(site)
    elsewhere = await sign_in(site)
    browser = site.visitor()
    assert (await browser.get("/password/forgotten")).status_code == 200
    await browser.post("/password/forgotten", data={"email": "hr@aurora.example"})
    token = await token_from_mail(site)
    assert (await browser.get("/password/new", params={"token": token})).status_code == 200
    answer = await browser.post("/password/new", data={"token": token, "password": NEW})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await elsewhere.get("/me/sessions")).status_code == 303
    assert (await browser.get("/me/sessions")).status_code == 200
    await sign_in(site, password=NEW)
    assert (await try_password(site, PASSWORD)).status_code == 422
    assert (await mails(site))[-1].subject == "La tua password di Portavoce è cambiata"


async def test_a_new_password_ends_every_other_open_link(site: Site) -> None:
    browser = site.visitor()
    await browser.post("/sign-in", data={"email": "hr@aurora.example"})
    sign_in_token = await token_from_mail(site)
    await browser.post("/password/forgotten", data={"email": "hr@aurora.example"})
    await browser.post("/password/new", data={"token": await token_from_mail(site), "password": NEW})
    assert (await site.visitor().post("/sign-in/link", data={"token": sign_in_token})).status_code == 410


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("corta", "at least 12 characters"),
        ("Password12345!", "guess this one easily"),
        ("hr@aurora.example", "e-mail address is no password"),
    ],
)
async def test_a_weak_choice_is_explained_and_leaves_the_link_usable(site: Site, password: str, reason: str) -> None:
    browser = site.visitor()
    await browser.post("/password/forgotten", data={"email": "hr@aurora.example"})
    token = await token_from_mail(site)
    refused = await browser.post("/password/new", data={"token": token, "password": password})
    assert refused.status_code == 422
    assert reason in refused.text
    assert (await browser.post("/password/new", data={"token": token, "password": NEW})).status_code == 303


async def test_a_link_for_a_password_works_once_and_an_invented_one_never(site: Site) -> None:
    browser = site.visitor()
    await browser.post("/password/forgotten", data={"email": "hr@aurora.example"})
    token = await token_from_mail(site)
    assert (await browser.post("/password/new", data={"token": token})).status_code == 422
    await browser.post("/password/new", data={"token": token, "password": NEW})
    for spent in (token, "pvl_invented", ""):
        answer = await site.visitor().post("/password/new", data={"token": spent, "password": "altra frase segreta"})
        assert answer.status_code == 410
        assert (await site.visitor().get("/password/new", params={"token": spent})).status_code == 410
    await sign_in(site, password=NEW)


async def test_a_mistaken_address_comes_back(site: Site) -> None:
    answer = await site.visitor().post("/password/forgotten", data={"email": "hr"})
    assert answer.status_code == 422
    assert 'value="hr"' in answer.text


async def test_changing_a_password_needs_the_present_one_and_ends_the_other_sessions(site: Site) -> None:
    await set_password(site)
    browser, elsewhere = await sign_in(site), await sign_in(site)
    before = browser.cookies["portavoce"]
    assert "Password attuale" in (await browser.get("/me/password")).text
    wrong = await browser.post("/me/password", data={"current": "sbagliata sbagliata", "password": NEW})
    assert wrong.status_code == 422
    assert "non è la tua password attuale" in wrong.text
    weak = await browser.post("/me/password", data={"current": PASSWORD, "password": "corta"})
    assert weak.status_code == 422
    assert (await browser.post("/me/password", data={"current": PASSWORD})).status_code == 422
    done = await browser.post("/me/password", data={"current": PASSWORD, "password": NEW})
    assert (done.status_code, done.headers["location"]) == (303, "/me/sessions")
    assert browser.cookies["portavoce"] != before
    assert (await browser.get("/me/sessions")).status_code == 200
    assert (await elsewhere.get("/me/sessions")).status_code == 303


async def test_whoever_has_no_password_is_told_how_to_get_one(site: Site) -> None:
    browser = await site.signed_in("hr")
    assert "Mandami un link per sceglierne una" in (await browser.get("/me/password")).text
    refused = await browser.post("/me/password", data={"current": "nessuna nessuna", "password": NEW})
    assert refused.status_code == 422
    assert await stored(site) is None
