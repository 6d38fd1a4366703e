"""People are asked what is for them as soon as an audience knows them: when they join, and when a fact changes."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.authz import Role
from app.context import Ctx
from app.models import Assignment, Person, Site
from app.people.schemas.people import PersonChange, PersonIn, PlaceIn, PlaceOut
from app.people.services import leaving, people, roles, teams
from app.policies.rules.assignment import AssignmentState
from app.policies.schemas.policy import PolicyIn
from app.policies.services import drafting
from tests.people.services.test_importing import imported
from tests.world import TODAY, World


async def published_for(world: World, **audience: Any) -> None:
    policy = await world.act("hr").write(drafting.create_policy, PolicyIn(name="Policy", **audience))
    await world.next_version(policy.id)


async def ada(world: World, **facts: Any) -> str:
    return (await world.act("hr").write(people.create, PersonIn(name="Ada Rossi", **facts))).id


async def changed(world: World, person_id: str, **facts: Any) -> None:
    version = (await world.system().read(lambda ctx: ctx.session.get(Person, (ctx.company_id, person_id)))).row_version
    await world.act("hr").write(people.change, person_id, version, PersonChange(**facts))


async def asked(world: World, person_id: str) -> list[AssignmentState]:
    states = select(Assignment.state).where(Assignment.person_id == person_id)

    def read(ctx: Ctx) -> list[AssignmentState]:
        return list(ctx.session.scalars(states))

    return await world.system().read(read)


async def place(world: World) -> PlaceOut:
    return await world.act("hr").write(teams.create, Site, PlaceIn(name="Potenza"))


async def test_whoever_reads_another_language_now_is_asked_what_is_for_its_readers(world: World) -> None:
    await published_for(world, languages=["en"])
    person_id = await ada(world)
    assert await asked(world, person_id) == []
    await changed(world, person_id, language="en")
    assert await asked(world, person_id) == [AssignmentState.OPEN]


async def test_whoever_works_at_another_site_now_is_asked_what_is_for_its_people(world: World) -> None:
    site = await place(world)
    await published_for(world, site_ids=[site.id])
    person_id = await ada(world)
    assert await asked(world, person_id) == []
    await changed(world, person_id, site_id=site.id)
    assert await asked(world, person_id) == [AssignmentState.OPEN]


async def test_whoever_gets_a_role_is_asked_what_is_for_its_holders(world: World) -> None:
    await published_for(world, roles=["hr"])
    person_id = await ada(world, email="ada@aurora.example")
    assert await asked(world, person_id) == []
    await world.act("owner").write(roles.grant, person_id, Role.HR)
    assert await asked(world, person_id) == [AssignmentState.OPEN]


async def test_whoever_is_asked_already_is_not_asked_anew(world: World) -> None:
    await published_for(world)
    person_id = await ada(world)
    await changed(world, person_id, language="en")
    await world.act("owner").write(roles.grant, person_id, Role.HR)
    assert await asked(world, person_id) == [AssignmentState.OPEN]


async def test_somebody_who_left_is_asked_nothing_whatever_changes_about_them(world: World) -> None:
    await published_for(world, languages=["en"])
    person_id = await ada(world, starts_on=TODAY - timedelta(days=9))
    await world.act("hr").write(leaving.leave, person_id, TODAY - timedelta(days=1))
    await changed(world, person_id, language="en")
    assert await asked(world, person_id) == []


@pytest.mark.parametrize(
    ("audience", "header", "row"),
    [
        ({"languages": ["en"]}, "matricola;nome;lingua", "7;Ada Rossi;en"),
        ({}, "matricola;nome;sede", "7;Ada Rossi;Potenza"),
        ({"roles": ["hr"]}, "matricola;nome;email;ruoli", "7;Ada Rossi;ada@aurora.example;hr"),
    ],
)
async def test_a_file_that_changes_what_audiences_go_by_asks_too(
    world: World, audience: dict[str, Any], header: str, row: str
) -> None:
    wanted = audience or {"site_ids": [(await place(world)).id]}
    await published_for(world, **wanted)
    person_id = await ada(world, external_id="7", email="ada@aurora.example")
    assert (await imported(world, row, header=header, who="owner")).result.changed == 1
    assert await asked(world, person_id) == [AssignmentState.OPEN]
