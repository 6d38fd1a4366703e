"""First notices, reminders and the word to HR: to whom, when, and how often."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from app.context import Ctx
from app.db import NO_COMPANY
from app.duties.rows import pending as duties
from app.duties.services.reminding import Reminded
from app.errors import Conflict, Forbidden, NotFound
from app.models import AuditEvent, Company, Employment, Job, Person
from app.platform.outbox import JobKind
from app.policies.rows import policies
from app.policies.schemas.acknowledgement import AcknowledgeIn
from app.policies.services import asking, reminding
from app.roster import people as roster
from tests.crowd import assignment_of, crew, join, read_by, set_assignment
from tests.world import NOW, TODAY, World

ROME = ZoneInfo("Europe/Rome")
DUE = date(2026, 12, 7)  # a Monday, two weeks after publication
FIVE = 5  # the people of the fixed cast


def rome(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ROME)


async def jobs(world: World, kind: JobKind) -> list[Job]:
    wanted = select(Job).where(col(Job.kind) == kind.value).order_by(col(Job.run_at), col(Job.id))
    return await world.db.read(NO_COMPANY, lambda session: list(session.scalars(wanted)))


async def moments(world: World, kind: JobKind = JobKind.REMINDER_MAIL) -> list[datetime]:
    return [job.run_at.astimezone(ROME) for job in await jobs(world, kind)]


async def tick(world: World, now: datetime) -> None:
    await world.system(now).write(reminding.remind_due)


async def announced(world: World, now: datetime = NOW) -> None:
    for job in await jobs(world, JobKind.ANNOUNCE):
        await world.system(now).write(reminding.announce, **job.payload)


async def employ_in(world: World, name: str, window: str) -> None:
    def change(ctx: Ctx) -> None:
        wanted = select(Employment).where(col(Employment.person_id) == world.person[name])
        ctx.session.scalars(wanted).one().working_window = window

    await world.system().write(change)


async def only(world: World, name: str, version_id: str) -> None:
    """Let everybody but one of the cast have answered already."""
    for other, person_id in world.person.items():
        if other not in {name, "outsider"}:
            await set_assignment(world, version_id, person_id, state="acknowledged")


async def test_publishing_tells_everybody_asked_once(world: World, shown: AcknowledgeIn) -> None:
    assert await jobs(world, JobKind.PUBLISHED_MAIL) == []  # publishing itself writes one job, not one each
    assert len(await jobs(world, JobKind.ANNOUNCE)) == 1
    await announced(world)
    await announced(world)
    told = await jobs(world, JobKind.PUBLISHED_MAIL)
    assert len({job.payload["assignment_id"] for job in told}) == len(told) == FIVE
    asked = await assignment_of(world, shown.version_id, world.person["employee"])
    assert (asked.reminders_sent, asked.last_reminded_at) == (0, NOW)


async def test_the_first_notice_waits_for_the_shift(world: World) -> None:
    await employ_in(world, "employee", "14:00-22:00 mon-fri")
    shown = await world.published()
    await only(world, "employee", shown.version_id)
    await announced(world)
    assert await moments(world, JobKind.PUBLISHED_MAIL) == [rome("2026-11-23T14:00")]


async def test_whoever_joins_is_told_and_nobody_else_again(world: World) -> None:
    await world.published()
    await announced(world)

    def hire(ctx: Ctx) -> None:
        person_id = join(ctx, "Nuova")
        wanted = select(Employment).where(col(Employment.person_id) == person_id)
        asking.ask_joiners(ctx, [ctx.session.scalars(wanted).one()])

    await world.system(NOW + timedelta(days=1)).write(hire)
    await announced(world, NOW + timedelta(days=1))
    assert len(await jobs(world, JobKind.PUBLISHED_MAIL)) == FIVE + 1


async def test_nobody_without_an_address_is_written_to(world: World) -> None:
    await crew(world, "Magazzino", 3, email=False)
    shown = await world.published()
    await announced(world)
    assert len(await jobs(world, JobKind.PUBLISHED_MAIL)) == FIVE
    done = await world.act("hr", NOW + timedelta(days=1)).write(reminding.remind_now, shown.version_id)
    assert (done.people, done.without_email) == (FIVE, 3)


async def test_whoever_works_at_weekends_only_is_never_written_to(world: World) -> None:
    await employ_in(world, "employee", "08:00-20:00 sat,sun")
    shown = await world.published()
    await only(world, "employee", shown.version_id)
    await announced(world)
    done = await world.act("hr").write(reminding.remind_now, shown.version_id)
    assert done == Reminded(without_email=1)
    assert await moments(world, JobKind.PUBLISHED_MAIL) == []


async def test_hr_reminds_those_pending_at_once_in_their_hours(world: World, shown: AcknowledgeIn) -> None:
    await read_by(world, shown, world.person["employee"])
    done = await world.act("hr").write(reminding.remind_now, shown.version_id)
    assert done == Reminded(people=FIVE - 1)
    assert await moments(world) == [NOW] * (FIVE - 1)
    asked = await assignment_of(world, shown.version_id, world.person["colleague"])
    assert (asked.reminders_sent, asked.last_reminded_at) == (1, NOW)


async def test_hr_reminds_one_team(world: World) -> None:
    office = await crew(world, "Uffici", 2)
    shown = await world.published()
    done = await world.act("hr").write(reminding.remind_now, shown.version_id, office.team_id)
    assert done == Reminded(people=2)


async def test_outside_somebody_s_hours_the_mail_waits_for_the_next_moment_of_them(
    world: World, shown: AcknowledgeIn
) -> None:
    await only(world, "employee", shown.version_id)
    friday_evening = rome("2026-11-27T19:00")
    await world.act("hr", friday_evening).write(reminding.remind_now, shown.version_id)
    assert await moments(world) == [rome("2026-11-30T09:00")]


async def test_nobody_is_reminded_at_a_weekend_even_if_they_work_then(world: World) -> None:
    await employ_in(world, "employee", "06:00-14:00 mon-sun")
    shown = await world.published()
    await only(world, "employee", shown.version_id)
    await world.act("hr", rome("2026-11-28T09:00")).write(reminding.remind_now, shown.version_id)
    assert await moments(world) == [rome("2026-11-30T06:00")]


async def test_nobody_is_reminded_twice_on_one_day(world: World, shown: AcknowledgeIn) -> None:
    await world.act("hr").write(reminding.remind_now, shown.version_id)
    again = await world.act("hr", NOW + timedelta(hours=3)).write(reminding.remind_now, shown.version_id)
    assert again == Reminded(already_today=FIVE)
    await set_assignment(world, shown.version_id, due_on=TODAY)
    await tick(world, NOW + timedelta(hours=4))
    assert len(await moments(world)) == FIVE


async def test_what_waits_for_tomorrow_is_not_asked_for_twice(world: World, shown: AcknowledgeIn) -> None:
    evening = rome("2026-11-23T20:00")
    await world.act("hr", evening).write(reminding.remind_now, shown.version_id)
    again = await world.act("hr", evening).write(reminding.remind_now, shown.version_id)
    assert again.already_today == FIVE


async def test_the_notice_of_today_counts_as_written_to_today(world: World, shown: AcknowledgeIn) -> None:
    await announced(world)
    done = await world.act("hr", NOW + timedelta(hours=1)).write(reminding.remind_now, shown.version_id)
    assert done == Reminded(already_today=FIVE)


async def test_nobody_is_reminded_more_often_than_the_company_allows(world: World, shown: AcknowledgeIn) -> None:
    maximum = await world.system().read(duties.maximum_reminders)
    results = [
        await world.act("hr", NOW + timedelta(days=day)).write(reminding.remind_now, shown.version_id)
        for day in range(maximum + 1)
    ]
    assert [done.people for done in results] == [FIVE] * maximum + [0]
    assert results[-1] == Reminded(often_enough=FIVE)


async def test_an_old_version_is_no_longer_reminded_of(world: World, shown: AcknowledgeIn) -> None:
    policy_id = (await world.system().read(policies.version, shown.version_id)).policy_id
    await world.next_version(policy_id)
    with pytest.raises(Conflict) as refused:
        await world.act("hr").write(reminding.remind_now, shown.version_id)
    assert refused.value.code == "not_asked"


async def test_only_those_with_the_duty_may_remind(world: World, shown: AcknowledgeIn) -> None:
    for name in ("employee", "marketing_lead", "account_manager"):
        with pytest.raises(Forbidden):
            await world.act(name).write(reminding.remind_now, shown.version_id)
    with pytest.raises(NotFound):
        await world.act("outsider").write(reminding.remind_now, shown.version_id)


async def test_more_than_a_chunk_is_left_to_a_job(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.duties.services.reminding.CHUNK", 2)
    shown = await world.published()
    done = await world.act("hr").write(reminding.remind_now, shown.version_id)
    assert done == Reminded(people=2, more=True)
    (rest,) = await jobs(world, JobKind.REMIND_NOW)
    await world.system().write(reminding.remind_now, **rest.payload)
    await world.system().write(reminding.remind_now, **(await jobs(world, JobKind.REMIND_NOW))[-1].payload)
    assert len(await moments(world)) == FIVE

    await set_assignment(world, shown.version_id, due_on=TODAY, last_reminded_at=None, reminders_sent=0)
    await tick(world, NOW)
    (rest,) = await jobs(world, JobKind.REMIND)
    assert rest.payload["version_id"] == shown.version_id
    await world.system().write(reminding.remind_due, **rest.payload)
    assert len(await moments(world)) == FIVE + 4


async def test_the_clock_reminds_a_week_before_and_no_earlier(world: World, shown: AcknowledgeIn) -> None:
    await announced(world)
    await tick(world, rome("2026-11-27T10:00"))
    assert await moments(world) == []
    await tick(world, rome("2026-11-30T10:00"))
    assert len(await moments(world)) == FIVE
    asked = await assignment_of(world, shown.version_id, world.person["employee"])
    assert asked.reminders_sent == 1


async def test_a_window_that_opens_between_two_ticks_is_not_missed(world: World) -> None:
    await employ_in(world, "employee", "08:15-08:45 mon-fri")
    shown = await world.published()
    await only(world, "employee", shown.version_id)
    await tick(world, rome("2026-12-07T08:00"))
    assert await moments(world) == [rome("2026-12-07T08:15")]
    await tick(world, rome("2026-12-07T09:00"))
    assert len(await moments(world)) == 1


async def test_a_night_shift_is_reminded_at_night_and_not_on_saturday(world: World) -> None:
    await employ_in(world, "employee", "22:00-06:00 mon-fri")
    shown = await world.published()
    await only(world, "employee", shown.version_id)
    await world.act("hr", rome("2026-11-28T03:00")).write(reminding.remind_now, shown.version_id)
    assert await moments(world) == [rome("2026-11-30T22:00")]


async def test_when_the_clocks_change_the_window_is_still_kept(world: World) -> None:
    await employ_in(world, "employee", "02:30-06:00 mon-sun")
    shown = await world.published(effective_on=date(2027, 3, 1))
    await only(world, "employee", shown.version_id)
    # On Sunday 28 March 2027 the clocks jump from 02:00 to 03:00 in Rome.
    await world.act("hr", rome("2027-03-28T01:30")).write(reminding.remind_now, shown.version_id)
    (at,) = await moments(world)
    assert at == rome("2027-03-30T02:30")  # and Monday is Easter Monday
    assert at.astimezone(UTC) == datetime(2027, 3, 30, 0, 30, tzinfo=UTC)


async def test_whoever_answered_meanwhile_is_not_reminded(world: World, shown: AcknowledgeIn) -> None:
    await read_by(world, shown, world.person["employee"])
    await set_assignment(world, shown.version_id, world.person["colleague"], state="declined")
    await tick(world, rome("2026-12-07T10:00"))
    assert len(await moments(world)) == FIVE - 2


async def test_a_leaver_is_not_reminded(world: World) -> None:
    await world.published()

    def leave(ctx: Ctx) -> None:
        wanted = select(Employment).where(col(Employment.person_id) == world.person["employee"])
        ctx.session.scalars(wanted).one().ends_on = date(2026, 12, 6)

    await world.system().write(leave)  # the assignment is still open: nobody has closed it yet
    await tick(world, rome("2026-12-07T10:00"))
    assert len(await moments(world)) == FIVE - 1


async def test_after_the_last_reminder_hr_is_told_once(world: World, shown: AcknowledgeIn) -> None:
    maximum = await world.system().read(duties.maximum_reminders)
    await set_assignment(world, shown.version_id, reminders_sent=maximum, last_reminded_at=rome("2026-12-07T09:00"))
    for hour in (8, 9, 10, 11):
        await tick(world, rome(f"2026-12-09T{hour:02}:00"))
    (note,) = await jobs(world, JobKind.ESCALATION_MAIL)
    assert note.payload == {"version_id": shown.version_id}
    assert note.run_at.astimezone(ROME) == rome("2026-12-09T09:15")
    asked = await assignment_of(world, shown.version_id, world.person["employee"])
    assert asked.reminders_sent == maximum + 1
    await tick(world, rome("2026-12-20T10:00"))
    assert len(await jobs(world, JobKind.ESCALATION_MAIL)) == 1
    assert await moments(world) == []


async def test_of_whom_no_mail_reaches_hr_is_told_when_the_day_has_passed(world: World) -> None:
    store = await crew(world, "Magazzino", 1, email=False)
    shown = await world.published()
    for name in world.person:
        if name != "outsider":
            await set_assignment(world, shown.version_id, world.person[name], state="acknowledged")
    await tick(world, rome("2026-12-07T10:00"))
    assert await jobs(world, JobKind.ESCALATION_MAIL) == []
    await tick(world, rome("2026-12-09T10:00"))
    assert len(await jobs(world, JobKind.ESCALATION_MAIL)) == 1
    assert (await assignment_of(world, shown.version_id, store.people[0])).reminders_sent == 1


async def test_two_workers_at_once_send_once(world: World, shown: AcknowledgeIn) -> None:
    now = rome("2026-12-07T10:00")
    await asyncio.gather(*(tick(world, now) for _ in range(4)))
    assert len(await moments(world)) == FIVE
    hr = world.act("hr", now + timedelta(days=1))
    done = await asyncio.gather(*(hr.write(reminding.remind_now, shown.version_id) for _ in range(4)))
    assert sum(one.people for one in done) == FIVE
    assert len(await moments(world)) == 2 * FIVE


async def test_reminding_leaves_one_trace(world: World, shown: AcknowledgeIn) -> None:
    await world.act("hr").write(reminding.remind_now, shown.version_id)
    await tick(world, rome("2026-12-07T10:00"))
    wanted = select(AuditEvent).where(col(AuditEvent.action) == "assignment:reminded").order_by(col(AuditEvent.at))

    def read(ctx: Ctx) -> list[Any]:
        return [(row.actor_id, row.subject_id, row.data["people"]) for row in ctx.session.scalars(wanted)]

    assert await world.system().read(read) == [
        (world.person["hr"], shown.version_id, FIVE),
        ("test", shown.version_id, FIVE),
    ]


async def test_the_office_is_hr_or_where_nobody_has_that_role_the_owners(world: World) -> None:
    assert [row.name for row in await world.system().read(roster.personnel_office)] == ["Hr"]

    def without_address(ctx: Ctx) -> None:
        person = ctx.session.get(Person, (ctx.company_id, world.person["hr"]))
        assert person is not None
        person.email = None

    await world.system().write(without_address)
    assert [row.name for row in await world.system().read(roster.personnel_office)] == ["Owner"]
    await world.system().write(_nobody_works_here)
    assert await world.system().read(roster.personnel_office) == []


def _nobody_works_here(ctx: Ctx) -> None:
    for employment in ctx.session.scalars(select(Employment)):
        employment.ends_on = date(2026, 1, 1)


async def test_the_maximum_is_the_company_s(world: World) -> None:
    def change(ctx: Ctx) -> None:
        company = ctx.session.get(Company, ctx.company_id)
        assert company is not None
        company.maximum_reminders = 7

    await world.system().write(change)
    assert await world.system().read(duties.maximum_reminders) == 7
