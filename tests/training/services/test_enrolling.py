"""Enrolling: whom a course is asked of, from publication to leaving."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import col, select

from app.authz import Role
from app.context import Ctx
from app.errors import Conflict, Forbidden, NotFound
from app.models import Absence, Enrolment, Job, TrainingEvent
from app.people.schemas.people import RejoinIn
from app.people.services import absences, erasure, leaving, people, roles
from app.training.rows import enrolments
from app.training.rules.course import Asks
from app.training.rules.enrolment import EnrolmentState
from app.training.services import enrolling
from tests.training.courses import next_version, published
from tests.world import NOW, TODAY, World

A_DAY = timedelta(days=1)
STAFF = {"owner", "hr", "marketing_lead", "employee", "colleague"}


@pytest.fixture
def chunk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Give the function that sets how many people are enrolled at a time."""
    return lambda size: monkeypatch.setattr(enrolling, "CHUNK", size)


async def enrolled(world: World, course_id: str) -> dict[str, Enrolment]:
    """Return the enrolments of a course by the name of their person in the cast."""
    names = {person_id: name for name, person_id in world.person.items()}
    wanted = select(Enrolment).where(Enrolment.course_id == course_id)
    rows = await world.system().read(lambda ctx: ctx.session.scalars(wanted).all())
    return {names[row.person_id]: row for row in rows if row.person_id in names}


async def states(world: World, course_id: str) -> dict[str, EnrolmentState]:
    return {name: row.state for name, row in (await enrolled(world, course_id)).items()}


async def set_state(world: World, enrolment_id: str, state: EnrolmentState) -> None:
    def put(ctx: Ctx) -> None:
        enrolments.held(ctx, enrolment_id).state = state

    await world.system().write(put)


async def jobs(world: World, kind: str) -> list[Job]:
    wanted = select(Job).where(Job.kind == kind)
    return await world.system().read(lambda ctx: list(ctx.session.scalars(wanted)))


async def happened(world: World, enrolment_id: str) -> list[str]:
    wanted = select(TrainingEvent).where(TrainingEvent.enrolment_id == enrolment_id).order_by(col(TrainingEvent.id))
    return await world.system().read(lambda ctx: [row.kind.value for row in ctx.session.scalars(wanted)])


async def test_publishing_enrols_the_company_with_a_day_for_each(world: World) -> None:
    version = await published(world, due_days=20)
    rows = await enrolled(world, version.course_id)
    assert set(rows) == STAFF
    assert {row.due_on for row in rows.values()} == {TODAY + 20 * A_DAY}
    assert {row.state for row in rows.values()} == {EnrolmentState.ASSIGNED}
    assert await happened(world, rows["employee"].id) == ["enrolled"]
    assert len(await jobs(world, "course:announce")) == 1


async def test_only_the_audience_is_enrolled_a_chunk_at_a_time(world: World, chunk: Callable[[int], None]) -> None:
    chunk(2)
    version = await published(world)
    assert len(await enrolled(world, version.course_id)) == 2
    done: set[str] = set()
    while waiting := [job for job in await jobs(world, "course:enrol") if job.id not in done]:
        for job in waiting:
            done.add(job.id)
            for _ in range(2):  # twice is once
                await world.system().write(enrolling.enrol, **job.payload)
    rows = await enrolled(world, version.course_id)
    assert set(rows) == STAFF
    assert await happened(world, rows["employee"].id) == ["enrolled"]


async def test_who_is_not_in_the_audience_is_enrolled_when_a_role_brings_them_in(world: World) -> None:
    version = await published(world, audience=[{"role": Role.MARKETING_LEAD}])
    assert set(await enrolled(world, version.course_id)) == {"marketing_lead"}
    await world.act("owner").write(roles.grant, world.person["employee"], Role.MARKETING_LEAD)
    assert set(await enrolled(world, version.course_id)) == {"marketing_lead", "employee"}


