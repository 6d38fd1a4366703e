"""One's own sessions: their list, their end, and how long they last."""

from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from sqlmodel import select

from app.db import NO_COMPANY
from app.models import Account, Employment
from app.models.types import new_id
from tests.accounts.pages.signing_in import PASSWORD, sessions, set_password, sign_in
from tests.site import Site
from tests.world import NOW, TODAY


def later(**wait: int) -> Any:
    return time_machine.travel(datetime.now(UTC) + timedelta(**wait), tick=False)


async def test_the_list_shows_ones_own_sessions_and_nobody_elses(site: Site) -> None:
    await set_password(site)
    first, _ = await sign_in(site), await sign_in(site)
    await site.signed_in("employee")
    shown = (await first.get("/me/sessions")).text
    assert shown.count("con la password") == 2
    assert shown.count("questo</span>") == 1


async def test_all_others_end_and_this_one_stays(site: Site) -> None:
    await set_password(site)
    here, there = await sign_in(site), await sign_in(site)
    other = await site.signed_in("employee")
    assert (await here.post("/me/sessions/end-others")).status_code == 303
    assert (await here.get("/me/sessions")).status_code == 200
    assert (await there.get("/me/sessions")).status_code == 303
    assert (await other.get("/me/sessions")).status_code == 200


async def test_one_can_be_ended_and_nobody_elses(site: Site) -> None:
    here, there = await site.signed_in("hr"), await site.signed_in("hr")
    stranger = await site.signed_in("employee")
    first, second, _ = await sessions(site)
    assert (await stranger.post(f"/me/sessions/{second.id}/end")).status_code == 404
    assert (await here.post(f"/me/sessions/{second.id}/end")).headers["location"] == "/me/sessions"
    assert (await there.get("/me/sessions")).status_code == 303
    assert (await here.post(f"/me/sessions/{first.id}/end")).headers["location"] == "/sign-in"
    assert (await here.post(f"/me/sessions/{new_id()}/end")).status_code == 303


async def test_signing_out_ends_the_session_on_the_server(site: Site) -> None:
    browser = await site.signed_in("hr")
    token = browser.cookies["portavoce"]
    answer = await browser.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert answer.headers["clear-site-data"] == '"storage"'
    assert await sessions(site) == []
    thief = site.visitor()
    thief.cookies.set("portavoce", token)
    assert (await thief.get("/me/sessions")).status_code == 303


async def test_signing_out_without_a_session_does_no_harm(site: Site) -> None:
    assert (await site.visitor().post("/sign-out")).status_code == 303


async def test_a_session_ends_after_three_days_without_use(site: Site) -> None:
    await set_password(site)
    browser = await sign_in(site)
    with later(hours=71):
        assert (await browser.get("/me/sessions")).status_code == 200
    with later(hours=71 + 71):
        assert (await browser.get("/me/sessions")).status_code == 200
    with later(hours=71 + 71 + 73):
        assert (await browser.get("/me/sessions")).status_code == 303


async def test_a_session_ends_after_thirty_days_however_much_it_is_used(site: Site) -> None:
    await set_password(site)
    browser = await sign_in(site)
    for day in range(2, 30, 2):
        with later(days=day):
            assert (await browser.get("/me/sessions")).status_code == 200
    with later(days=30, minutes=1):
        assert (await browser.get("/me/sessions")).status_code == 303


async def test_sessions_that_are_over_are_forgotten_at_the_next_sign_in(site: Site) -> None:
    await set_password(site)
    await sign_in(site)
    with later(days=40):
        await sign_in(site)
        assert len(await sessions(site)) == 1


async def test_a_leaver_sees_nothing_from_the_next_day_on(site: Site) -> None:
    await set_password(site, "employee")
    browser = await site.signed_in("employee")

    def leave(ctx: Any) -> None:
        wanted = select(Employment).where(Employment.person_id == site.world.person["employee"])
        ctx.session.scalars(wanted).one().ends_on = TODAY - timedelta(days=1)

    await site.world.system().write(leave)
    assert (await browser.get("/company/invitations")).status_code == 404
    assert "Pastificio" not in (await browser.get("/me/sessions")).text
    assert (await browser.get("/")).headers["location"] == "/organisations"
    assert "Nessuna organizzazione ti è aperta" in (await browser.get("/organisations")).text
    again = await site.visitor().post(
        "/sign-in/password", data={"email": "employee@aurora.example", "password": PASSWORD}
    )
    assert again.headers["location"] == "/organisations"


async def test_whoever_belongs_nowhere_is_told_so(site: Site) -> None:
    def add(session: Any) -> None:
        account = Account(email="nowhere@aurora.example", created_at=NOW)
        session.add(account)
        site.world.account["nowhere"] = account.id

    await site.world.db.write(NO_COMPANY, add)
    await set_password(site, "nowhere")
    browser = await sign_in(site, "nowhere")
    shown = await browser.get("/organisations")
    assert shown.status_code == 200
    assert "ufficio del personale" in shown.text
    assert (await browser.get("/me/sessions")).status_code == 200


async def test_somebody_of_an_agency_sees_their_sessions_too(site: Site) -> None:
    browser = await site.signed_in("account_manager", site.world.agency_id)
    assert (await browser.get("/me/sessions")).status_code == 200


async def test_a_language_chosen_at_the_door_is_that_of_the_pages_behind_it_and_of_nobody_after(site: Site) -> None:
    for name in ("hr", "owner"):
        await set_password(site, name)
    browser = site.visitor()
    await browser.post("/language", data={"language": "en", "next": "/sign-in/password"})
    form = {"password": PASSWORD}
    await browser.post("/sign-in/password", data=form | {"email": "hr@aurora.example"})
    assert 'lang="en"' in (await browser.get("/me/sessions")).text
    assert 'lang="en"' in (await (await site.signed_in("hr")).get("/me/sessions")).text
    await browser.post("/sign-out")
    assert 'lang="en"' in (await browser.get("/sign-in")).text
    await browser.post("/sign-in/password", data=form | {"email": "owner@aurora.example"})
    assert 'lang="it"' in (await browser.get("/me/sessions")).text


async def test_a_made_up_language_at_the_door_changes_nothing(site: Site) -> None:
    await set_password(site)
    browser = site.visitor()
    browser.cookies.set("chosen", "xx")
    await browser.post("/sign-in/password", data={"email": "hr@aurora.example", "password": PASSWORD})
    assert 'lang="it"' in (await browser.get("/me/sessions")).text


async def test_the_language_stays_with_the_account(site: Site) -> None:
    browser = await site.signed_in("hr")
    assert 'lang="it"' in (await browser.get("/me/sessions")).text
    answer = await browser.post("/language", data={"language": "en", "next": "/me/sessions"})
    assert answer.headers["location"] == "/me/sessions"
    assert 'lang="en"' in (await (await site.signed_in("hr")).get("/me/sessions")).text
