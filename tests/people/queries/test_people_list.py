"""The list of people: searched, sorted in each way to its end, counted, bounded, and chosen from."""

from datetime import timedelta
from typing import Any

import pytest

from app.db import keyset
from app.db.keyset import Asked, Sort
from app.errors import Conflict, Forbidden
from app.models import Team
from app.people.queries import people_list
from app.people.queries.people_list import PeopleList
from app.people.schemas.people import ChosenPeople, PeopleFilter, PersonIn, PlaceIn
from app.people.services import people, teams
from app.policies.schemas.acknowledgement import AcknowledgeIn, AnswerIn
from app.policies.services import acknowledging
from tests.crowd import read_by, set_assignment
from tests.world import TODAY, World

PEOPLE = ["Zita Bassi", "Ada Zanin", "Bruno De Luca", "Çelik Öz", "Anna Maria Bassi", "Madonna"]
BY_SURNAME = ["Anna Maria Bassi", "Zita Bassi", "Bruno De Luca", "Madonna", "Çelik Öz", "Ada Zanin"]


async def people_of_a_team(world: World) -> str:
    """Fill one team with people, beside the cast that is in another, and return its id."""
    team = await world.act("hr").write(teams.create, Team, PlaceIn(name="Zincatura"))
    for name in PEOPLE:
        await world.act("hr").write(people.create, PersonIn(name=name, team_id=team.id))
    return team.id


async def part(world: World, sort: str = "", limit: int = 50, after: Any = None, **wanted: Any) -> PeopleList:
    asked = Asked(Sort.parse(sort), after, limit)
    return await world.act("hr").read(people_list.part, PeopleFilter(**wanted), asked)


async def walked(world: World, sort: str, **wanted: Any) -> list[str]:
    """Return the names of all parts of two, one after the other."""
    names, after = [], None
    while True:
        found = await part(world, sort, 2, after, **wanted)
        names += [person.name for person in found.people]
        after = found.found.next_key
        if after is None:
            return names


async def test_people_come_by_surname_with_its_particles(world: World) -> None:
    team = await people_of_a_team(world)
    assert await walked(world, "surname", team=team) == BY_SURNAME
    assert await walked(world, "-surname", team=team) == BY_SURNAME[::-1]
    assert (await walked(world, "name", team=team))[:2] == ["Ada Zanin", "Anna Maria Bassi"]
    assert [person.name for person in (await part(world, "odd", team=team)).people] == BY_SURNAME


@pytest.mark.parametrize("sort", ["surname", "name", "team", "state"])
async def test_each_order_shows_everybody_once_and_backwards_the_other_way_round(
    world: World, shown: AcknowledgeIn, sort: str
) -> None:
    await people_of_a_team(world)
    await read_by(world, shown, world.person["employee"])
    everybody = await walked(world, sort)
    assert len(everybody) == len(set(everybody)) == 11
    assert await walked(world, f"-{sort}") == everybody[::-1]


async def test_by_team_the_team_comes_first_and_then_the_surname(world: World) -> None:
    await people_of_a_team(world)
    assert (await walked(world, "team"))[-len(PEOPLE) :] == BY_SURNAME


async def test_by_standing_who_asks_for_something_comes_first(world: World, shown: AcknowledgeIn) -> None:
    asks, late, reads = (world.person[name] for name in ("colleague", "marketing_lead", "employee"))
    question = AnswerIn(version_id=shown.version_id, kind="question", note="Vale per me?")
    await world.act("colleague").write(acknowledging.answer, question)
    await set_assignment(world, shown.version_id, late, due_on=TODAY - timedelta(days=1))
    await read_by(world, shown, reads)
    found = await part(world, "state")
    ids = [person.id for person in found.people]
    assert (ids[:2], ids[-1]) == ([asks, late], reads)
    assert {found.standings[one].state for one in ids} == {"question", "open", "acknowledged"}
    assert [found.standings[one].overdue for one in (late, reads)] == [True, False]


async def test_after_a_minor_version_the_newest_that_a_person_was_asked_counts(
    world: World, shown: AcknowledgeIn
) -> None:
    await read_by(world, shown, world.person["employee"])
    policy_id = (await part(world)).choices[0].policy_id
    await world.next_version(policy_id, material=False, effective_on=TODAY)
    found = await part(world, "state")
    assert found.asked is not None
    assert found.asked.label == "1.1"
    assert found.people[-1].id == world.person["employee"]
    assert found.standings[world.person["employee"]].state == "acknowledged"


async def test_a_search_finds_words_of_a_name_in_any_order(world: World) -> None:
    await people_of_a_team(world)
    assert await walked(world, "surname", q="bassi anna") == ["Anna Maria Bassi"]
    assert await walked(world, "surname", q="OZ") == ["Çelik Öz"]
    assert await walked(world, "surname", q="%") == []


async def test_what_was_found_is_counted_up_to_a_bound(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await people_of_a_team(world)
    assert (await part(world, limit=1)).found.count == 11
    assert (await part(world, limit=1, q="bassi")).found.count == 2
    monkeypatch.setattr(keyset, "MANY", 3)
    assert (await part(world, limit=1)).found.count == 4


async def test_above_the_bound_only_what_an_index_serves_is_offered(
    world: World, shown: AcknowledgeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people_of_a_team(world)
    assert (await part(world, "team")).found.orders == ("surname", "name", "team", "state")
    monkeypatch.setattr(keyset, "MANY", 3)
    found = (await part(world, "team", after=("zincatura", "öz", "1"))).found
    assert (found.orders, found.sort) == (("surname", "name"), Sort("surname"))
    assert len(found.ids) == 11
    assert (await part(world, "team", q="bassi")).found.sort == Sort("team")


async def test_nobody_who_may_not_know_sees_where_people_stand(world: World, shown: AcknowledgeIn) -> None:
    for name in ("account_manager", "marketing_lead", "employee"):
        with pytest.raises(Forbidden):
            await world.act(name).read(people_list.part, PeopleFilter(), Asked(Sort("surname"), None, 5))
        with pytest.raises(Forbidden):
            await world.act(name).read(people_list.chosen, ChosenPeople(everything=True))


async def test_those_ticked_or_all_that_match_are_chosen_by_surname(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    team, hr = await people_of_a_team(world), world.act("hr")
    ids = [person.id for person in (await part(world, "-surname", team=team)).people]
    assert list(await hr.read(people_list.chosen, ChosenPeople(ids=[" ".join(ids[:3]), ids[3]]))) == ids[:4][::-1]
    assert list((await hr.read(people_list.chosen, ChosenPeople(team=team, everything=True))).values()) == BY_SURNAME
    foreign = ChosenPeople(ids=[world.person["outsider"]])
    with pytest.raises(Conflict, match="nobody_chosen"):
        await hr.read(people_list.chosen, foreign)
    monkeypatch.setattr("app.platform.chosen.MAXIMUM_CHOSEN", 5)
    with pytest.raises(Conflict, match="too_many_chosen"):
        await hr.read(people_list.chosen, ChosenPeople(team=team, everything=True))
