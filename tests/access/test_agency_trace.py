"""What an agency leaves behind: its acts on itself in its own trail, the days it looked in with its client."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from app.access import visited as agency_visits
from app.api_clients.schemas.api_client import ClientIn, NewSecretIn
from app.api_clients.services import api_clients
from app.authz import AgencyRole, ApiClient, Permission
from app.context import Ctx
from app.db import NO_COMPANY, Scope
from app.errors import Forbidden, NotFound
from app.models import Agency, AgencyAuditEvent, AgencyMember, Engagement
from app.models.types import new_id
from app.organisations.services import companies
from tests.organisations.services.test_companies import agency, client
from tests.site import Site
from tests.world import NOW, TODAY, World

REPORT = ClientIn(name="Report", scopes=[Permission.READ_COMPANY])


def nothing(_ctx: Any) -> None:
    """Only enter."""


async def make_administrator(world: World) -> None:
    promote = update(AgencyMember).where(col(AgencyMember.name) == "account_manager")
    await world.db.write(
        NO_COMPANY, lambda session: session.execute(promote.values(role=AgencyRole.AGENCY_ADMIN)) and None
    )


async def trail(world: World) -> list[tuple[str, str, dict[str, Any]]]:
    """Return what stands in the agency's own trail."""

    def read(session: Any) -> list[tuple[str, str, dict[str, Any]]]:
        events = session.scalars(select(AgencyAuditEvent).order_by(col(AgencyAuditEvent.id)))
        return [(event.action, event.subject_id, event.data) for event in events]

    return await world.db.read(NO_COMPANY, read)


async def seen_by_owner(world: World) -> Mapping[date, list[str]]:
    """Return on which days who of the agency looked in, as the company's owner sees it."""
    return (await world.act("owner").read(agency_visits.recent)).get(world.agency_id, {})


async def test_what_an_agency_does_to_its_programs_stands_in_its_own_trail(world: World) -> None:
    await make_administrator(world)
    work = await agency(world)
    made = await work.write(api_clients.create, REPORT)
    await work.write(api_clients.rotate_secret, made.client.id, NewSecretIn(replaces=made.client.secret_hash[:12]))
    await work.write(api_clients.revoke, made.client.id)
    assert await trail(world) == [
        ("oauth_client:created", made.client.id, {"name": "Report", "scopes": ["company:read"]}),
        ("oauth_client:secret_rotated", made.client.id, {"name": "Report"}),
        ("oauth_client:revoked", made.client.id, {"name": "Report"}),
    ]


async def test_so_do_the_clients_it_takes_on(world: World) -> None:
    company_id = new_id()
    await (await agency(world)).write_in_company(company_id, companies.create, company_id, client())
    assert await trail(world) == [("company:created", company_id, {"name": "Cantina Sant’Elmo"})]


async def test_a_day_of_reading_in_a_company_leaves_one_row_with_it(world: World) -> None:
    await world.act("account_manager").read(nothing)
    await world.act("account_manager").read_slow(nothing)
    await world.act("account_manager", NOW + timedelta(hours=3)).write(nothing)
    again = await world.act("account_manager").enter()
    await again.read(nothing)
    await again.read(nothing)
    await world.act("trainer").read(nothing)
    assert await seen_by_owner(world) == {TODAY: ["account_manager", "trainer"]}


async def test_every_further_day_leaves_another_one_and_a_month_later_it_is_not_shown(world: World) -> None:
    for days in (-30, -29, 0):
        await world.act("account_manager", NOW + timedelta(days=days)).read(nothing)
    shown = await seen_by_owner(world)
    assert list(shown) == [TODAY, TODAY - timedelta(days=29)]


async def test_the_people_of_the_company_leave_none(world: World) -> None:
    for name in ("owner", "hr", "employee"):
        await world.act(name).read(nothing)
    await world.system().read(nothing)
    assert await seen_by_owner(world) == {}


async def test_whoever_is_turned_away_leaves_none(world: World) -> None:
    with pytest.raises(NotFound):
        await world.act("outsider").read(nothing)
    with pytest.raises(Forbidden):
        await world.act("trainer").read(asking_for_counts)
    assert await seen_by_owner(world) == {}


def asking_for_counts(ctx: Ctx) -> None:
    ctx.require(Permission.SUMMARISE_ACKNOWLEDGEMENTS)


async def test_only_who_decides_on_agencies_sees_who_looked_in(world: World) -> None:
    for name in ("hr", "employee", "account_manager"):
        with pytest.raises(Forbidden):
            await world.act(name).read(agency_visits.recent)


async def test_a_visit_is_of_the_agency_that_is_engaged(world: World) -> None:
    def join_another(session: Any) -> None:
        other = Agency(id="00000000-0000-7000-8000-000000000000", name="Erste", created_at=NOW)
        session.add(other)
        session.flush()
        facts = {"account_id": world.account["account_manager"], "name": "elsewhere", "created_at": NOW}
        session.add(AgencyMember(id=other.id, agency_id=other.id, role=AgencyRole.AGENCY_ADMIN, **facts))

    await world.db.write(NO_COMPANY, join_another)
    await world.act("account_manager").read(nothing)
    assert await seen_by_owner(world) == {TODAY: ["account_manager"]}


async def test_a_program_of_the_agency_leaves_its_name(world: World) -> None:
    await make_administrator(world)
    made = await (await agency(world)).write(api_clients.create, REPORT)
    program = ApiClient(made.client.id, None, world.agency_id, frozenset({"company:read"}))
    await world.work(program).read(nothing)
    assert await seen_by_owner(world) == {TODAY: ["Report"]}


async def test_nothing_is_handed_on_when_the_engagement_ends_before_it_is_written_down(world: World) -> None:
    work = await world.act("account_manager").enter()

    class Ending:
        """The seam, with an owner who ends the engagement right after the read."""

        async def read(self, *args: Any) -> Any:
            found = await world.db.read(*args)
            yesterday = TODAY - timedelta(days=1)
            end = update(Engagement).where(col(Engagement.company_id) == world.company_id).values(ends_on=yesterday)
            await world.db.write(Scope(world.company_id), lambda session: session.execute(end) and None)
            return found

        write = world.db.write

    with pytest.raises(NotFound):
        await replace(work, db=Ending()).read(nothing)


async def test_the_list_of_clients_leaves_a_trace_with_each_that_it_looks_into(site: Site) -> None:
    manager = await site.signed_in("account_manager", site.world.agency_id)
    assert (await manager.get("/agency")).status_code == 200
    owner = await site.signed_in("owner")
    shown = (await owner.get("/company/engagements")).text
    assert "<dd>account_manager</dd>" in shown
    assert "Nessuno dell’agenzia." not in shown


async def test_a_company_into_which_nobody_looked_reads_so(site: Site) -> None:
    shown = (await (await site.signed_in("owner")).get("/company/engagements")).text
    assert "Nessuno dell’agenzia." in shown
