"""People from files: what each row means, what is refused and why, and that repeating does no harm."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.authz import Role
from app.context import Ctx
from app.errors import Conflict, Forbidden, Invalid
from app.models import Assignment, AuditEvent, Employment, Job, Person, SignInSession, Team
from app.people.queries import people as people_queries
from app.people.queries.people import Wanted
from app.people.rules.people_csv import PersonRow
from app.people.schemas.people import PersonChange, PersonFacts, PersonIn
from app.people.services import importing as people_import
from app.people.services import leaving, people
from app.people.web import importing as whole_file
from app.people.web.importing import Imported
from app.roster import people as roster
from tests.people.services.test_people import signs_in
from tests.statements import statements
from tests.world import TODAY, World

YESTERDAY = TODAY - timedelta(days=1)
HEADER = "matricola;nominativo;e-mail;reparto;sede;assunto il;cessato il;ruolo"


async def imported(world: World, *rows: str, header: str = HEADER, who: str = "hr", dry_run: bool = False) -> Imported:
    data = "\r\n".join([header, *rows]).encode()
    return await whole_file.run(await world.act(who).enter(), data, dry_run=dry_run)


async def everybody(world: World) -> dict[str, PersonFacts]:
    found = await world.act("hr").read(people_queries.page, Wanted(), None, 200)
    return {person.name: person for person in found}


def counts(done: Imported) -> tuple[int, int, int, list[str]]:
    result = done.result
    return result.created, result.changed, result.unchanged, [error.code for error in done.errors]


def count(model: type[Any]) -> Any:
    def counted(ctx: Ctx) -> int:
        return ctx.session.execute(select(func.count(model.id))).scalar_one()

    return counted


async def test_rows_become_people_with_their_teams_and_sites(world: World) -> None:
    done = await imported(world, "7;Ada Rossi;ada@aurora.example;Vendite;Verona;01/02/2020;;", ";Bea;;Produzione;;;;")
    assert counts(done) == (2, 0, 0, [])
    assert (done.result.new_teams, done.result.new_sites) == ({"Vendite"}, {"Verona"})
    ada = (await everybody(world))["Ada Rossi"]
    assert (ada.external_id, ada.team, ada.site, ada.starts_on) == ("7", "Vendite", "Verona", date(2020, 2, 1))


async def test_however_a_name_is_written_its_person_is_sorted_by_the_surname(world: World) -> None:
    async def sorted_as(number: str) -> str:
        named = select(Person.sort_name).where(Person.external_id == number)
        return await world.system().read(lambda ctx: ctx.session.execute(named).scalar_one())

    await imported(world, "7;Ada Rossi;;;;;;")
    assert await sorted_as("7") == "rossi ada"
    await imported(world, "7;Ada De Luca;;;;;;")
    assert await sorted_as("7") == "de luca ada"
    await world.act("hr").write(people.upsert, "7", PersonIn(name="Ada Öz"))
    assert await sorted_as("7") == "oz ada"
    await world.act("hr").write(people.upsert, "8", PersonIn(name="Bea Neri"))
    assert await sorted_as("8") == "neri bea"


async def test_a_dry_run_says_the_same_and_does_nothing(world: World) -> None:
    rows = ("7;Ada;ada@aurora.example;Vendite;;;;", "8;Bea;hr@aurora.example;;;;;", ";Employee;;Produzione;Verona;;;")
    before = await everybody(world)
    tried = await imported(world, *rows, dry_run=True)
    assert await everybody(world) == before
    assert counts(tried) == (1, 2, 0, [])
    assert counts(await imported(world, *rows)) == counts(tried)


async def test_the_same_file_twice_changes_nothing(world: World) -> None:
    rows = [f"{n};Ada {n};ada{n}@aurora.example;Vendite {n % 3};;01/02/2020;;" for n in range(250)]
    assert counts(await imported(world, *rows)) == (250, 0, 0, [])
    before, acts = await everybody(world), await world.system().read(count(AuditEvent))
    assert counts(await imported(world, *rows)) == (0, 0, 250, [])
    assert await everybody(world) == before
    assert await world.system().read(count(AuditEvent)) == acts


async def test_more_rows_of_a_file_need_no_more_statements(world: World) -> None:
    await world.published()
    await imported(world, ";First;;Vendite;;;;")
    numbers = []
    for size in (3, 30):
        with statements(world.db) as seen:
            for left in ("", str(YESTERDAY)):
                rows = [
                    f"{size}-{n};Ada {size}-{n};{size}.{n}@aurora.example;Vendite;;01/01/2020;{left};"
                    for n in range(size)
                ]
                done = await imported(world, *rows)
                assert (len(done.errors), done.result.created + done.result.changed) == (0, size)
        numbers.append(len(seen))
    assert numbers[0] == numbers[1]


async def test_an_import_that_stopped_half_way_is_repeated(world: World) -> None:
    rows = ["7;Ada;ada@aurora.example;Vendite;;;;", "8;Bea;;Vendite;;;;", "9;Cy;;;;;;"]
    await imported(world, rows[0])
    assert counts(await imported(world, *rows)) == (2, 0, 1, [])


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ("7;Ada Bianchi;;;;;;", "Ada Bianchi"),
        (";Ada Bianchi;ada@aurora.example;;;;;", "Ada Bianchi"),
        (";Ada;;Vendite;Verona;;;", "Ada"),
        (";Ada;;;Verona;;;", "Ada"),
    ],
)
async def test_a_person_is_known_by_number_then_email_then_name_and_team(world: World, row: str, name: str) -> None:
    await imported(world, "7;Ada;ada@aurora.example;Vendite;;;;")
    assert counts(await imported(world, row)) == (0, 1, 0, [])
    assert (await everybody(world))[name].external_id == "7"


async def test_number_and_email_are_filled_in_for_who_is_known_by_name(world: World) -> None:
    await imported(world, ";Ada;;Vendite;;;;")
    assert counts(await imported(world, "7;Ada;ada@aurora.example;Vendite;;;;")) == (0, 1, 0, [])
    ada = (await everybody(world))["Ada"]
    assert (ada.external_id, ada.email) == ("7", "ada@aurora.example")


async def test_the_same_name_in_another_team_is_somebody_else(world: World) -> None:
    await imported(world, ";Ada;;Vendite;;;;")
    assert counts(await imported(world, ";Ada;;Acquisti;;;;")) == (1, 0, 0, [])


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (["9;Ada;hr@aurora.example;;;;;", "9b;X;hr2@aurora.example;;;;;"], None),
        (["1;Ada;bea@aurora.example;;;;;"], "email_taken"),
        (["3;Cy;bea@aurora.example;;;;;"], "email_taken"),
        ([";Ada;;;;;;", ";Ada;;;;;;"], "name_twice"),
        ([";Dora;;;;;;"], "several_match"),
        (["1;Ada;;;;;;", ";Ada;ada@aurora.example;;;;;"], "row_twice"),
        (["4;Gino;;;;;;"], "left_already"),
        (["4;Gino;;;;01/01/2030;02/01/2030;"], None),
        (["1;Ada;;;;01/01/2030;;"], None),
        (["1;Ada;;;;;01/01/1990;"], "ends_before_start"),
        ([";Owner;owner@aurora.example;;;;31/12/2026;"], "owner_leaves"),
        ([";Owner;owner@aurora.example;;;01/01/2199;;"], "owner_leaves"),
        ([";Marketing Lead;marketing_lead@aurora.example;;;;31/12/2026;"], "role_holder"),
        ([";Marketing Lead;marketing_lead@aurora.example;;;01/01/2199;;"], "role_holder"),
        ([";Marketing Lead;marketing_lead@aurora.example;;;01/01/2020;;"], None),
        (["5;Elio;;;;;;hr"], "role_not_allowed"),
        ([f"{'5' * 65};Elio;;;;;;"], "external_id_too_long"),
        ([f";Elio;;{'V' * 121};;;;"], "team_too_long"),
        ([f";Elio;;;{'V' * 121};;;"], "site_too_long"),
    ],
)
async def test_a_row_that_cannot_be_meant_is_refused_in_the_dry_run_and_in_earnest(
    world: World, rows: Sequence[str], code: str | None
) -> None:
    known = (
        "1;Ada;ada@aurora.example;;;01/01/2020;;",
        "2;Bea;bea@aurora.example;;;;;",
        "d1;Dora;;;;;;",
        "d2;Dora;;;;;;",
    )
    await imported(world, *known, f"4;Gino;;;;01/01/2020;{YESTERDAY};")
    tried = await imported(world, *rows, dry_run=True)
    assert {error.code for error in tried.errors} == ({code} if code else set())
    assert counts(await imported(world, *rows)) == counts(tried)


async def test_a_name_that_is_put_together_too_long_is_refused(world: World) -> None:
    done = await imported(world, f"{'A' * 150};{'B' * 150}", header="nome;cognome")
    assert [error.code for error in done.errors] == ["name_too_long"]


async def test_two_people_cannot_swap_an_email_that_is_somebodys(world: World) -> None:
    await imported(world, "1;Ada;a@aurora.example;;;;;", "2;Bea;b@aurora.example;;;;;")
    assert counts(await imported(world, "1;Ada;b@aurora.example;;;;;")) == (0, 0, 0, ["email_taken"])


async def test_joiners_are_asked_to_read_and_leavers_no_more(world: World) -> None:
    await world.published()
    await imported(world, "7;Ada;;;;;;")
    states = select(Assignment.state).where(Assignment.person_id == (await everybody(world))["Ada"].id)
    assert await world.system().read(lambda ctx: ctx.session.scalars(states).all()) == ["open"]
    done = await imported(world, f"7;Ada;;;;01/01/2020;{YESTERDAY};")
    assert (done.result.changed, done.result.left) == (1, 1)
    assert await world.system().read(lambda ctx: ctx.session.scalars(states).all()) == ["cancelled"]


async def test_who_comes_back_in_a_file_has_a_new_employment_and_is_asked_again(world: World) -> None:
    await world.published()
    await imported(world, "7;Ada;;;;01/01/2020;;")
    await imported(world, f"7;Ada;;;;01/01/2020;{YESTERDAY};")
    assert counts(await imported(world, f"7;Ada;;Vendite;;{TODAY};;")) == (0, 1, 0, [])
    ada = (await everybody(world))["Ada"]
    assert (ada.status, ada.team) == ("active", "Vendite")
    rows = select(func.count(Employment.id)).where(Employment.person_id == ada.id)
    assert await world.system().read(lambda ctx: ctx.session.execute(rows).scalar_one()) == 2
    states = select(Assignment.state).where(Assignment.person_id == ada.id)
    assert await world.system().read(lambda ctx: ctx.session.scalars(states).all()) == ["open"]


async def test_a_last_day_ahead_is_settled_when_it_has_come(world: World) -> None:
    await imported(world, "7;Ada;;;;01/01/2020;31/12/2026;")
    job = select(Job.payload).where(Job.kind == "people:leave")
    payload = await world.system().read(lambda ctx: ctx.session.scalars(job).one())
    assert payload == {"person_id": (await everybody(world))["Ada"].id}


async def test_a_last_day_before_today_alone_is_the_first_day_too(world: World) -> None:
    await imported(world, f"7;Ada;;;;;{YESTERDAY};")
    ada = (await everybody(world))["Ada"]
    assert (ada.starts_on, ada.status) == (YESTERDAY, "left")


async def test_another_email_in_a_file_ends_sessions_here_and_ties_to_another_account(world: World) -> None:
    await signs_in(world, world.account["employee"], world.company_id)
    await imported(world, "7;Employee;employee@aurora.example;;;;;")
    assert await world.system().read(count(SignInSession)) == 1
    await imported(world, "7;Employee;other@aurora.example;;;;;")
    assert await world.system().read(count(SignInSession)) == 0
    person = await world.system().read(roster.person, world.person["employee"])
    assert person.account_id not in {None, world.account["employee"]}


async def test_an_account_that_somebody_here_uses_is_given_to_nobody_else(world: World) -> None:
    def take(ctx: Ctx) -> None:
        roster.person(ctx, world.person["colleague"]).account_id = world.account["outsider"]

    await world.system().write(take)
    await imported(world, "7;Ada;outsider@aurora.example;;;;;")
    ada = (await everybody(world))["Ada"]
    assert (await world.system().read(roster.person, ada.id)).account_id is None


async def test_owners_give_roles_by_file_and_files_take_none_away(world: World) -> None:
    rows = ("7;Ada;;;;;;hr, marketing", "8;Bea;;;;;;dipendente")
    assert counts(await imported(world, *rows, who="owner")) == (2, 0, 0, [])
    assert (await everybody(world))["Ada"].roles == [Role.HR, Role.MARKETING_LEAD]
    assert counts(await imported(world, "7;Ada;;;;;;", who="hr")) == (0, 0, 1, [])
    assert (await everybody(world))["Ada"].roles == [Role.HR, Role.MARKETING_LEAD]


async def test_a_change_of_team_in_a_file_is_one_of_the_known_person(world: World) -> None:
    await world.published()
    await imported(world, "7;Ada;;Vendite;;;;")
    await imported(world, "7;Ada;;Acquisti;;;;")
    assert (await everybody(world))["Ada"].team == "Acquisti"
    assert await world.system().read(count(Team)) == 3


async def test_a_windows_file_is_read_with_its_accents(world: World) -> None:
    data = "nominativo;reparto\r\nNiccolò Pèrez;Qualità\r\n".encode("cp1252")
    await whole_file.run(await world.act("hr").enter(), data, dry_run=False)
    assert (await everybody(world))["Niccolò Pèrez"].team == "Qualità"


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "file_empty"), (b"\x00\x01" * 2_500_000, "file_not_text"), (b"PK\x03\x04", "file_is_workbook")],
)
async def test_a_file_of_rubbish_is_refused_and_changes_nothing(world: World, data: bytes, code: str) -> None:
    before = await everybody(world)
    with pytest.raises(Invalid) as refused:
        await whole_file.run(await world.act("hr").enter(), data, dry_run=False)
    assert [error.code for error in refused.value.errors] == [code]
    assert await everybody(world) == before


async def test_five_megabytes_of_wrong_rows_are_all_told_and_none_is_taken(world: World) -> None:
    rows = ";;not an address;;;tomorrow;;" + "x" * 220
    done = await imported(world, *[rows] * 19_900)
    assert done.result.created == 0
    assert len(done.errors) >= 19_900


@pytest.mark.parametrize("dry_run", [True, False])
async def test_a_file_is_not_for_everybody(world: World, dry_run: bool) -> None:  # noqa: FBT001 - the example
    for who in ("employee", "account_manager"):
        with pytest.raises(Forbidden):
            await imported(world, who=who, dry_run=dry_run)


async def test_people_changed_since_they_were_read_are_left_alone(world: World) -> None:
    """Both halves of an import see one state: the write is refused where the rows read are no more."""
    await imported(world, "7;Ada;;Vendite;;;;")

    def stale(ctx: Ctx) -> None:
        row = PersonRow(1, "Ada B.", None, "7", None, None, None, None, None, None, ())
        steps, _ = people_import._plan(ctx, [row], ())
        person = steps[0].known
        assert person is not None
        people.change(ctx, person.id, person.row_version, PersonChange(language="en"))
        people_import._refuse_changed_meanwhile(ctx, steps)

    with pytest.raises(Conflict) as refused:
        await world.system().write(stale)
    assert refused.value.code == "people_changed"


async def test_somebody_taken_on_at_the_same_time_makes_the_import_start_again(world: World) -> None:
    def both(ctx: Ctx) -> None:
        row = PersonRow(1, "Ada", "ada@aurora.example", "7", None, None, None, None, None, None, ())
        steps, _ = people_import._plan(ctx, [row], ())
        people.create(ctx, PersonIn(name="Somebody", external_id="7"))
        people_import._write(ctx, steps)

    with pytest.raises(Conflict) as refused:
        await world.system().write(both)
    assert refused.value.code == "people_changed"
    assert await world.system().read(count(Person)) == 5


async def test_leaving_by_hand_and_then_by_the_same_day_in_a_file_is_once(world: World) -> None:
    await imported(world, "7;Ada;;;;01/01/2020;;")
    ada = (await everybody(world))["Ada"]
    await world.act("hr").write(leaving.leave, ada.id, YESTERDAY)
    assert counts(await imported(world, f"7;Ada;;;;01/01/2020;{YESTERDAY};")) == (0, 0, 1, [])
