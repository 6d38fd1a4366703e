"""The list of those who still have to answer: what it finds, in which order, and who may be chosen from it."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.context import Ctx
from app.db import keyset
from app.db.keyset import Asked, Sort
from app.errors import Conflict, Forbidden, NotFound
from app.models import Absence
from app.policies.queries import pending_list
from app.policies.queries.pending_list import PendingList
from app.policies.rows import policies
from app.policies.rules.assignment import AssignmentState
from app.policies.schemas.acknowledgement import AcknowledgeIn
from app.policies.schemas.coverage import ChosenPending, PendingFilter
from tests.crowd import assignment_of, crew, read_by, set_assignment
from tests.world import TODAY, World

OFFICE = ["Uffici 01", "Uffici 02", "Uffici 03"]


async def part(world: World, sort: str = "surname", after: Any = None, limit: int = 50, **wanted: Any) -> PendingList:
    asked = Asked(Sort.parse(sort), after, limit)
    return await world.act("hr").read(pending_list.part, PendingFilter(**wanted), asked)


async def names(world: World, sort: str = "surname", **wanted: Any) -> list[str]:
    """Walk the list in parts of two."""
    found, after = [], None
    while True:
        piece = await part(world, sort, after, 2, **wanted)
        found += [person.name for person in piece.people]
        if piece.found.next_key is None:
            return found
        after = tuple(str(one) if isinstance(one, date) else one for one in piece.found.next_key)


@pytest.fixture
async def asked(world: World) -> AcknowledgeIn:
    """Ask a version of the cast and three people of the office."""
    await crew(world, "Uffici", 3)
    return await world.published()


@pytest.mark.parametrize("sort", ["surname", "name", "team", "standing", "due"])
async def test_each_order_shows_everybody_once_and_backwards_the_other_way_round(
    world: World, asked: AcknowledgeIn, sort: str
) -> None:
    await set_assignment(world, asked.version_id, world.person["hr"], due_on=TODAY - timedelta(days=1))
    everybody = await names(world, sort)
    assert len(everybody) == len(set(everybody)) == 8
    assert await names(world, f"-{sort}") == everybody[::-1]


@pytest.mark.parametrize("sort", ["surname", "-name"])
async def test_a_list_too_long_to_sort_goes_by_name_only_and_finds_the_same_people(
    world: World, asked: AcknowledgeIn, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    await read_by(world, asked, world.person["employee"])
    sorted_out = await names(world, sort)
    monkeypatch.setattr(keyset, "MANY", 3)
    assert await names(world, sort) == sorted_out
    found = (await part(world, "due")).found
    assert (found.count, found.orders, found.sort) == (4, ("surname", "name"), Sort("surname"))


async def test_by_standing_a_question_comes_first_and_then_who_is_late(world: World, asked: AcknowledgeIn) -> None:
    await set_assignment(world, asked.version_id, world.person["owner"], state=AssignmentState.QUESTION)
    await set_assignment(world, asked.version_id, world.person["hr"], due_on=TODAY - timedelta(days=1))
    assert (await names(world, "standing"))[:2] == ["Owner", "Hr"]
    assert (await names(world, "due"))[0] == "Hr"
    assert await names(world, standing="question") == ["Owner"]
    assert await names(world, standing="overdue") == ["Hr"]
    assert await names(world, standing="no_email") == []


async def test_people_are_found_by_name_and_team(world: World, asked: AcknowledgeIn) -> None:
    teams = {name: team_id for team_id, name in (await part(world)).teams}
    assert await names(world, q="03 uff") == ["Uffici 03"]
    assert await names(world, team=teams["Uffici"]) == OFFICE
    assert await names(world, team=world.team_id, q="uffici") == []


async def test_who_answered_or_is_away_today_is_not_in_it(world: World, asked: AcknowledgeIn) -> None:
    away, reads = (world.person[name] for name in ("colleague", "employee"))
    await read_by(world, asked, reads)

    def leave_for_a_day(ctx: Ctx) -> None:
        ctx.session.add(Absence(person_id=away, starts_on=TODAY, ends_on=TODAY))

    await world.system().write(leave_for_a_day)
    assert set(await names(world)) == {*OFFICE, "Hr", "Marketing Lead", "Owner"}


async def test_a_version_that_is_not_the_present_one_can_be_chosen(world: World, asked: AcknowledgeIn) -> None:
    policy_id = (await world.system().read(policies.version, asked.version_id)).policy_id
    newer = await world.next_version(policy_id)
    assert (await part(world)).version.id == newer.version_id
    older = await part(world, version=asked.version_id)
    assert (older.version.label, older.people) == ("1.0", [])


async def test_without_a_published_version_there_is_no_list(world: World) -> None:
    with pytest.raises(NotFound):
        await part(world)


async def test_those_ticked_stay_chosen_when_they_answered_meanwhile(world: World, asked: AcknowledgeIn) -> None:
    hr, version = world.act("hr"), asked.version_id
    ids = [(await assignment_of(world, version, world.person[name])).id for name in ("owner", "employee")]
    await read_by(world, asked, world.person["employee"])
    assert list((await hr.read(pending_list.chosen, ChosenPending(ids=ids))).items()) == [
        (ids[1], "Employee"),
        (ids[0], "Owner"),
    ]
    people = await hr.read(pending_list.chosen_people, ChosenPending(ids=ids))
    assert list(people) == [world.person["employee"], world.person["owner"]]


async def test_all_that_match_are_chosen(world: World, asked: AcknowledgeIn, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = ChosenPending(everything=True, q="uffici")
    assert list((await world.act("hr").read(pending_list.chosen, everything)).values()) == OFFICE
    with pytest.raises(Conflict, match="nobody_chosen"):
        await world.act("hr").read(pending_list.chosen, ChosenPending())
    monkeypatch.setattr("app.platform.chosen.MAXIMUM_CHOSEN", 2)
    with pytest.raises(Conflict, match="too_many_chosen"):
        await world.act("hr").read(pending_list.chosen, everything)


async def test_nobody_who_may_not_know_reads_or_chooses_them(world: World, asked: AcknowledgeIn) -> None:
    for name in ("account_manager", "marketing_lead", "employee"):
        for read, argument in (
            (pending_list.part, (PendingFilter(), Asked(Sort("surname"), None, 5))),
            (pending_list.chosen, (ChosenPending(everything=True),)),
            (pending_list.chosen_people, (ChosenPending(everything=True),)),
            (pending_list.version, (None,)),
        ):
            with pytest.raises(Forbidden):
                await world.act(name).read(read, *argument)  # type: ignore[arg-type]
