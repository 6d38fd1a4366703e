"""Closing days and holidays: when nobody is written to."""

from datetime import date, timedelta

import pytest

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.organisations.queries import closing_days as queries
from app.organisations.schemas.company import ClosingDaysIn, CompanyChange
from app.organisations.services import closing_days, companies
from app.roster.calendar import work_calendar
from tests.world import World

FERRAGOSTO = ClosingDaysIn(name="Chiusura estiva", starts_on=date(2027, 8, 9), ends_on=date(2027, 8, 20))


async def test_a_day_is_closed_from_the_first_to_the_last_day_noted(world: World) -> None:
    await world.act("owner").write(closing_days.add, FERRAGOSTO)
    calendar = await world.system().read(work_calendar)
    assert [calendar.is_closed(date(2027, 8, day)) for day in (6, 9, 20, 23)] == [False, True, True, False]


async def test_one_day_needs_no_last_day(world: World) -> None:
    patron = await world.act("owner").write(closing_days.add, ClosingDaysIn(name="Patrono", starts_on="2027-06-24"))
    assert patron.ends_on == date(2027, 6, 24)


async def test_closing_days_that_are_removed_are_ordinary_days_again(world: World) -> None:
    row = await world.act("owner").write(closing_days.add, FERRAGOSTO)
    await world.act("owner").write(closing_days.remove, row.id)
    assert not (await world.system().read(work_calendar)).is_closed(date(2027, 8, 10))
    with pytest.raises(NotFound):
        await world.act("owner").write(closing_days.remove, row.id)


@pytest.mark.parametrize(("days", "code"), [(-1, "ends_before_start"), (92, "too_long")])
async def test_a_closure_has_a_sensible_length(world: World, days: int, code: str) -> None:
    first = date(2027, 8, 9)
    data = ClosingDaysIn(name="Chiusura", starts_on=first, ends_on=first + timedelta(days=days))
    with pytest.raises(Invalid) as refused:
        await world.act("owner").write(closing_days.add, data)
    assert [error.code for error in refused.value.errors] == [code]


async def test_there_are_at_most_sixty_entries(world: World) -> None:
    for _ in range(closing_days.MOST):
        await world.act("owner").write(closing_days.add, FERRAGOSTO)
    with pytest.raises(Conflict):
        await world.act("owner").write(closing_days.add, FERRAGOSTO)


async def test_hr_reads_them_and_the_owner_decides(world: World) -> None:
    row = await world.act("owner").write(closing_days.add, FERRAGOSTO)
    assert [one.id for one in await world.act("hr").read(queries.listed, None, 10)] == [row.id]
    with pytest.raises(Forbidden):
        await world.act("hr").write(closing_days.add, FERRAGOSTO)
    with pytest.raises(Forbidden):
        await world.act("hr").write(closing_days.remove, row.id)


async def test_the_holidays_are_those_of_the_company_s_country(world: World) -> None:
    republic_day, bastille_day = date(2027, 6, 2), date(2027, 7, 14)
    italian = await world.system().read(work_calendar)
    await world.act("owner").write(companies.change, 1, CompanyChange(country="fr"))
    french = await world.system().read(work_calendar)
    assert [calendar.is_closed(republic_day) for calendar in (italian, french)] == [True, False]
    assert [calendar.is_closed(bastille_day) for calendar in (italian, french)] == [False, True]


async def test_a_country_whose_holidays_are_not_known_is_refused(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        await world.act("owner").write(companies.change, 1, CompanyChange(country="XX"))
    assert [error.pointer for error in refused.value.errors] == ["/country"]
