"""Leaving, coming back, and the roles people hold."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.authz import Role
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.models import Job, Team
from app.people.queries import people as people_queries
from app.people.schemas.people import RejoinIn
from app.people.services import leaving, people, roles
from app.policies.rules.assignment import AssignmentState
from tests.people.services.test_people import TOMORROW, YESTERDAY, sessions, signs_in, states
from tests.world import TODAY, World


async def test_leaving_cancels_what_is_open_and_ends_sessions_here(world: World) -> None:
    await world.published()
    person_id, account_id = world.person["employee"], world.account["employee"]
    await signs_in(world, account_id, world.company_id, locked=True)
    await signs_in(world, account_id, world.other_company_id)
    left = await world.act("hr").write(leaving.leave, person_id, YESTERDAY)
    assert left.status == "left"
    assert await world.system().read(states(person_id)) == [AssignmentState.CANCELLED]
    assert await sessions(world) == [(account_id, world.other_company_id)]
    with pytest.raises(NotFound):
        await world.act("employee").read(people_queries.places, Team)


async def test_who_leaves_later_is_settled_on_the_morning_after(world: World) -> None:
    await world.published()
    person_id = world.person["employee"]
    await world.act("hr").write(leaving.leave, person_id, TODAY)
    assert await world.system().read(states(person_id)) == [AssignmentState.OPEN]
    job = select(Job.run_at).where(Job.kind == "people:leave")
    run_at = await world.system().read(lambda ctx: ctx.session.scalars(job).one())
    assert run_at == datetime(2026, 11, 23, 23, tzinfo=UTC)  # midnight in Rome
    await world.system(run_at).write(leaving.settle, person_id)
    assert await world.system().read(states(person_id)) == [AssignmentState.CANCELLED]


async def test_settling_somebody_who_still_works_here_does_nothing(world: World) -> None:
    await world.published()
    await world.system().write(leaving.settle, world.person["employee"])
    assert await world.system().read(states(world.person["employee"])) == [AssignmentState.OPEN]


async def test_a_last_day_that_is_moved_ahead_asks_again(world: World) -> None:
    await world.published()
    person_id = world.person["employee"]
    await world.act("hr").write(leaving.leave, person_id, YESTERDAY)
    await world.act("hr").write(leaving.leave, person_id, TOMORROW)
    assert await world.system().read(states(person_id)) == [AssignmentState.OPEN]


async def test_roles_end_with_the_employment(world: World) -> None:
    left = await world.act("owner").write(leaving.leave, world.person["hr"], YESTERDAY)
    assert left.roles == []


async def test_the_last_owner_can_neither_leave_nor_lose_the_role(world: World) -> None:
    owner = world.act("owner")
    for act in ((leaving.leave, TODAY), (roles.revoke, Role.OWNER)):
        with pytest.raises(Conflict) as refused:
            await owner.write(act[0], world.person["owner"], act[1])
        assert refused.value.code == "last_owner"


async def test_one_of_two_owners_can_go(world: World) -> None:
    owner = world.act("owner")
    await owner.write(roles.grant, world.person["hr"], Role.OWNER)
    await owner.write(roles.grant, world.person["hr"], Role.OWNER)
    await owner.write(roles.revoke, world.person["owner"], Role.OWNER)
    assert Role.OWNER in (await world.act("hr").read(people_queries.one, world.person["hr"])).roles


async def test_an_owner_about_to_leave_does_not_count(world: World) -> None:
    owner = world.act("owner")
    await owner.write(roles.grant, world.person["hr"], Role.OWNER)
    await owner.write(leaving.leave, world.person["hr"], TODAY)
    with pytest.raises(Conflict):
        await owner.write(leaving.leave, world.person["owner"], TODAY)


async def test_taking_a_role_nobody_has_changes_nothing(world: World) -> None:
    await world.act("owner").write(roles.revoke, world.person["employee"], Role.HR)
    assert (await world.act("hr").read(people_queries.one, world.person["employee"])).roles == []


async def test_hr_gives_no_roles(world: World) -> None:
    with pytest.raises(Forbidden) as refused:
        await world.act("hr").write(roles.grant, world.person["hr"], Role.OWNER)
    assert refused.value.code == "owner_only"


async def test_whoever_comes_back_has_a_new_employment_and_is_asked_again(world: World) -> None:
    await world.published()
    person_id = world.person["employee"]
    await world.act("hr").write(leaving.leave, person_id, YESTERDAY)
    back = await world.act("hr").write(people.rejoin, person_id, RejoinIn(starts_on=TODAY, ends_on=TOMORROW))
    assert (back.status, back.starts_on) == ("active", TODAY)
    assert await world.system().read(states(person_id)) == [AssignmentState.OPEN]


async def test_whoever_is_still_here_cannot_come_back(world: World) -> None:
    with pytest.raises(Conflict) as refused:
        await world.act("hr").write(people.rejoin, world.person["employee"], RejoinIn(starts_on=TODAY))
    assert refused.value.code == "still_employed"


async def test_a_last_day_before_the_first_is_refused(world: World) -> None:
    with pytest.raises(Invalid):
        await world.act("hr").write(leaving.leave, world.person["employee"], datetime(2019, 1, 1, tzinfo=UTC).date())
