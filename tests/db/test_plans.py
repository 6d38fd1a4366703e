"""Lists of a large company come by index, which shows in SQLite's plans; PostgreSQL plans by what it counted."""

import pytest

from app.access import credentials
from app.context import Ctx
from app.db import Scope, keyset
from app.db.keyset import Asked, Sort
from app.merkle_log.rows import log
from app.people.queries import people, people_list
from app.people.queries.people import Wanted
from app.people.schemas.people import PeopleFilter
from app.policies.queries import coverage_people, pending_list
from app.policies.rows import published
from app.policies.schemas.acknowledgement import AcknowledgeIn
from app.policies.schemas.coverage import PendingFilter
from app.training.queries import hours, hours_list, hours_summary
from app.training.queries import pending_list as training_list
from app.training.schemas.hours import HoursFilter
from app.training.schemas.pending import CourseOwingFilter
from tests.crowd import crew
from tests.statements import plans, statements
from tests.training.courses import published as published_course
from tests.world import NOW, TODAY, World, acknowledge


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


async def test_the_list_of_one_team_does_not_read_the_team_for_each_person(world: World) -> None:
    office = await crew(world, "Uffici", 2)
    with statements(world.db) as seen:
        listed = await world.act("hr").read(people.page, Wanted(team_id=office.team_id), None, 100)
    by_member = "ix_employment_company_id_team_id_person_id (company_id=? AND team_id=? AND person_id=?)"
    assert [person.id for person in listed] == office.people
    assert f"SEARCH employment USING INDEX {by_member}" in await plans(world.db, seen)


@pytest.mark.parametrize("sort", ["surname", "-surname", "name"])
async def test_the_list_of_people_goes_by_index_and_sorts_nobody(world: World, sort: str) -> None:
    with statements(world.db) as seen:
        asked = Asked(Sort.parse(sort), ("colleague", "0"), 2)
        await world.act("hr").read(people_list.part, PeopleFilter(), asked)
    column = "name" if sort == "name" else "sort_name"
    behind = f"(company_id=? AND ({column},id){'<' if sort[0] == '-' else '>'}(?,?))"
    steps = await plans(world.db, [one for one in seen if "FROM person" in one and "ORDER BY" in one][:1])
    assert steps == [f"SEARCH person USING COVERING INDEX ix_person_company_id_{column}_id {behind}"]


@pytest.mark.parametrize(("sort", "compared"), [("surname", ">"), ("-surname", "<")])
async def test_a_list_of_pending_too_long_to_sort_goes_along_the_people_and_asks_of_each(
    world: World, shown: AcknowledgeIn, monkeypatch: pytest.MonkeyPatch, sort: str, compared: str
) -> None:
    monkeypatch.setattr(keyset, "MANY", 2)
    with statements(world.db) as seen:
        asked = Asked(Sort.parse(sort), ("colleague", "0"), 2)
        await world.act("hr").read(pending_list.part, PendingFilter(version=shown.version_id), asked)
    steps = await plans(world.db, [one for one in seen if "EXISTS (SELECT *" in one and "ORDER BY" in one][:1])
    behind = f"(company_id=? AND (sort_name,id){compared}(?,?))"
    assert steps[0] == f"SEARCH person USING COVERING INDEX ix_person_company_id_sort_name_id {behind}"
    by_person = "(company_id=? AND version_id=? AND person_id=?)"
    assert f"SEARCH assignment USING INDEX sqlite_autoindex_assignment_2 {by_person}" in steps
    assert not [step for step in steps if "SCAN" in step or "ORDER BY" in step]


async def test_pending_people_that_can_be_sorted_are_found_by_what_is_asked_of_them(
    world: World, shown: AcknowledgeIn
) -> None:
    with statements(world.db) as seen:
        wanted = PendingFilter(version=shown.version_id, team=world.team_id)
        await world.act("hr").read(pending_list.part, wanted, Asked(Sort("due"), None, 2))
    steps = await plans(world.db, [one for one in seen if "FROM person, assignment" in one])
    assert steps
    assert not [step for step in steps if step.startswith(("SCAN person", "SCAN assignment"))]


