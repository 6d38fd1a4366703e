"""Companies and engagements: founded by an agency, changed and ended by their owners."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.access.work import AgencyWork, enter_agency
from app.authz import EngagementScope, Role
from app.context import Ctx
from app.errors import Forbidden, Invalid, NotFound, PreconditionFailed
from app.models import Account, AuditEvent, Company, Engagement, Job, Person, RoleGrant
from app.models.types import new_id
from app.organisations.queries import client_companies
from app.organisations.queries import company as company_queries
from app.organisations.schemas.company import AgreementIn, CompanyChange, CompanyIn, EngagementChange
from app.organisations.services import companies, engagements
from tests.world import NOW, TODAY, World


def client(**changes: Any) -> CompanyIn:
    facts: dict[str, Any] = {
        "name": "Cantina Sant’Elmo",
        "owner": {"name": "Elmo Santi", "email": "elmo@santelmo.example"},
        "engagement": {"scopes": ["plan", "produce"], "starts_on": TODAY, "agreement": {"signed_on": TODAY}},
    }
    return CompanyIn.model_validate(facts | changes)


async def agency(world: World, name: str = "account_manager") -> AgencyWork:
    caller = world.caller(name, world.agency_id)
    return await enter_agency(world.db, caller, world.agency_id, "test-request", NOW)


async def founded(world: World, **changes: Any) -> Company:
    company_id = new_id()
    return await (await agency(world)).write_in_company(company_id, companies.create, company_id, client(**changes))


async def engagement_of(world: World) -> Engagement:
    rows = await world.act("owner").read(company_queries.engagements, None, 10)
    return rows[0][0]


async def test_a_new_client_has_an_owner_who_can_sign_in_and_do_everything(world: World) -> None:
    company = await founded(world)
    world.company_id = company.id

    def owner(ctx: Ctx) -> tuple[str, str | None, Role]:
        row = ctx.session.execute(
            select(Person.name, Account.email, RoleGrant.role).where(
                Account.id == Person.account_id,
                RoleGrant.person_id == Person.id,
                RoleGrant.company_id == Person.company_id,
            )
        ).one()
        return row.name, row.email, row.role

    assert await world.system().read(owner) == ("Elmo Santi", "elmo@santelmo.example", Role.OWNER)


async def test_a_new_client_is_open_to_its_agency_and_its_owner_is_written_to(world: World) -> None:
    company = await founded(world)
    assert company.name in [
        known.name for known in await (await agency(world)).read(client_companies.of_agency) if known.open
    ]
    mails = select(Job.kind).where(Job.for_company == company.id)
    assert await world.system().read(lambda ctx: ctx.session.scalars(mails).all()) == ["mail:welcome"]


async def test_an_owner_who_has_an_account_already_keeps_it(world: World) -> None:
    owner = {"name": "Owner", "email": "owner@aurora.example"}
    world.company_id = (await founded(world, owner=owner)).id
    account_id = await world.system().read(lambda ctx: ctx.session.scalars(select(Person.account_id)).one())
    assert account_id == world.account["owner"]


async def test_founding_a_company_leaves_a_trace(world: World) -> None:
    world.company_id = (await founded(world)).id
    acts = await world.system().read(lambda ctx: ctx.session.scalars(select(AuditEvent.action)).all())
    assert sorted(acts) == ["company:created", "engagement:created", "person:created"]


async def test_a_trainer_takes_on_no_clients(world: World) -> None:
    company_id = new_id()
    with pytest.raises(Forbidden):
        await (await agency(world, "trainer")).write_in_company(company_id, companies.create, company_id, client())


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"time_zone": "Europe/Atlantis"}, "/time_zone"),
        (
            {"engagement": {"scopes": ["plan"], "starts_on": TODAY, "ends_on": TODAY - timedelta(days=1)}},
            "/engagement/ends_on",
        ),
    ],
)
async def test_values_that_make_no_sense_are_pointed_at(world: World, changes: Any, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        await founded(world, **changes)
    assert [error.pointer for error in refused.value.errors] == [pointer]


async def test_the_owner_changes_the_company(world: World) -> None:
    changes = CompanyChange(name="Pastificio Aurora S.p.A.", time_zone="Europe/London")
    changed = await world.act("owner").write(companies.change, 1, changes)
    assert (changed.name, changed.time_zone, changed.row_version) == (
        "Pastificio Aurora S.p.A.",
        "Europe/London",
        2,
    )


async def test_a_change_of_what_somebody_else_changed_meanwhile_is_refused(world: World) -> None:
    await world.act("owner").write(companies.change, 1, CompanyChange(contact="Ada"))
    with pytest.raises(PreconditionFailed):
        await world.act("owner").write(companies.change, 1, CompanyChange(contact="Bea"))


@pytest.mark.parametrize("name", ["hr", "employee", "account_manager"])
async def test_nobody_but_the_owner_changes_the_company(world: World, name: str) -> None:
    with pytest.raises(Forbidden):
        await world.act(name).write(companies.change, 1, CompanyChange(contact="Ada"))


async def test_an_ended_engagement_shuts_the_agency_out_at_once(world: World) -> None:
    engagement = await engagement_of(world)
    await world.act("owner").write(engagements.end, engagement.id, engagement.row_version)
    with pytest.raises(NotFound):
        await world.act("account_manager").read(company_queries.company)
    assert [known.name for known in await (await agency(world)).read(client_companies.of_agency)] == []


async def test_an_engagement_that_begins_today_can_be_ended_today(world: World) -> None:
    engagement = await engagement_of(world)
    await world.act("owner").write(engagements.change, engagement.id, 1, EngagementChange(starts_on=TODAY))
    ended = await world.act("owner").write(engagements.end, engagement.id, 2)
    assert ended.ends_on is not None
    assert ended.ends_on < TODAY


async def test_without_an_agreement_the_agency_finds_nothing(world: World) -> None:
    engagement = await engagement_of(world)
    await world.act("owner").write(engagements.change, engagement.id, 1, EngagementChange(agreement=None))
    with pytest.raises(NotFound):
        await world.act("account_manager").read(company_queries.company)
    assert [known.has_agreement for known in await (await agency(world)).read(client_companies.of_agency)] == [False]


async def test_an_agreement_opens_the_company_again(world: World) -> None:
    engagement = await engagement_of(world)
    await world.act("owner").write(engagements.change, engagement.id, 1, EngagementChange(agreement=None))
    agreement = AgreementIn(signed_on=TODAY, reference="DPA 2")
    await world.act("owner").write(engagements.change, engagement.id, 2, EngagementChange(agreement=agreement))
    assert (await world.act("account_manager").read(company_queries.company)).id == world.company_id


async def test_fewer_scopes_open_less(world: World) -> None:
    engagement = await engagement_of(world)
    only_training = EngagementChange(scopes=[EngagementScope.TRAIN, EngagementScope.TRAIN])
    changed = await world.act("owner").write(engagements.change, engagement.id, 1, only_training)
    assert changed.scopes == ["train"]
    seen = await world.act("account_manager").read(client_companies.inside)
    assert not seen.standings[0].counted


@pytest.mark.parametrize("name", ["hr", "marketing_lead", "account_manager"])
async def test_only_the_owner_decides_about_an_engagement(world: World, name: str) -> None:
    engagement = await engagement_of(world)
    with pytest.raises(Forbidden):
        await world.act(name).write(engagements.change, engagement.id, 1, EngagementChange(ends_on=None))
    with pytest.raises(Forbidden):
        await world.act(name).write(engagements.end, engagement.id, 1)
    with pytest.raises(Forbidden):
        await world.act(name).read(company_queries.engagements, None, 10)


async def test_an_engagement_of_another_company_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        await world.act("owner").write(engagements.change, new_id(), 1, EngagementChange(ends_on=None))


async def test_a_stale_change_of_an_engagement_is_refused(world: World) -> None:
    engagement = await engagement_of(world)
    with pytest.raises(PreconditionFailed):
        await world.act("owner").write(engagements.change, engagement.id, 9, EngagementChange(ends_on=None))


async def test_a_last_day_before_the_first_is_refused(world: World) -> None:
    engagement = await engagement_of(world)
    with pytest.raises(Invalid):
        await world.act("owner").write(engagements.change, engagement.id, 1, EngagementChange(ends_on=date(2020, 1, 1)))


async def test_engagements_are_read_in_parts(world: World) -> None:
    engagement = await engagement_of(world)
    assert await world.act("owner").read(company_queries.engagements, (engagement.id, engagement.id), 10) == []