async def test_a_leaver_is_not_asked_any_more_and_is_asked_again_on_coming_back(world: World) -> None:
    version = await published(world)
    employee = world.person["employee"]
    await world.act("hr").write(leaving.leave, employee, TODAY - A_DAY)
    rows = await enrolled(world, version.course_id)
    assert rows["employee"].state is EnrolmentState.CANCELLED
    await world.act("hr").write(people.rejoin, employee, RejoinIn(starts_on=TODAY + 10 * A_DAY))
    rows = await enrolled(world, version.course_id)
    assert rows["employee"].state is EnrolmentState.ASSIGNED
    assert rows["employee"].due_on == TODAY + 40 * A_DAY
    assert await happened(world, rows["employee"].id) == ["enrolled", "cancelled", "enrolled"]


async def test_an_absence_gives_days_back(world: World) -> None:
    version = await published(world, due_days=10)

    def away(ctx: Ctx) -> None:
        ctx.session.add(Absence(person_id=world.person["employee"], starts_on=TODAY, ends_on=TODAY + 20 * A_DAY))
        ctx.session.flush()
        absence = ctx.session.scalars(select(Absence)).one()
        absences.come_back(ctx, absence.id, (TODAY + 20 * A_DAY).isoformat())

    await world.system(NOW + 21 * A_DAY).write(away)
    rows = await enrolled(world, version.course_id)
    assert rows["employee"].due_on > TODAY + 21 * A_DAY
    assert rows["colleague"].due_on == TODAY + 10 * A_DAY


async def test_a_version_that_asks_nothing_leaves_those_who_passed_alone(world: World) -> None:
    version = await published(world)
    first = (await enrolled(world, version.course_id))["employee"]
    await set_state(world, first.id, EnrolmentState.PASSED)
    second = await next_version(world, version.course_id)
    rows = await enrolled(world, version.course_id)
    assert (rows["employee"].state, rows["employee"].version_id) == (EnrolmentState.PASSED, version.id)
    assert rows["colleague"].version_id == second.id  # who has not finished goes on with the new one


@pytest.mark.parametrize("asks", [Asks.REFRESHER, Asks.RETAKE])
async def test_a_version_that_asks_again_asks_those_who_passed_and_nobody_else(world: World, asks: Asks) -> None:
    version = await published(world)
    rows = await enrolled(world, version.course_id)
    for name in ("employee", "colleague"):
        await set_state(world, rows[name].id, EnrolmentState.PASSED)
    await set_state(world, rows["marketing_lead"].id, EnrolmentState.EXEMPTED)
    await world.act("hr").write(leaving.leave, world.person["colleague"], TODAY - A_DAY)
    by = TODAY + 60 * A_DAY
    second = await next_version(world, version.course_id, asks=asks, asks_by=by)
    third = await next_version(world, version.course_id)  # asks nothing, and undoes nothing
    await world.system().write(enrolling.enrol, version.course_id)
    rows = await enrolled(world, version.course_id)
    assert (rows["employee"].state, rows["employee"].due_on) == (EnrolmentState.ASSIGNED, by)
    assert rows["employee"].version_id == third.id != second.id
    assert rows["colleague"].state is EnrolmentState.PASSED
    assert rows["marketing_lead"].state is EnrolmentState.EXEMPTED
    assert await happened(world, rows["employee"].id) == ["enrolled", "renewed"]


async def test_a_course_open_to_all_is_chosen_once_and_then_nobody_is_reminded(world: World) -> None:
    version = await published(world, audience=[{"role": Role.OWNER}], open_to_all=True)
    for _ in range(2):
        chosen = await world.act("employee").write(enrolling.join, version.course_id)
    assert (chosen.state, chosen.voluntary) == (EnrolmentState.SELF_ENROLLED, True)
    assert await happened(world, chosen.id) == ["enrolled"]
    await world.act("owner").write(roles.grant, world.person["employee"], Role.OWNER)
    row = (await enrolled(world, version.course_id))["employee"]
    assert (row.state, row.voluntary) == (EnrolmentState.ASSIGNED, False)