async def test_the_first_of_all_who_were_asked_come_without_sorting_them_all(
    world: World, shown: AcknowledgeIn
) -> None:
    asked = await world.act("hr").read(published.version, shown.version_id)
    with statements(world.db) as seen:
        listed = await world.act("hr").read(coverage_people.everybody, asked, 3)
    steps = await plans(world.db, seen)
    assert len(listed) == 3
    assert "SEARCH person USING INDEX ix_person_company_id_name_id (company_id=? AND (name,id)>(?,?))" in steps
    assert not [step for step in steps if "FOR ORDER BY" in step]


async def test_the_leaf_of_an_act_is_found_without_reading_the_log(world: World, shown: AcknowledgeIn) -> None:
    done = await world.act("employee").write(acknowledge, shown)
    with statements(world.db) as seen:
        assert len(await world.system().read(log.opened, done.id, done.person_id)) == 1
    by_subject = "ix_log_evidence_company_id_person_id_subject_id (company_id=? AND person_id=? AND subject_id=?)"
    assert f"SEARCH log_evidence USING INDEX {by_subject}" in await plans(world.db, seen)


async def test_the_leaves_about_a_person_are_found_without_reading_the_log(world: World, shown: AcknowledgeIn) -> None:
    await world.act("employee").write(acknowledge, shown)
    with statements(world.db) as seen:
        assert len(await world.system().read(log.about, world.person["employee"])) == 1
    by_person = "ix_log_evidence_company_id_person_id_subject_id (company_id=? AND person_id=?)"
    assert f"SEARCH log_evidence USING INDEX {by_person}" in await plans(world.db, seen)


async def test_who_asks_and_who_is_judged_again_is_found_by_their_account(world: World) -> None:
    hr = await world.act("hr").enter()
    with statements(world.db) as seen:
        await world.db.read(Scope(world.company_id), credentials.by_session, "0" * 64, NOW)
        await hr.write(nothing)
    steps = await plans(world.db, seen)
    assert [step for step in steps if " person " in step] == [
        "SEARCH person USING INDEX ix_person_account_id (account_id=?) LEFT-JOIN",
        "SEARCH person USING INDEX ix_person_account_id (account_id=?)",
    ]
    assert not [step for step in steps if "SCAN" in step]


def nothing(_ctx: Ctx) -> None:
    """Only be judged."""


async def test_the_hours_of_one_person_are_found_by_the_person(world: World) -> None:
    with statements(world.db) as seen:
        await world.act("employee").read(hours.own, "it")
    steps = await plans(world.db, [one for one in seen if "FROM recognised_minutes" in one])
    assert [step for step in steps if "SEARCH recognised_minutes" in step and "person_id=?" in step]
    assert not [step for step in steps if step.startswith("SCAN")]


async def test_a_part_of_the_payroll_file_goes_along_the_employee_numbers(world: World) -> None:
    with statements(world.db) as seen:
        await world.act("hr").read(hours.exported, TODAY.replace(day=1), 10, "")
    steps = await plans(world.db, [one for one in seen if "EXISTS" in one and "external_id" in one])
    assert steps[0].startswith("SEARCH person USING")
    assert "external_id>?" in steps[0]
    assert not [step for step in steps if "SCAN" in step or "ORDER BY" in step]


async def test_hours_by_person_and_by_team_read_one_month(world: World) -> None:
    month = TODAY.replace(day=1)
    with statements(world.db) as seen:
        await world.act("hr").read(hours_list.part, month, HoursFilter(), Asked(Sort("surname"), None, 10))
        await world.act("hr").read(hours_summary.teams, month)
    steps = await plans(world.db, [one for one in seen if "FROM recognised_minutes" in one])
    assert steps
    assert not [step for step in steps if step.startswith("SCAN recognised_minutes")]
    assert all("month=?" in step for step in steps if "SEARCH recognised_minutes" in step)


async def test_who_still_has_to_finish_a_course_is_found_by_what_is_asked_of_them(world: World) -> None:
    version = await published_course(world)
    with statements(world.db) as seen:
        wanted, asked = CourseOwingFilter(team=world.team_id), Asked(Sort("due"), None, 2)
        await world.act("hr").read(training_list.part, version.course_id, wanted, asked)
    steps = await plans(world.db, [one for one in seen if "FROM person, enrolment" in one])
    assert steps
    assert not [step for step in steps if step.startswith(("SCAN person", "SCAN enrolment"))]
