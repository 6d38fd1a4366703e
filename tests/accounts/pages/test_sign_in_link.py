"""Signing in with a link from a mail."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.models import SignInMethod
from tests.accounts.pages.signing_in import ask_for_link, mails, sessions
from tests.site import ORIGIN, Site


async def test_the_link_from_the_mail_signs_in(site: Site) -> None:
    browser = site.visitor(**{"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"})
    token = await ask_for_link(site, browser)
    answer = await browser.post("/sign-in/link", data={"token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    (session,) = await sessions(site)
    assert (session.method, session.device, session.organisation_id, session.locked) == (
        SignInMethod.MAGIC_LINK,
        "Firefox, Linux",
        site.world.company_id,
        False,
    )
    assert (await browser.get("/me/sessions")).status_code == 200


async def test_opening_the_link_has_no_effect(site: Site) -> None:
    browser = site.visitor()
    token = await ask_for_link(site, browser)
    for _ in range(3):
        shown = await browser.get("/sign-in/link", params={"token": token})
        assert shown.status_code == 200
        assert 'method="post" action="/sign-in/link"' in shown.text
    assert await sessions(site) == []
    assert (await browser.post("/sign-in/link", data={"token": token})).status_code == 303


async def test_a_link_works_once(site: Site) -> None:
    token = await ask_for_link(site, site.visitor())
    assert (await site.visitor().post("/sign-in/link", data={"token": token})).status_code == 303
    again = await site.visitor().post("/sign-in/link", data={"token": token})
    assert again.status_code == 410
    assert "Get a new link" in again.text
    assert (await site.visitor().get("/sign-in/link", params={"token": token})).status_code == 410
    assert len(await sessions(site)) == 1


async def test_a_link_lives_ten_minutes(site: Site) -> None:
    token = await ask_for_link(site, site.visitor())
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11), tick=False):
        assert (await site.visitor().post("/sign-in/link", data={"token": token})).status_code == 410


@pytest.mark.parametrize("change", [lambda token: token[:-1] + "!", lambda _: "", lambda token: token + "x" * 200])
async def test_a_tampered_link_opens_nothing(site: Site, change: object) -> None:
    token = await ask_for_link(site, site.visitor())
    answer = await site.visitor().post("/sign-in/link", data={"token": change(token)})  # type: ignore[operator]
    assert answer.status_code == 410
    assert await sessions(site) == []


async def test_a_link_for_a_password_does_not_sign_in(site: Site) -> None:
    browser = site.visitor()
    await browser.post("/password/forgotten", data={"email": "hr@aurora.example"})
    (mail,) = await mails(site)
    token = mail.text.split("token=")[1].split()[0]
    assert (await browser.post("/sign-in/link", data={"token": token})).status_code == 410


async def test_known_and_unknown_addresses_get_the_same_answer(site: Site) -> None:
    known = await site.visitor().post("/sign-in", data={"email": "hr@aurora.example"})
    unknown = await site.visitor().post("/sign-in", data={"email": "nobody@aurora.example"})
    assert (known.status_code, known.headers["location"], known.text) == (
        unknown.status_code,
        unknown.headers["location"],
        unknown.text,
    )
    assert known.headers.get_list("set-cookie") == unknown.headers.get_list("set-cookie")
    assert [mail.recipient for mail in await mails(site)] == ["hr@aurora.example"]


async def test_the_page_after_asking_names_no_address_and_leads_to_the_mail_of_the_trial(site: Site) -> None:
    page = await site.visitor().get("/sign-in/sent")
    assert "If we know this address" in page.text
    assert 'href="/development/mail"' in page.text


async def test_an_address_with_a_mistake_comes_back_with_what_was_typed(site: Site) -> None:
    answer = await site.visitor().post("/sign-in", data={"email": "hr at aurora", "next": "/me"})
    assert answer.status_code == 422
    assert 'value="hr at aurora"' in answer.text
    assert 'name="next" value="/me"' in answer.text


async def test_whoever_was_sent_to_sign_in_comes_back_where_they_were(site: Site) -> None:
    browser = site.visitor()
    token = await ask_for_link(site, browser, next="/me/sessions")
    answer = await browser.post("/sign-in/link", data={"token": token})
    assert answer.headers["location"] == "/me/sessions"
    assert "next" not in browser.cookies


async def test_somebody_of_the_agency_starts_at_the_agency(site: Site) -> None:
    browser = site.visitor()
    token = await ask_for_link(site, browser, "account_manager")
    answer = await browser.post("/sign-in/link", data={"token": token})
    assert answer.headers["location"] == "/agency"


async def test_a_post_from_another_site_is_refused(site: Site) -> None:
    token = await ask_for_link(site, site.visitor())
    elsewhere = site.visitor(origin="https://evil.example", **{"sec-fetch-site": "cross-site"})
    assert (await elsewhere.post("/sign-in/link", data={"token": token})).status_code == 403
    assert await sessions(site) == []


async def test_the_sign_in_page_speaks_both_languages(site: Site) -> None:
    assert "The code of your invitation" in (await site.visitor().get("/sign-in")).text
    italian = (await site.visitor(**{"accept-language": "it"}).get("/sign-in")).text
    assert "Il codice del tuo invito" in italian


async def test_changing_the_language_keeps_the_link(site: Site) -> None:
    browser = site.visitor(referer=f"{ORIGIN}/sign-in/link?token=pvl_x")
    answer = await browser.post("/language", data={"language": "it", "next": "/sign-in/link"})
    assert answer.headers["location"] == "/sign-in/link?token=pvl_x"
    assert 'lang="it"' in (await browser.get("/sign-in")).text


async def test_a_referer_of_another_site_adds_nothing(site: Site) -> None:
    browser = site.visitor(referer="https://evil.example/sign-in/link?token=pvl_x")
    answer = await browser.post("/language", data={"language": "it", "next": "/sign-in/link"})
    assert answer.headers["location"] == "/sign-in/link"


async def test_an_unknown_language_changes_nothing(site: Site) -> None:
    answer = await site.visitor().post("/language", data={"language": "xx", "next": "/sign-in"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert "set-cookie" not in answer.headers
