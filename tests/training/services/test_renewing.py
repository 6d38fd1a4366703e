"""A course is asked again before its certificate ends, once, and the certificate stays."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from app.context import Ctx
from app.models import Certificate, Enrolment, Job
from app.people.services import leaving
from app.training.rows import courses
from app.training.rules.enrolment import EnrolmentState
from app.training.services import renewing
from tests.training.courses import published
from tests.training.services.test_enrolling import enrolled
from tests.training.services.test_taking import do_lessons, try_quiz
from tests.world import NOW, TODAY, World

YEAR = 12
EXPIRES_ON = TODAY.replace(year=TODAY.year + 1)


def days_before_the_end(days: int) -> datetime:
    return NOW + (EXPIRES_ON - TODAY) - timedelta(days=days)


async def passed(world: World, **facts: int) -> str:
    version = await published(world, valid_months=YEAR, **facts)
    await do_lessons(world, version)
    await try_quiz(world, version)
    return version.course_id


async def renewed(world: World, course_id: str, now: datetime) -> Enrolment:
    await world.system(now).write(renewing.renew_due)
    return (await enrolled(world, course_id))["employee"]


def certificates(ctx: Ctx) -> int:
    return len(ctx.session.scalars(select(Certificate)).all())


async def test_it_is_asked_again_so_many_days_before_the_end_and_not_earlier(world: World) -> None:
    course_id = await passed(world, renewal_days=20)
    assert (await renewed(world, course_id, days_before_the_end(21))).state is EnrolmentState.PASSED
    again = await renewed(world, course_id, days_before_the_end(20))
    assert (again.state, again.cycle, again.due_on) == (EnrolmentState.ASSIGNED, 2, EXPIRES_ON)
    once = await renewed(world, course_id, days_before_the_end(19))
    assert (once.state, once.cycle) == (EnrolmentState.ASSIGNED, 2)
    assert await world.system().read(certificates) == 1


async def test_a_renewal_has_a_certificate_of_its_own(world: World) -> None:
    course_id = await passed(world)
    again = await renewed(world, course_id, days_before_the_end(5))
    version = await world.system().read(courses.version, again.version_id)
    await do_lessons(world, version)
    await try_quiz(world, version)
    assert await world.system().read(certificates) == 2


async def test_one_that_ended_unnoticed_is_asked_in_the_usual_days(world: World) -> None:
    course_id = await passed(world, due_days=15)
    late = days_before_the_end(-10)
    assert (await renewed(world, course_id, late)).due_on == late.date() + timedelta(days=15)


async def test_leavers_are_not_asked_again(world: World) -> None:
    course_id = await passed(world)
    await world.act("hr").write(leaving.leave, world.person["employee"], TODAY)
    assert (await renewed(world, course_id, days_before_the_end(5))).state is EnrolmentState.PASSED


async def test_many_are_asked_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewing, "CHUNK", 1)
    await passed(world)
    await world.system(days_before_the_end(5)).write(renewing.renew_due)
    jobs = await world.system().read(
        lambda ctx: ctx.session.scalars(select(Job).where(Job.kind == "course:renew")).all()
    )
    assert [set(job.payload) for job in jobs] == [{"course_id", "following"}]
    (job,) = jobs
    await world.system(days_before_the_end(5)).write(renewing.renew_due, **job.payload)


async def test_a_job_goes_on_with_its_own_course_alone(world: World) -> None:
    first, second = await passed(world), await passed(world)
    await world.system(days_before_the_end(5)).write(renewing.renew_due, first)
    states = [(await enrolled(world, course))["employee"].state for course in (first, second)]
    assert states == [EnrolmentState.ASSIGNED, EnrolmentState.PASSED]
