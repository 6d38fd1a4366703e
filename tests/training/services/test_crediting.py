"""Recognised minutes: each source once, in a month that is open, never changed."""

import asyncio
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from app.context import Ctx
from app.models import PayrollMonth, RecognisedMinutes
from app.models.types import new_id
from app.people.services import erasure, leaving
from app.training.rules.course import Asks
from app.training.rules.hours import MinutesKind, following, month_of
from app.training.services import crediting, enrolling
from tests.training.courses import next_version, published
from tests.training.services.test_certifying import certificates, passes
from tests.world import NOW, TODAY, World

MONTH = month_of(TODAY)
NEXT = following(MONTH)


async def entries(world: World) -> list[RecognisedMinutes]:
    wanted = select(RecognisedMinutes).order_by(col(RecognisedMinutes.id))
    return await world.system().read(lambda ctx: list(ctx.session.scalars(wanted)))


async def minutes(world: World) -> list[int]:
    return [one.minutes for one in await entries(world)]


async def attended(world: World, source_id: str, on: date = TODAY, worth: int = 90) -> str | None:
    person_id = world.person["employee"]
    return await world.system().write(crediting.credit, person_id, worth, MinutesKind.SESSION, source_id, on)


def shut(ctx: Ctx, *months: date) -> None:
    """Close months as nobody but the test can: without asking whether they are over."""
    for month in months:
        ctx.session.add(PayrollMonth(month=month, closed_at=ctx.now, closed_by=ctx.actor.id))


async def test_passing_a_mandatory_course_recognises_the_minutes_of_its_lessons(world: World) -> None:
    await passes(world, await published(world))
    (certificate,) = await certificates(world)
    (entry,) = await entries(world)
    assert (entry.person_id, entry.minutes, entry.month) == (world.person["employee"], 15, MONTH)
    assert (entry.kind, entry.source_id, entry.happened_on) == (MinutesKind.COURSE, certificate.id, TODAY)
    assert (entry.recorded_by, entry.at) == (world.person["employee"], NOW)


async def test_a_voluntary_course_recognises_nothing_by_itself(world: World) -> None:
    await passes(world, await published(world, mandatory=False))
    assert await entries(world) == []


async def test_a_renewal_recognises_the_whole_course_again(world: World) -> None:
    version = await published(world, valid_months=12)
    await passes(world, version)
    (first,) = await certificates(world)
    await world.system().write(enrolling.renew, first.enrolment_id, TODAY)
    await passes(world, version)
    assert await minutes(world) == [15, 15]


async def test_a_refresher_recognises_only_the_lessons_that_changed(world: World) -> None:
    first = await published(world)
    await passes(world, first)
    await passes(world, await next_version(world, first.course_id, asks=Asks.REFRESHER, changed=(1,)))
    assert await minutes(world) == [15, 5]


async def test_a_source_is_credited_once_even_by_two_at_once(world: World) -> None:
    source = new_id()
    done = await asyncio.gather(*(attended(world, source) for _ in range(4)))
    assert len([one for one in done if one]) == 1
    assert await minutes(world) == [90]


async def test_nothing_worth_no_minutes_is_booked(world: World) -> None:
    assert await attended(world, new_id(), worth=0) is None
    assert await entries(world) == []


async def test_what_comes_after_a_month_was_closed_goes_into_the_first_open_one(world: World) -> None:
    await world.system().write(shut, MONTH, NEXT)
    await attended(world, new_id())
    (entry,) = await entries(world)
    assert (entry.month, entry.happened_on) == (following(NEXT), TODAY)


def book(ctx: Ctx) -> None:
    ids = {name: new_id() for name in ("person_id", "source_id", "recorded_by")}
    about = {"minutes": 5, "kind": MinutesKind.SESSION, "happened_on": TODAY, "at": ctx.now}
    ctx.session.add(RecognisedMinutes(month=MONTH, **ids, **about))


def open_again(ctx: Ctx) -> None:
    own = (col(PayrollMonth.company_id) == ctx.company_id, col(PayrollMonth.month) == MONTH)
    ctx.session.execute(update(PayrollMonth).where(*own).values(closed_at=None))


def lose(ctx: Ctx) -> None:
    own = (col(PayrollMonth.company_id) == ctx.company_id, col(PayrollMonth.month) == MONTH)
    ctx.session.execute(delete(PayrollMonth).where(*own))


@pytest.mark.parametrize("change", [book, open_again, lose])
async def test_the_database_refuses_whatever_would_change_a_closed_month(world: World, change: Any) -> None:
    await world.system().write(shut, MONTH)
    with pytest.raises(DBAPIError, match=r"closed|append-only"):
        await world.system().write(change)


async def test_the_minutes_of_an_erased_person_stay_in_the_sum_and_name_nobody(world: World) -> None:
    await passes(world, await published(world))
    person_id = world.person["employee"]
    await world.act("owner").write(leaving.leave, person_id, TODAY.replace(day=1))
    await world.act("hr").write(erasure.erase, person_id)
    assert await minutes(world) == [15]
    assert await certificates(world) == []
