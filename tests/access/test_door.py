"""Whoever asks enters once in a request, by one statement; what is stored is judged again when it is."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, update
from sqlmodel import col

from app.access.credentials import Sessions
from app.authz import ApiClient, Permission
from app.context import Ctx
from app.db import Scope
from app.errors import Forbidden, NotFound
from app.models import Employment, Engagement, RoleGrant
from app.policies.rows import policies
from app.policies.schemas.acknowledgement import AcknowledgeIn
from tests.site import Site
from tests.statements import statements
from tests.world import TODAY, World

DOOR = ("sign_in_session", "oauth_token", "FROM company", "JOIN company", "FROM person LEFT OUTER JOIN employment")


def entering(seen: Sequence[str]) -> list[str]:
    """Return the statements that find out who asks."""
    return [one for one in seen if any(words in " ".join(one.split()) for words in DOOR)]


async def asked(
    site: Site, browser: httpx.AsyncClient, method: str, path: str, *, before: str = "/me", **sent: Any
) -> list[str]:
    """Return the statements of a request of somebody whom the service has met already."""
    await browser.get(before)
    with statements(site.world.db) as seen:
        answer = await browser.request(method, path, **sent)
    assert answer.status_code in {200, 201, 303}, answer.text
    return seen


async def lose_roles(world: World) -> None:
    gone = delete(RoleGrant).where(col(RoleGrant.company_id) == world.company_id)
    await world.db.write(Scope(world.company_id), lambda session: session.execute(gone) and None)


async def end_all(world: World, model: Any) -> None:
    """End all employments, or engagements, of the company with yesterday."""
    over = update(model).where(col(model.company_id) == world.company_id).values(ends_on=TODAY - timedelta(days=1))
    await world.db.write(Scope(world.company_id), lambda session: session.execute(over) and None)


def names(ctx: Ctx) -> bool:
    ctx.require(Permission.READ_PEOPLE)
    return ctx.actor.sees_names


def nothing(_ctx: Ctx) -> None:
    """Only be let in."""


@pytest.mark.parametrize("path", ["/", "/me", "/company/people", "/company/policies"])
async def test_a_page_enters_by_one_statement_however_often_it_reads(site: Site, path: str) -> None:
    assert len(entering(await asked(site, await site.signed_in("hr"), "GET", path))) == 1


async def test_a_list_of_the_api_is_two_statements(site: Site) -> None:
    seen = await asked(site, await site.machine(), "GET", f"{site.company}/people")
    assert len(entering(seen)) == 1
    assert len(seen) == 2


async def test_the_program_of_an_agency_enters_by_one_statement_too(site: Site) -> None:
    machine, path = await site.machine(agency_id=site.world.agency_id), f"{site.company}/policies"
    assert len(entering(await asked(site, machine, "GET", path, before=path))) == 1


async def test_an_acknowledgement_enters_once_and_its_person_is_judged_again_when_it_is_stored(
    site: Site, shown: AcknowledgeIn
) -> None:
    version = await site.world.system().read(policies.version, shown.version_id)
    sent = {**shown.model_dump(), "confirmed": "on"}
    path = f"/policies/{version.policy_id}/acknowledge"
    first, *again = entering(await asked(site, await site.signed_in("employee"), "POST", path, data=sent))
    assert "sign_in_session" in first
    assert len(again) == 1
    assert "FROM person LEFT OUTER JOIN employment" in " ".join(again[0].split())


async def test_an_acknowledgement_by_a_program_of_the_company_enters_once_and_that_is_all(
    site: Site, shown: AcknowledgeIn
) -> None:
    version = await site.world.system().read(policies.version, shown.version_id)
    sent = {**shown.model_dump(), "person_id": site.world.person["employee"]}
    path = f"{site.company}/policies/{version.policy_id}/acknowledgements"
    assert len(entering(await asked(site, await site.machine(), "POST", path, json=sent))) == 1


async def test_a_role_that_ends_may_be_seen_late_by_a_read_but_not_by_a_write_and_not_by_the_next_request(
    world: World,
) -> None:
    work = await world.act("hr").enter()
    await lose_roles(world)
    assert await work.read(names)
    for late in (work.write, work.read_anew, world.act("hr").read):
        with pytest.raises(Forbidden):
            await late(names)


@pytest.mark.parametrize(("name", "what"), [("hr", Employment), ("account_manager", Engagement)])
async def test_whoever_is_let_go_meanwhile_stores_nothing_more(world: World, name: str, what: Any) -> None:
    work = await world.act(name).enter()
    await end_all(world, what)
    for late in (work.write, work.read_anew, world.act(name).read):
        with pytest.raises(NotFound):
            await late(nothing)


async def test_the_program_of_an_agency_that_is_let_go_stores_nothing_more(world: World) -> None:
    client = ApiClient("some client", None, world.agency_id, frozenset({Permission.READ_COMPANY.value}))
    work = await world.work(client).enter()
    await end_all(world, Engagement)
    with pytest.raises(NotFound):
        await work.write(nothing)


async def test_a_session_that_shows_another_organisation_is_there_at_once(site: Site) -> None:
    """The service remembers what it showed, as a guess."""
    manager = await site.signed_in("account_manager", site.world.agency_id)
    for _ in range(2):
        assert (await manager.get("/company/policies")).status_code == 404
    assert (await manager.post(f"/agency/clients/{site.world.company_id}/enter")).status_code == 303
    assert "Pastificio Aurora" in (await manager.get("/company/policies")).text


async def test_what_sessions_showed_is_remembered_of_the_latest_ones_only(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sessions, "MOST", 1)
    one, other = await site.signed_in("hr"), await site.signed_in("owner")
    looked_up = [len(entering(await asked(site, browser, "GET", "/me"))) for browser in (one, other)]
    await one.get("/me")
    with statements(site.world.db) as seen:
        await other.get("/me")
    assert looked_up == [1, 1]
    assert len(entering(seen)) == 2


async def test_a_session_in_a_company_that_is_closed_to_its_account_has_no_navigation(site: Site) -> None:
    leaver = await site.signed_in("hr")
    await end_all(site.world, Employment)
    shown = await leaver.get("/me/sessions")
    assert shown.status_code == 200
    assert "Pastificio Aurora" not in shown.text
