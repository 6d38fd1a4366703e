"""Nobody is made one of a company: whoever has an account already decides whether they belong there."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.access import organisations
from app.access.work import Door
from app.accounts.services import mails as account_mails
from app.accounts.services import memberships
from app.context import AccountCtx, Ctx
from app.db import Scope
from app.duties.rows.pending import pending as pending_duties
from app.errors import NotFound
from app.models import AuditEvent, Job, Person
from app.models.types import new_id
from app.organisations.services import companies
from app.people.schemas.people import PersonChange, PersonFacts, PersonIn
from app.people.services import people
from app.platform.outbox import JobKind
from app.policies.rows import notices
from app.policies.rows.notices import ASSIGNMENTS
from app.roster import people as roster
from tests.organisations.services.test_companies import agency, client
from tests.people.services.test_importing import imported
from tests.site import Site
from tests.world import NOW, World

ADDRESS = "outsider@aurora.example"


async def added(world: World, email: str = ADDRESS) -> PersonFacts:
    return await world.act("hr").write(people.create, PersonIn(name="Olga", email=email))


async def listed(world: World, look: Any) -> list[str]:
    """Return the names of the outsider's organisations, or of those that ask."""
    account_id = world.account["outsider"]

    def read(session: Any) -> list[str]:
        return [one.name for one in look(AccountCtx(session, account_id, NOW, "test-request"))]

    return await world.db.read(Scope(account_id=account_id), read)


async def invited(world: World) -> list[dict[str, Any]]:
    wanted = select(col(Job.payload)).where(col(Job.kind) == JobKind.WELCOME_MAIL)
    return await world.system().read(lambda ctx: list(ctx.session.scalars(wanted)))


async def row(world: World, person_id: str) -> Person:
    return await world.system().read(roster.person, person_id)


async def acts(world: World) -> list[str]:
    wanted = select(col(AuditEvent.action)).order_by(col(AuditEvent.id))
    return await world.system().read(lambda ctx: list(ctx.session.scalars(wanted)))


def nothing(_ctx: Any) -> None:
    """Only enter."""


async def test_an_account_that_is_there_already_is_asked_and_not_let_in(world: World) -> None:
    person = await added(world)
    assert not person.accepted
    assert await listed(world, organisations.of_account) == ["Officine Brenta"]
    assert await listed(world, organisations.asking) == ["Pastificio Aurora"]
    with pytest.raises(NotFound):
        await world.act("outsider").read(nothing)
    assert await invited(world) == [{"person_id": person.id}]


async def test_a_new_address_needs_no_asking(world: World) -> None:
    person = await added(world, "olga@aurora.example")
    assert person.accepted
    assert await invited(world) == []


async def test_accepting_opens_the_company_and_leaves_a_trace(world: World) -> None:
    person = await added(world)
    await world.system().write(memberships.accept, world.account["outsider"])
    assert await listed(world, organisations.of_account) == ["Officine Brenta", "Pastificio Aurora"]
    assert await listed(world, organisations.asking) == []
    work = await world.act("outsider").enter()
    assert work.actor.person_id == person.id
    assert (await acts(world))[-1] == "person:accepted"


async def test_declining_ends_the_asking_and_leaves_none(world: World) -> None:
    person = await added(world)
    before = await acts(world)
    await world.system().write(memberships.decline, world.account["outsider"])
    assert await listed(world, organisations.asking) == []
    declined = await row(world, person.id)
    assert (declined.account_id, declined.accepted, declined.row_version) == (None, False, person.row_version)
    assert await acts(world) == before


@pytest.mark.parametrize("verb", [memberships.accept, memberships.decline])
async def test_who_was_not_asked_has_nothing_to_decide(world: World, verb: Any) -> None:
    for name in ("employee", "outsider"):
        with pytest.raises(NotFound):
            await world.system().write(verb, world.account[name])


async def test_an_address_that_is_written_down_later_is_asked_too_and_only_once(world: World) -> None:
    person = await added(world, "olga@aurora.example")
    for email in (ADDRESS, "other@aurora.example", ADDRESS):
        version = (await row(world, person.id)).row_version
        person = await world.act("hr").write(people.change, person.id, version, PersonChange(email=email))
    assert not person.accepted
    assert await invited(world) == [{"person_id": person.id}]


async def test_so_is_one_from_a_file(world: World) -> None:
    await imported(world, f"7;Olga;{ADDRESS};;;;;", "8;Bea;bea@aurora.example;;;;;")
    assert await listed(world, organisations.asking) == ["Pastificio Aurora"]
    (job,) = await invited(world)
    assert (await row(world, job["person_id"])).name == "Olga"


async def test_so_is_the_owner_of_a_new_client(world: World) -> None:
    company_id = new_id()
    data = client(owner={"name": "Olga", "email": ADDRESS})
    await (await agency(world)).write_in_company(company_id, companies.create, company_id, data)
    assert await listed(world, organisations.asking) == ["Cantina Sant’Elmo"]


async def test_until_then_there_is_no_mail_but_the_one_that_asks(world: World) -> None:
    person = await added(world)
    version = (await world.published()).version_id

    def reachable(ctx: Ctx) -> tuple[bool, Any, Any]:
        (pending,) = [one for one in pending_duties(ctx, ASSIGNMENTS, version, "", 100) if one.person_id == person.id]
        asked = account_mails.welcome(ctx, person.id)
        return bool(pending.has_email), notices.of_assignment(ctx, pending.id).email, asked and asked[2]["ask"]

    assert await world.system().write(reachable) == (False, None, True)
    await world.system().write(memberships.accept, world.account["outsider"])
    assert await world.system().write(reachable) == (True, ADDRESS, False)


async def test_a_printed_code_opens_the_company_that_printed_it_all_the_same(world: World) -> None:
    await added(world)
    caller = world.caller("outsider", world.company_id)
    locked = type(caller)(caller.account_id, caller.session_id, "invitation", NOW, "it", world.company_id, locked=True)
    await Door(world.db, locked, world.company_id, "test-request", NOW).read(nothing)


async def test_the_page_asks_and_takes_the_answer(site: Site) -> None:
    person = await added(site.world)
    browser = await site.signed_in("outsider")
    choice = {"organisation_id": site.world.company_id}
    assert (await browser.post("/organisations", data=choice)).status_code == 404
    assert "Pastificio Aurora" in (await browser.get("/organisations")).text
    hr = await site.signed_in("hr")
    assert "non accettato" in (await hr.get(f"/company/people/{person.id}")).text
    assert "non accettato" in (await hr.get("/company/people")).text
    assert (await browser.post("/organisations/accept", data=choice)).headers["location"] == "/organisations"
    assert (await browser.post("/organisations", data=choice)).status_code == 303
    assert "non accettato" not in (await hr.get(f"/company/people/{person.id}")).text


async def test_the_page_takes_a_no_and_asks_no_more(site: Site) -> None:
    await added(site.world)
    browser = await site.signed_in("outsider")
    choice = {"organisation_id": site.world.company_id}
    assert (await browser.post("/organisations/decline", data=choice)).status_code == 303
    assert "Fai parte di queste aziende?" not in (await browser.get("/organisations")).text
    for answer in ("accept", "decline"):
        assert (await browser.post(f"/organisations/{answer}", data=choice)).status_code == 404
        assert (await browser.post(f"/organisations/{answer}", data={})).status_code == 404
