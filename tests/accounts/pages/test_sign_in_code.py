"""Coming in with a printed code, and what such a session may see."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlmodel import select

from app.db import Scope
from app.models import Account, AuditEvent, Employment, Person, SignInMethod
from tests.accounts.pages.signing_in import code_for, sessions, without_email
from tests.site import Site
from tests.world import NOW, TODAY, employ


async def person(site: Site, person_id: str) -> Person:
    return await site.world.system().read(lambda ctx: ctx.session.get_one(Person, (ctx.company_id, person_id)))


async def test_a_code_signs_in_somebody_without_an_account_in_their_company_alone(site: Site) -> None:
    person_id = await without_email(site)
    browser = site.visitor()
    answer = await browser.post("/i", data={"code": await code_for(site, person_id)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    (session,) = await sessions(site)
    assert (session.method, session.locked, session.organisation_id) == (
        SignInMethod.INVITATION,
        True,
        site.world.company_id,
    )
    assert (await person(site, person_id)).account_id == session.account_id
    assert (await browser.get("/me/sessions")).status_code == 200


async def test_the_scanned_page_names_nobody_and_has_no_effect(site: Site) -> None:
    code = await code_for(site, await without_email(site))
    for _ in range(2):
        shown = await site.visitor().get(f"/i/{code}")
        assert shown.status_code == 200
        assert "Giulia" not in shown.text
        assert "Aurora" not in shown.text
        assert f'name="code" value="{code}"' in shown.text
    assert await sessions(site) == []
    assert (await site.visitor().post("/i", data={"code": code})).status_code == 303


async def test_a_code_is_read_as_people_type_it(site: Site) -> None:
    code = await code_for(site, await without_email(site))
    typed = f" {code.lower().replace('-', ' ')} "
    assert (await site.visitor().post("/i", data={"code": typed})).status_code == 303


async def test_a_code_works_once(site: Site) -> None:
    code = await code_for(site, await without_email(site))
    await site.visitor().post("/i", data={"code": code})
    again = await site.visitor().post("/i", data={"code": code})
    assert again.status_code == 409
    assert "Check the letters" in again.text
    assert len(await sessions(site)) == 1


async def test_used_old_revoked_and_invented_codes_get_the_same_answer(site: Site) -> None:
    person_id = await without_email(site)
    revoked = await code_for(site, person_id)
    used = await code_for(site, person_id)
    await site.visitor().post("/i", data={"code": used})
    old = await code_for(site, person_id)
    answers = [await site.visitor().post("/i", data={"code": code}) for code in (revoked, used, "ABCD-EFGH")]
    with time_machine.travel(datetime.now(UTC) + timedelta(days=2), tick=False):
        answers.append(await site.visitor().post("/i", data={"code": old}))
    assert {answer.status_code for answer in answers} == {409}
    texts = [
        answer.text.replace(code, "CODE")
        for answer, code in zip(answers, [revoked, used, "ABCD-EFGH", old], strict=True)
    ]
    assert len(set(texts)) == 1


async def test_an_empty_code_is_asked_for(site: Site) -> None:
    assert (await site.visitor().get("/i")).status_code == 200
    answer = await site.visitor().post("/i", data={})
    assert answer.status_code == 422
    assert "This is missing" in answer.text


async def test_the_code_of_somebody_who_left_opens_nothing_and_stays_unused(site: Site) -> None:
    person_id = await without_email(site)
    code = await code_for(site, person_id)

    def leave(ctx: Any) -> None:
        row = ctx.session.scalars(select(Employment).where(Employment.person_id == person_id)).one()
        row.starts_on, row.ends_on = TODAY - timedelta(days=9), TODAY - timedelta(days=1)

    await site.world.system().write(leave)
    assert (await site.visitor().post("/i", data={"code": code})).status_code == 409
    assert (await person(site, person_id)).account_id is None


async def test_coming_in_again_with_a_new_code_is_the_same_account(site: Site) -> None:
    person_id = await without_email(site)
    for _ in range(2):
        await site.visitor().post("/i", data={"code": await code_for(site, person_id)})
    assert len({session.account_id for session in await sessions(site)}) == 1


async def test_a_code_of_somebody_with_an_address_opens_their_account(site: Site) -> None:
    person_id = site.world.person["employee"]
    await site.visitor().post("/i", data={"code": await code_for(site, person_id)})
    (session,) = await sessions(site)
    assert session.account_id == site.world.account["employee"]


async def test_a_code_links_a_new_person_to_the_account_of_their_address(site: Site) -> None:
    def add(ctx: Any) -> str:
        found = Person(name="Trainer", email="trainer@aurora.example", created_at=NOW, updated_at=NOW)
        ctx.session.add(found)
        ctx.session.flush()
        ctx.session.add(Employment(person_id=found.id, starts_on=TODAY))
        return found.id

    person_id = await site.world.system().write(add)
    browser = site.visitor()
    await browser.post("/i", data={"code": await code_for(site, person_id)})
    (session,) = await sessions(site)
    assert session.account_id == site.world.account["trainer"]
    assert "Pastificio Aurora" in (await browser.get("/")).text
    entered = await browser.post("/organisations", data={"organisation_id": site.world.agency_id})
    assert entered.status_code == 403


async def in_two_companies(site: Site) -> str:
    """Employ the employee in the other company, too; return a code of the first."""

    def add(session: Any) -> None:
        other = employ(session, site.world, "second_owner", [])
        session.get(Person, (site.world.other_company_id, other)).account_id = site.world.account["employee"]

    await site.world.db.write(Scope(site.world.other_company_id), add)
    return await code_for(site, site.world.person["employee"])


async def test_a_session_from_a_code_cannot_see_another_company_of_the_same_account(site: Site) -> None:
    browser = site.visitor()
    await browser.post("/i", data={"code": await in_two_companies(site)})
    refused = await browser.post("/organisations", data={"organisation_id": site.world.other_company_id})
    assert refused.status_code == 403
    assert {session.organisation_id for session in await sessions(site)} == {site.world.company_id}


async def test_a_session_from_an_address_enters_each_of_its_companies_and_no_other(site: Site) -> None:
    await in_two_companies(site)
    browser = await site.signed_in("employee")
    assert (await browser.get("/organisations")).text.count("<li>") == 2
    entered = await browser.post("/organisations", data={"organisation_id": site.world.other_company_id})
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert (await browser.post("/organisations", data={"organisation_id": site.world.agency_id})).status_code == 404
    assert (await browser.post("/organisations", data={"organisation_id": "nonsense"})).status_code == 404


async def test_two_people_of_a_company_never_share_an_account(site: Site) -> None:
    def swap(ctx: Any) -> str:
        ctx.session.get(Person, (ctx.company_id, site.world.person["employee"])).email = "new@aurora.example"
        ctx.session.flush()
        found = Person(name="Namesake", email="employee@aurora.example", created_at=NOW, updated_at=NOW)
        ctx.session.add(found)
        ctx.session.flush()
        ctx.session.add(Employment(person_id=found.id, starts_on=TODAY))
        return found.id

    code = await code_for(site, await site.world.system().write(swap))
    answer = await site.visitor().post("/i", data={"code": code})
    assert answer.status_code == 409
    assert "Correct the address" in answer.text


async def test_using_a_code_leaves_a_trace(site: Site) -> None:
    person_id = await without_email(site)
    await site.visitor().post("/i", data={"code": await code_for(site, person_id)})
    wanted = select(AuditEvent.data).where(AuditEvent.action == "invitation:used")
    assert await site.world.system().read(lambda ctx: ctx.session.scalars(wanted).all()) == [{"person_id": person_id}]


async def test_no_code_is_stored(site: Site) -> None:
    code = await code_for(site, await without_email(site))
    trace = select(AuditEvent.data).where(AuditEvent.action == "invitations:printed")
    stored = await site.world.system().read(lambda ctx: str(ctx.session.scalars(trace).all()))
    assert code not in stored


async def test_the_account_of_a_code_has_no_address(site: Site) -> None:
    await site.visitor().post("/i", data={"code": await code_for(site, await without_email(site))})
    (session,) = await sessions(site)
    account = await site.world.db.read(Scope(), lambda rows: rows.get(Account, session.account_id))
    assert account.email is None


@pytest.mark.parametrize("path", ["/organisations", "/me/sessions", "/me/passkeys", "/me/password"])
async def test_a_code_of_one_company_shows_nothing_of_the_account_of_an_address(site: Site, path: str) -> None:
    person_id = site.world.person["employee"]
    browser = site.visitor()
    await browser.post("/i", data={"code": await code_for(site, person_id)})
    answer = await browser.get(path)
    assert answer.status_code == 403
    assert "employee@aurora.example" not in answer.text


async def test_whoever_comes_in_with_a_code_reads_in_the_language_chosen_before(site: Site) -> None:
    browser = site.visitor()
    await browser.post("/language", data={"language": "en", "next": "/i"})
    await browser.post("/i", data={"code": await code_for(site, await without_email(site))})
    assert '<html lang="en">' in (await browser.get("/")).text


async def test_a_code_of_one_company_ends_no_session_and_changes_no_language_of_the_account(site: Site) -> None:
    own = await site.signed_in("employee")
    browser = site.visitor()
    await browser.post("/language", data={"language": "en", "next": "/i"})
    await browser.post("/i", data={"code": await code_for(site, site.world.person["employee"])})
    assert (await browser.post("/me/sessions/end-others")).status_code == 403
    assert (await browser.post("/language", data={"language": "en", "next": "/"})).status_code == 303
    assert '<html lang="it">' in (await own.get("/")).text


@pytest.mark.parametrize(("device", "still_in"), [("shared", False), ("own", True), ("", False)])
async def test_two_idle_minutes_sign_out_on_a_shared_device_alone(site: Site, device: str, *, still_in: bool) -> None:
    code = await code_for(site, await without_email(site))
    browser = site.visitor()
    came_in = datetime.now(UTC)
    answer = await browser.post("/i", data={"code": code, **({"device": device} if device else {})})
    assert ("Max-Age" in answer.headers["set-cookie"].partition(",")[0]) is (device == "own")
    with time_machine.travel(came_in + timedelta(seconds=100), tick=False):
        shown = await browser.get("/")
        assert ('data-idle="120"' in shown.text) is not still_in
    with time_machine.travel(came_in + timedelta(seconds=210), tick=False):
        assert (await browser.post("/me/sessions/alive")).status_code == 204  # each touch counts from its own moment
    with time_machine.travel(came_in + timedelta(seconds=340), tick=False):
        assert ((await browser.get("/me")).status_code == 200) is still_in


async def test_somebody_on_a_shared_device_goes_on_with_their_own_phone(site: Site) -> None:
    person_id = await without_email(site)
    tablet = site.visitor()
    await tablet.post("/i", data={"code": await code_for(site, person_id)})
    assert "/i/phone" in (await tablet.get("/me")).text
    shown = (await tablet.post("/i/phone")).text
    found = re.search(r'class="code-in">([^<]+)<', shown)
    assert found
    phone = site.visitor()
    assert (await phone.post("/i", data={"code": found[1], "device": "own"})).status_code == 303
    assert "/i/phone" not in (await phone.get("/me")).text
    assert (await site.visitor().post("/i", data={"code": found[1]})).status_code == 409
    assert len({one.account_id for one in await sessions(site)}) == 1


async def test_a_code_for_the_own_phone_is_worth_nothing_after_ten_minutes(site: Site) -> None:
    tablet = site.visitor()
    await tablet.post("/i", data={"code": await code_for(site, await without_email(site))})
    found = re.search(r'class="code-in">([^<]+)<', (await tablet.post("/i/phone")).text)
    assert found
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11), tick=False):
        assert (await site.visitor().post("/i", data={"code": found[1]})).status_code == 409


async def test_somebody_with_a_role_gets_no_code_for_a_phone(site: Site) -> None:
    owner = await site.signed_in("owner")
    assert (await owner.post("/i/phone")).status_code == 409