async def test_a_course_that_is_not_open_is_nobodys_to_choose(world: World) -> None:
    version = await published(world, audience=[{"role": Role.OWNER}])
    with pytest.raises(NotFound):
        await world.act("employee").write(enrolling.join, version.course_id)
    with pytest.raises(NotFound):
        await world.act("employee").write(enrolling.join, world.person["employee"])
    with pytest.raises(Forbidden):
        await world.act("account_manager").write(enrolling.join, version.course_id)


async def test_hr_enrols_exempts_and_cancels_by_hand_and_nobody_else_does(world: World) -> None:
    version = await published(world, audience=[{"role": Role.OWNER}])
    employee, course_id = world.person["employee"], version.course_id
    for _ in range(2):
        row = await world.act("hr").write(enrolling.enrol_person, employee, course_id)
    assert row.state is EnrolmentState.ASSIGNED
    with pytest.raises(Forbidden):
        await world.act("trainer").write(enrolling.cancel, row.id)
    with pytest.raises(Forbidden):
        await world.act("marketing_lead").write(enrolling.enrol_person, employee, course_id)
    assert (await world.act("hr").write(enrolling.cancel, row.id)).state is EnrolmentState.CANCELLED
    with pytest.raises(Conflict):
        await world.act("hr").write(enrolling.exempt, row.id, "Lo ha già seguito altrove.")
    await world.act("hr").write(enrolling.enrol_person, employee, course_id)
    row = await world.act("hr").write(enrolling.exempt, row.id, "Lo ha già seguito altrove.")
    assert (row.state, row.exempted_because) == (EnrolmentState.EXEMPTED, "Lo ha già seguito altrove.")


async def test_a_leaver_or_a_stranger_is_not_enrolled(world: World) -> None:
    version = await published(world, audience=[{"role": Role.OWNER}])
    await world.act("hr").write(leaving.leave, world.person["employee"], TODAY - A_DAY)
    with pytest.raises(Conflict, match="not_employed"):
        await world.act("hr").write(enrolling.enrol_person, world.person["employee"], version.course_id)
    with pytest.raises(NotFound):
        await world.act("hr").write(enrolling.enrol_person, world.person["outsider"], version.course_id)


async def test_a_renewal_begins_a_new_cycle_of_the_same_enrolment(world: World) -> None:
    version = await published(world)
    row = (await enrolled(world, version.course_id))["employee"]
    with pytest.raises(Conflict):  # still to finish anyway
        await world.system().write(enrolling.renew, row.id, TODAY + 30 * A_DAY)
    await set_state(world, row.id, EnrolmentState.PASSED)
    await world.system().write(enrolling.renew, row.id, TODAY + 30 * A_DAY)
    row = (await enrolled(world, version.course_id))["employee"]
    assert (row.state, row.cycle, row.due_on) == (EnrolmentState.ASSIGNED, 2, TODAY + 30 * A_DAY)


async def test_nobody_owes_a_course_that_is_not_mandatory_or_not_there(world: World) -> None:
    version = await published(world, mandatory=False)

    def owing(ctx: Ctx, course_id: str) -> int:
        return len(ctx.session.scalars(select(Enrolment).where(enrolments.owed(ctx, course_id))).all())

    assert await world.system().read(owing, version.course_id) == 0
    assert await world.system().read(owing, world.person["hr"]) == 0
    await world.system().write(enrolling.enrol, world.person["hr"])


async def test_erasing_a_person_takes_their_enrolments_along(world: World) -> None:
    version = await published(world)
    row = (await enrolled(world, version.course_id))["employee"]
    await world.act("hr").write(leaving.leave, world.person["employee"], TODAY - A_DAY)
    await world.act("hr").write(erasure.erase, world.person["employee"])
    assert "employee" not in await enrolled(world, version.course_id)
    assert await happened(world, row.id) == []
