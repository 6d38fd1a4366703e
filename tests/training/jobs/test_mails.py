"""Mails about courses: to whom they go, what they say, and when they are not sent any more."""

from datetime import timedelta

import pytest
from sqlmodel import select

from app.authz import Role
from app.context import Ctx
from app.jobs.mail import compose
from app.models import CourseVersion, Employment, Person
from app.training.jobs import mails
from app.training.rows import enrolments
from app.training.rules.course import CourseState
from app.training.rules.enrolment import EnrolmentState
from app.training.services import enrolling, reminding
from tests.training.courses import published
from tests.training.services.test_enrolling import enrolled, jobs, set_state
from tests.world import NOW, World

URL = "https://voce.aurora.example"
LATER = NOW + timedelta(days=60)


async def english(world: World, name: str) -> None:
    def change(ctx: Ctx) -> None:
        person = ctx.session.get(Person, (ctx.company_id, world.person[name]))
        assert person is not None
        person.language = "en"

    await world.system().write(change)


async def test_whoever_is_enrolled_is_told_once_in_their_language(world: World) -> None:
    await english(world, "colleague")
    version = await published(world)
    (job,) = await jobs(world, "course:announce")
    for _ in range(2):
        await world.system().write(reminding.announce, **job.payload)
    assert len(await jobs(world, "mail:course_notice")) == 5
    rows = await enrolled(world, version.course_id)
    addressed = await world.system().read(mails.asked, rows["employee"].id)
    assert addressed is not None
    italian = compose("course_notice", *addressed, URL)
    assert italian.subject == "Un corso per te: Parlare dell’azienda"
    assert f"{URL}/courses/{version.course_id}" in italian.text
    assert "15 minuti" in italian.text
    addressed = await world.system().read(mails.asked, rows["colleague"].id)
    assert addressed is not None
    assert compose("course_notice", *addressed, URL).subject == "A course for you: Speaking about the company"


async def test_reminders_go_to_the_pending_and_at_last_hr_is_told(world: World) -> None:
    version = await published(world, audience=[{"role": Role.HR}])
    await world.system(LATER).write(reminding.remind_due)
    (job,) = await jobs(world, "mail:course_reminder")
    addressed = await world.system(LATER).read(mails.asked, **job.payload)
    assert addressed is not None
    assert "era da finire" in compose("course_reminder", *addressed, URL).text
    told = await world.system(LATER).read(mails.escalation, version.course_id)
    (mail,) = (compose("course_escalation", *one, URL) for one in told.values())
    assert mail.subject == "Una persona deve ancora finire «Parlare dell’azienda»"
    (row,) = (await enrolled(world, version.course_id)).values()
    await set_state(world, row.id, EnrolmentState.PASSED)
    assert await world.system(LATER).read(mails.escalation, version.course_id) == {}
    assert await world.system(LATER).read(mails.asked, row.id) is None


async def test_hr_reminds_by_hand_all_or_some(world: World) -> None:
    version = await published(world)
    rows = await enrolled(world, version.course_id)
    refused = await world.act("hr").write(reminding.remind_chosen, version.course_id, [rows["employee"].id])
    assert refused == {}
    done = await world.act("hr").write(reminding.remind_now, version.course_id)
    assert (done.people, done.already_today) == (4, 1)


@pytest.mark.parametrize("away", ["left", "withdrawn", "voluntary"])
async def test_a_mail_that_makes_no_sense_any_more_is_not_sent(world: World, away: str) -> None:
    version = await published(world, open_to_all=away == "voluntary", audience=[{"role": Role.HR}])
    if away == "voluntary":
        row = await world.act("employee").write(enrolling.join, version.course_id)
    else:
        (row,) = (await enrolled(world, version.course_id)).values()

    def change(ctx: Ctx) -> None:
        if away == "withdrawn":
            ctx.session.get_one(CourseVersion, (ctx.company_id, version.id)).state = CourseState.WITHDRAWN
        for one in ctx.session.scalars(select(Employment)) if away == "left" else ():
            one.ends_on = ctx.today - timedelta(days=1)

    await world.system().write(change)
    assert await world.system().read(mails.asked, row.id) is None
    assert (await world.system().read(mails.window_of_person, row.id) is None) == (away == "left")
    assert await world.system().read(enrolments.on_show, version.course_id) is None or away != "withdrawn"
