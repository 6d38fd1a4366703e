"""Absences: nothing is asked, due or mailed while a person is away; on return the days that were left are there."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from app.authz import Permission
from app.context import Ctx
from app.db import NO_COMPANY
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.models import Absence, Assignment, AuditEvent, Job
from app.people.queries import absences as queries
from app.people.schemas.people import AbsenceChange, AbsenceIn
from app.people.services import absences
from app.platform.outbox import JobKind
from app.policies.queries import coverage, coverage_people
from app.policies.queries.coverage import Counts
from app.policies.rows import published
from app.policies.schemas.acknowledgement import AcknowledgeIn
from app.policies.services import asking, reminding
from tests.crowd import assignment_of
from tests.world import NOW, TODAY, World

ROME = ZoneInfo("Europe/Rome")
DUE = date(2026, 12, 7)  # two weeks after the fixed day
WEEK = AbsenceIn(starts_on=TODAY, ends_on=TODAY + timedelta(days=6))


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=ROME)


async def away(world: World, data: AbsenceIn = WEEK, now: datetime = NOW) -> Absence:
    return await world.act("hr", now).write(absences.record, world.person["employee"], data)


async def jobs(world: World, kind: JobKind) -> list[Job]:
    wanted = select(Job).where(col(Job.kind) == kind.value).order_by(col(Job.run_at))
    return await world.db.read(NO_COMPANY, lambda session: list(session.scalars(wanted)))


async def returned(world: World) -> None:
    """Let the mornings after all absences noted so far come."""
    for job in await jobs(world, JobKind.COME_BACK):
        await world.system(job.run_at).write(absences.come_back, **job.payload)


async def asked(world: World, shown: AcknowledgeIn) -> Assignment:
    return await assignment_of(world, shown.version_id, world.person["employee"])


async def counts(world: World, shown: AcknowledgeIn, who: str, now: datetime = NOW) -> Counts | None:
    def count(ctx: Ctx) -> Counts | None:
        return coverage.counts(ctx, published.version(ctx, shown.version_id))

    return await world.act(who, now).read(count)


async def pending(world: World, shown: AcknowledgeIn, now: datetime = NOW) -> set[str]:
    def names(ctx: Ctx) -> set[str]:
        version = published.version(ctx, shown.version_id)
        return {row.name for row in coverage_people.pending(ctx, version, 100)}

    return await world.act("hr", now).read(names)


async def test_a_person_who_is_away_is_not_among_those_who_still_have_to_read(
    world: World, shown: AcknowledgeIn
) -> None:
    before = await counts(world, shown, "hr")
    await away(world)
    found = await counts(world, shown, "hr", NOW + timedelta(minutes=1))
    assert before is not None
    assert found == Counts(asked=before.asked - 1, in_time=before.in_time - 1, away=1)
    assert "Employee" not in await pending(world, shown)
    assert "Employee" in await pending(world, shown, on(TODAY + timedelta(days=7)))


async def test_the_agency_is_not_told_that_somebody_is_away(world: World, shown: AcknowledgeIn) -> None:
    await away(world, AbsenceIn(starts_on=TODAY, ends_on=None))
    found = await counts(world, shown, "account_manager")
    assert found is None or found.away == 0


async def test_no_mail_goes_out_during_an_absence(world: World, shown: AcknowledgeIn) -> None:
    await away(world)
    done = await world.act("hr").write(reminding.remind_now, shown.version_id)
    mails = await jobs(world, JobKind.REMINDER_MAIL)
    assert (done.people, done.without_email) == (4, 1)
    assert (await asked(world, shown)).id not in {job.payload["assignment_id"] for job in mails}


async def test_on_return_the_days_that_were_left_are_given_back(world: World, shown: AcknowledgeIn) -> None:
    assert (await asked(world, shown)).due_on == DUE
    await away(world)
    await returned(world)
    assert (await asked(world, shown)).due_on == TODAY + timedelta(days=7 + 14)


async def test_at_least_five_days_are_given_back(world: World, shown: AcknowledgeIn) -> None:
    first, last = DUE - timedelta(days=1), DUE + timedelta(days=9)
    await away(world, AbsenceIn(starts_on=first, ends_on=last))
    await returned(world)
    assert (await asked(world, shown)).due_on == last + timedelta(days=6)


async def test_what_was_published_meanwhile_is_announced_on_return(world: World) -> None:
    await away(world)
    shown = await world.published()
    for job in await jobs(world, JobKind.ANNOUNCE):
        await world.system().write(reminding.announce, **job.payload)
    own = (await asked(world, shown)).id
    assert own not in {job.payload["assignment_id"] for job in await jobs(world, JobKind.PUBLISHED_MAIL)}
    await returned(world)
    back = on(TODAY + timedelta(days=7))
    for job in await jobs(world, JobKind.ANNOUNCE):
        await world.system(back).write(reminding.announce, **job.payload)
    assert own in {job.payload["assignment_id"] for job in await jobs(world, JobKind.PUBLISHED_MAIL)}


async def test_an_absence_noted_when_it_is_over_gives_the_days_back_at_once(world: World, shown: AcknowledgeIn) -> None:
    late = on(DUE + timedelta(days=1))
    await away(world, AbsenceIn(starts_on=TODAY, ends_on=DUE), late)
    assert (await asked(world, shown)).due_on == DUE + timedelta(days=1 + 14)


async def test_an_absence_until_further_notice_ends_when_its_last_day_is_noted(
    world: World, shown: AcknowledgeIn
) -> None:
    absence = await away(world, AbsenceIn(starts_on=TODAY, ends_on=None))
    assert await jobs(world, JobKind.COME_BACK) == []
    change = AbsenceChange(ends_on=TODAY + timedelta(days=89))
    await world.act("hr").write(absences.change, world.person["employee"], absence.id, change)
    await returned(world)
    assert (await asked(world, shown)).due_on == TODAY + timedelta(days=90 + 14)


async def test_a_return_that_was_put_off_gives_back_once(world: World, shown: AcknowledgeIn) -> None:
    absence = await away(world)
    change = AbsenceChange(ends_on=TODAY + timedelta(days=20))
    await world.act("hr").write(absences.change, world.person["employee"], absence.id, change)
    await returned(world)
    assert (await asked(world, shown)).due_on == TODAY + timedelta(days=21 + 14)


async def test_an_absence_noted_by_mistake_leaves_everything_as_it_was(world: World, shown: AcknowledgeIn) -> None:
    absence = await away(world)
    await world.act("hr").write(absences.remove, world.person["employee"], absence.id)
    await returned(world)
    assert (await asked(world, shown)).due_on == DUE
    assert "Employee" in await pending(world, shown)


async def test_an_absence_that_is_over_cannot_be_changed(world: World) -> None:
    absence = await away(world)
    later = world.act("hr", on(TODAY + timedelta(days=7)))
    with pytest.raises(Conflict) as refused:
        await later.write(absences.change, world.person["employee"], absence.id, AbsenceChange(ends_on=None))
    assert refused.value.code == "absence_over"
    with pytest.raises(Conflict):
        await later.write(absences.remove, world.person["employee"], absence.id)


@pytest.mark.parametrize("ends_on", [TODAY + timedelta(days=3), None])
async def test_nobody_is_away_twice_on_one_day(world: World, ends_on: date | None) -> None:
    await away(world)
    with pytest.raises(Conflict) as refused:
        await away(world, AbsenceIn(starts_on=TODAY - timedelta(days=2), ends_on=ends_on))
    assert refused.value.code == "absence_overlaps"
    await away(world, AbsenceIn(starts_on=TODAY + timedelta(days=7), ends_on=ends_on and TODAY + timedelta(days=9)))


async def test_the_last_day_is_not_before_the_first(world: World) -> None:
    with pytest.raises(Invalid):
        await away(world, AbsenceIn(starts_on=TODAY, ends_on=TODAY - timedelta(days=1)))


async def test_absences_are_hr_s_business_alone(world: World) -> None:
    absence = await away(world)
    person_id = world.person["employee"]
    for who in ("employee", "marketing_lead", "account_manager"):
        with pytest.raises(Forbidden) as refused:
            await world.act(who).write(absences.record, person_id, WEEK)
        assert refused.value.params["permission"] == Permission.WRITE_PEOPLE.value
        with pytest.raises(Forbidden):
            await world.act(who).read(queries.of_person, person_id, None, 10)
    with pytest.raises(NotFound):
        await world.act("hr").write(absences.remove, world.person["colleague"], absence.id)


async def test_the_trace_says_that_hr_noted_an_absence_and_not_when_or_why(world: World) -> None:
    await away(world)

    def facts(ctx: Ctx) -> list[object]:
        wanted = select(AuditEvent).where(col(AuditEvent.action) == "absence:recorded")
        return [row.data for row in ctx.session.scalars(wanted)]

    assert await world.system().read(facts) == [{}]


async def test_people_who_leave_while_away_are_asked_nothing_on_the_day_they_were_to_come_back(
    world: World, shown: AcknowledgeIn
) -> None:
    await away(world)

    def leave(ctx: Ctx) -> None:
        asking.release_leavers(ctx, [world.person["employee"]])

    await world.system().write(leave)
    await returned(world)
    assert (await asked(world, shown)).due_on == DUE
