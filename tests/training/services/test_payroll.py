"""Months that are closed for ever, corrections, and how the payroll program wants hours."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlmodel import select

from app.errors import Conflict, Forbidden, Invalid
from app.models import AuditEvent, CorrectionReason, PayrollMonth
from app.models.types import new_id
from app.people.services import erasure, leaving
from app.training.queries import hours as queries
from app.training.queries.hours import EntryFilter
from app.training.rules.hours import MinutesKind, month_of
from app.training.schemas.hours import CorrectionIn, PayrollMappingIn
from app.training.services import crediting, payroll
from tests.training.services.test_crediting import MONTH, attended, entries
from tests.world import NOW, TODAY, World

LAST_MONTH = month_of(MONTH - timedelta(days=1))
LAST_DAY = MONTH - timedelta(days=1)
MAPPING: dict[str, Any] = {
    "company_code": "000042",
    "cause_code": "FORM",
    "hours_form": "decimal_comma",
    "separator": "semicolon",
    "date_form": "day_first",
    "rounding": "nearest",
    "step": 15,
}


def correction(world: World, minutes: int | str, *, on: date | None = None, who: str = "employee") -> CorrectionIn:
    facts = {"person_id": world.person[who], "minutes": minutes, "reason": "Rimasta fino alla fine.", "on": on}
    return CorrectionIn.model_validate(facts)


async def months(world: World) -> list[PayrollMonth]:
    wanted = select(PayrollMonth).order_by(PayrollMonth.month)  # type: ignore[arg-type]
    return await world.system().read(lambda ctx: list(ctx.session.scalars(wanted)))


async def test_a_closed_month_stays_as_it_is_and_later_entries_go_into_the_next(world: World) -> None:
    await attended(world, new_id(), LAST_DAY)
    first = await world.act("hr").write(payroll.close, LAST_MONTH)
    assert (first.closed_at, first.closed_by) == (NOW, world.person["hr"])
    await attended(world, new_id(), LAST_DAY)
    assert [(one.month, one.happened_on) for one in await entries(world)] == [
        (LAST_MONTH, LAST_DAY),
        (MONTH, LAST_DAY),
    ]


async def test_closing_twice_is_closing_once(world: World) -> None:
    await asyncio.gather(*(world.act(who).write(payroll.close, LAST_MONTH) for who in ("hr", "owner")))
    first = await months(world)
    again = await world.act("hr").write(payroll.close, LAST_MONTH)
    assert [one.closed_by for one in first] == [again.closed_by]
    acts = select(AuditEvent).where(AuditEvent.action == "payroll_month:closed")
    assert len(await world.system().read(lambda ctx: list(ctx.session.scalars(acts)))) == 1


async def test_what_is_booked_while_a_month_is_closed_stands_before_or_after(world: World) -> None:
    await asyncio.gather(
        world.act("hr").write(payroll.close, LAST_MONTH), *(attended(world, new_id(), LAST_DAY) for _ in range(6))
    )
    booked = [one.month for one in await entries(world)]
    assert len(booked) == 6
    assert set(booked) <= {LAST_MONTH, MONTH}


@pytest.mark.parametrize("month", [MONTH, month_of(MONTH + timedelta(days=40))])
async def test_a_month_that_is_not_over_cannot_be_closed(world: World, month: date) -> None:
    with pytest.raises(Conflict, match="month_not_over"):
        await world.act("hr").write(payroll.close, month)
    assert await months(world) == []


async def test_a_correction_is_a_new_entry_with_its_reason(world: World) -> None:
    await attended(world, new_id())
    entry_id = (await world.act("hr").write(crediting.correct, correction(world, "-0:45"))).entry_id
    entry = await world.act("hr").read(queries.entry, entry_id)
    assert (entry.minutes, entry.kind, entry.month) == (-45, MinutesKind.CORRECTION, MONTH)
    assert (entry.reason, entry.person_id) == ("Rimasta fino alla fine.", world.person["employee"])
    assert [one.minutes for one in await entries(world)] == [90, -45]


async def test_a_correction_of_a_closed_month_is_booked_into_the_next(world: World) -> None:
    await world.act("hr").write(payroll.close, LAST_MONTH)
    entry_id = (await world.act("hr").write(crediting.correct, correction(world, 30, on=LAST_DAY))).entry_id
    entry = await world.act("hr").read(queries.entry, entry_id)
    assert (entry.month, entry.happened_on) == (MONTH, LAST_DAY)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"minutes": 0}, "nothing"),
        ({"on": TODAY + timedelta(days=1)}, "in_the_future"),
        ({"person_id": new_id()}, "unknown_person"),
    ],
)
async def test_an_impossible_correction_is_refused_with_its_reason(
    world: World, facts: dict[str, Any], code: str
) -> None:
    data = correction(world, 30).model_copy(update=facts)
    with pytest.raises(Invalid) as refused:
        await world.act("hr").write(crediting.correct, data)
    assert [error.code for error in refused.value.errors] == [code]
    assert await entries(world) == []


@pytest.mark.parametrize("minutes", ["8,30", "8.30", "90", 10_001, -10_001])
def test_hours_that_could_mean_two_things_are_no_correction(minutes: Any) -> None:
    with pytest.raises(ValidationError):
        CorrectionIn.model_validate({"person_id": new_id(), "minutes": minutes, "reason": "x"})


@pytest.mark.parametrize("who", ["employee", "marketing_lead", "trainer", "account_manager"])
async def test_only_hr_corrects_closes_and_maps(world: World, who: str) -> None:
    for act in (
        lambda ctx: crediting.correct(ctx, correction(world, 30)),
        lambda ctx: crediting.correct_rows(ctx, []),
        lambda ctx: payroll.close(ctx, LAST_MONTH),
        lambda ctx: payroll.map_codes(ctx, PayrollMappingIn.model_validate(MAPPING)),
    ):
        with pytest.raises(Forbidden):
            await world.act(who).write(act)
    for read in (
        lambda ctx: queries.entries(ctx, EntryFilter(), None, 10),
        lambda ctx: queries.entry(ctx, new_id()),
        lambda ctx: queries.months(ctx, None, 10),
        lambda ctx: queries.one_month(ctx, LAST_MONTH),
        queries.mapping,
        lambda ctx: queries.payroll_file(ctx, LAST_MONTH),
        lambda ctx: queries.exported(ctx, LAST_MONTH, 10, ""),
    ):
        with pytest.raises(Forbidden):
            await world.act(who).read(read)


async def test_a_mapping_is_saved_once_and_changed_in_place(world: World) -> None:
    assert await world.act("hr").read(queries.mapping) is None
    await world.act("hr").write(payroll.map_codes, PayrollMappingIn.model_validate(MAPPING))
    await world.act("hr").write(payroll.map_codes, PayrollMappingIn.model_validate({**MAPPING, "cause_code": "0007"}))
    saved = await world.act("hr").read(queries.mapping)
    assert saved is not None
    assert (saved.company_code, saved.cause_code, saved.step) == ("000042", "0007", 15)


@pytest.mark.parametrize("name", ["company_code", "cause_code"])
@pytest.mark.parametrize("code", [None, "", "  ", "=1+1", "-5", "a;b", "a" * 33, "è"])
def test_a_mapping_without_a_code_that_programs_read_is_refused(name: str, code: str | None) -> None:
    with pytest.raises(ValidationError):
        PayrollMappingIn.model_validate({**MAPPING, name: code})


@pytest.mark.parametrize("step", [0, 7, "x", 61])
def test_a_step_that_does_not_divide_the_hour_is_refused(step: Any) -> None:
    with pytest.raises(ValidationError):
        PayrollMappingIn.model_validate({**MAPPING, "step": step})


async def test_the_words_of_a_correction_go_with_their_person(world: World) -> None:
    await world.act("hr").write(crediting.correct, correction(world, 30))
    person_id = world.person["employee"]
    await world.act("owner").write(leaving.leave, person_id, TODAY - timedelta(days=1))
    await world.act("hr").write(erasure.erase, person_id)
    assert await world.system().read(lambda ctx: list(ctx.session.scalars(select(CorrectionReason)))) == []
    assert [one.minutes for one in await entries(world)] == [30]
