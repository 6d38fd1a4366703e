"""People: taken on, changed, leaving, coming back, and the roles they hold."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.accounts.services import sign_in
from app.authz import Role
from app.context import AccountCtx, Ctx
from app.db import NO_COMPANY
from app.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from app.models import Account, Assignment, Person, SignInMethod, SignInSession, Site, Team
from app.models.types import new_id
from app.people.queries import people as people_queries
from app.people.queries.people import Wanted
from app.people.schemas.people import PersonChange, PersonFacts, PersonIn, PlaceIn, RejoinIn
from app.people.services import leaving, people, roles, teams
from app.policies.rules.assignment import AssignmentState
from app.roster import people as roster
from tests.world import NOW, TODAY, World

YESTERDAY = TODAY - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)
LIFETIMES = sign_in.Lifetimes(timedelta(hours=1), timedelta(days=1))


async def ada(world: World, **facts: Any) -> PersonFacts:
    return await world.act("hr").write(people.create, PersonIn(**{"name": "Ada Rossi", **facts}))


async def account_of(world: World, person_id: str) -> str | None:
    return (await world.system().read(roster.person, person_id)).account_id


async def sessions(world: World) -> list[tuple[str, str | None]]:
    rows = select(SignInSession.account_id, SignInSession.organisation_id)
    return [tuple(row) for row in await world.system().read(lambda ctx: ctx.session.execute(rows).all())]


async def signs_in(world: World, account_id: str, organisation_id: str, *, locked: bool = False) -> None:
    def open_session(session: Session) -> None:
        browser = sign_in.Browser("Test", LIFETIMES)
        ctx = AccountCtx(session, None, datetime.now(UTC), "test")
        method = SignInMethod.PASSWORD
        sign_in.open_for(ctx, account_id, method, browser, organisation_id=organisation_id, locked=locked)

    await world.db.write(NO_COMPANY, open_session)


def states(person_id: str) -> Any:
    return lambda ctx: ctx.session.scalars(select(Assignment.state).where(Assignment.person_id == person_id)).all()


async def test_a_person_starts_today_in_the_language_of_the_company(world: World) -> None:
    person = await ada(world, team_id=world.team_id)
    assert (person.starts_on, person.language, person.team, person.status) == (TODAY, "it", "Produzione", "active")


async def test_a_joiner_is_asked_to_read_what_is_in_force(world: World) -> None:
    await world.published()
    person = await ada(world)
    assert await world.system().read(states(person.id)) == [AssignmentState.OPEN]


async def test_somebody_whose_work_is_over_already_is_asked_nothing(world: World) -> None:
    await world.published()
    person = await ada(world, starts_on=YESTERDAY, ends_on=YESTERDAY)
    assert person.status == "left"
    assert await world.system().read(states(person.id)) == []


async def test_somebody_who_comes_later_is_upcoming(world: World) -> None:
    assert (await ada(world, starts_on=TOMORROW)).status == "upcoming"


async def test_an_email_makes_an_account_without_credentials(world: World) -> None:
    person = await ada(world, email="ada@aurora.example")
    account_id = await account_of(world, person.id)
    account = await world.system().read(lambda ctx: ctx.session.get(Account, account_id))
    assert account is not None
    assert (account.email, account.password_hash) == ("ada@aurora.example", None)


async def test_an_account_that_exists_is_found_by_its_email(world: World) -> None:
    person = await ada(world, email="outsider@aurora.example")
    assert await account_of(world, person.id) == world.account["outsider"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [({"email": "hr@aurora.example"}, "email_taken"), ({"external_id": "7"}, "external_id_taken")],
)
async def test_email_and_number_belong_to_one_person(world: World, facts: Any, code: str) -> None:
    await ada(world, name="Bea", external_id="7")
    with pytest.raises(Conflict) as refused:
        await ada(world, **facts)
    assert refused.value.code == code


async def test_an_email_that_others_changed_away_is_still_one_persons_only(world: World) -> None:
    person = await ada(world)
    with pytest.raises(Conflict) as refused:
        await world.act("hr").write(people.change, person.id, 1, PersonChange(email="hr@aurora.example"))
    assert refused.value.code == "email_taken"


async def test_an_email_without_an_account_is_one_persons_only(world: World) -> None:
    def write(ctx: Ctx) -> None:
        roster.person(ctx, world.person["colleague"]).email = "paper@aurora.example"

    await world.system().write(write)
    with pytest.raises(Conflict) as refused:
        await ada(world, email="paper@aurora.example")
    assert refused.value.code == "email_taken"


async def test_two_changes_at_the_same_time_are_one_change_and_one_refusal(world: World) -> None:
    def both(ctx: Ctx) -> None:
        person = roster.person(ctx, world.person["employee"])
        other = update(Person).where(Person.company_id == ctx.company_id, Person.id == person.id)
        ctx.session.execute(other.values(row_version=2), execution_options={"synchronize_session": False})
        people._touch(ctx, person, {"name": "X"})

    with pytest.raises(PreconditionFailed):
        await world.system().write(both)


async def test_a_number_that_is_taken_cannot_be_given(world: World) -> None:
    await ada(world, name="Bea", external_id="7")
    person = await ada(world)
    with pytest.raises(Conflict) as refused:
        await world.act("hr").write(people.change, person.id, 1, PersonChange(external_id="7"))
    assert refused.value.code == "external_id_taken"


@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        ({"team_id": new_id()}, "/team_id"),
        ({"site_id": new_id()}, "/site_id"),
        ({"working_window": "always"}, "/working_window"),
        ({"ends_on": YESTERDAY}, "/ends_on"),
    ],
)
async def test_what_cannot_be_is_pointed_at(world: World, facts: Any, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        await ada(world, **facts)
    assert [error.pointer for error in refused.value.errors] == [pointer]


async def test_a_change_moves_the_version_on(world: World) -> None:
    person = await ada(world)
    changes = PersonChange(name="Ada Bianchi", site_id=world.site_id, working_window="6-14 lun-sab")
    changed = await world.act("hr").write(people.change, person.id, 1, changes)
    assert (changed.name, changed.site, changed.working_window, changed.row_version) == (
        "Ada Bianchi",
        "Stabilimento",
        "06:00-14:00 mon-sat",
        2,
    )


async def test_a_change_to_the_same_changes_nothing(world: World) -> None:
    person = await ada(world)
    assert (await world.act("hr").write(people.change, person.id, 1, PersonChange(name="Ada Rossi"))).row_version == 1


async def test_a_stale_change_is_refused(world: World) -> None:
    person = await ada(world)
    await world.act("hr").write(people.change, person.id, 1, PersonChange(name="Ada B."))
    with pytest.raises(PreconditionFailed):
        await world.act("hr").write(people.change, person.id, 1, PersonChange(name="Ada C."))


async def test_whoever_changes_team_is_asked_what_that_team_is_asked(world: World) -> None:
    await world.published()
    person = await ada(world, starts_on=TOMORROW)
    await world.act("hr").write(people.change, person.id, 1, PersonChange(team_id=world.team_id))
    assert await world.system().read(states(person.id)) == [AssignmentState.OPEN]


async def test_another_email_ties_the_person_to_another_account_and_changes_none(world: World) -> None:
    person_id, before = world.person["employee"], world.account["employee"]
    await world.act("hr").write(people.change, person_id, 1, PersonChange(email="private@elsewhere.example"))
    after = await account_of(world, person_id)
    assert after not in {None, before}
    kept = await world.system().read(lambda ctx: ctx.session.get(Account, before))
    assert kept is not None
    assert kept.email == "employee@aurora.example"


async def test_another_email_ends_the_old_accounts_sessions_in_this_company_only(world: World) -> None:
    account_id = world.account["employee"]
    await signs_in(world, account_id, world.company_id)
    await signs_in(world, account_id, world.other_company_id)
    await world.act("hr").write(people.change, world.person["employee"], 1, PersonChange(email="a@b.example"))
    assert await sessions(world) == [(account_id, world.other_company_id)]


async def test_without_email_there_is_no_account(world: World) -> None:
    await world.act("hr").write(people.change, world.person["employee"], 1, PersonChange(email=None))
    assert await account_of(world, world.person["employee"]) is None


async def test_a_known_number_is_changed_and_an_unknown_one_taken_on(world: World) -> None:
    first = await world.act("hr").write(people.upsert, "7", PersonIn(name="Ada", team_id=world.team_id))
    second = await world.act("hr").write(people.upsert, "7", PersonIn(name="Ada Rossi", external_id="7"))
    assert (first.is_new, second.is_new, second.person.name) == (True, False, "Ada Rossi")
    assert second.person.team == "Produzione"


async def test_two_different_numbers_are_refused(world: World) -> None:
    with pytest.raises(Invalid):
        await world.act("hr").write(people.upsert, "7", PersonIn(name="Ada", external_id="8"))


async def test_a_last_day_in_an_upsert_is_leaving_and_a_later_first_day_is_coming_back(world: World) -> None:
    hr = world.act("hr")
    await hr.write(people.upsert, "7", PersonIn(name="Ada", starts_on=YESTERDAY))
    left = await hr.write(people.upsert, "7", PersonIn(name="Ada", ends_on=YESTERDAY))
    assert left.person.status == "left"
    back = await hr.write(people.upsert, "7", PersonIn(name="Ada R.", starts_on=TODAY))
    assert (back.person.status, back.person.starts_on, back.person.name) == ("active", TODAY, "Ada R.")


async def test_one_bad_row_harms_no_other(world: World) -> None:
    rows = [PersonIn(name="Ada", external_id="1"), PersonIn(name="Bea", email="hr@aurora.example"), PersonIn(name="Cy")]
    written = await world.act("hr").write(people.write_rows, rows)
    assert [getattr(each, "code", "written") for each in written] == ["written", "email_taken", "written"]
    names = [person.name for person in await world.act("hr").read(people_queries.page, Wanted(), None, 50)]
    assert {"Ada", "Cy"} < set(names)
    assert "Bea" not in names


async def test_the_list_is_filtered_by_place_standing_and_time(world: World) -> None:
    hr = world.act("hr")
    await ada(world, starts_on=TOMORROW, team_id=world.team_id)
    gone = await ada(world, name="Gino", starts_on=YESTERDAY, ends_on=YESTERDAY, site_id=world.site_id)

    async def names(**wanted: Any) -> list[str]:
        return [person.name for person in await hr.read(people_queries.page, Wanted(**wanted), None, 50)]

    assert await names(status="upcoming", team_id=world.team_id) == ["Ada Rossi"]
    assert await names(status="left") == ["Gino"]
    assert await names(status="left", site_id=world.site_id) == ["Gino"]
    assert len(await names(status="active")) == 5
    assert len(await names(team_id=world.team_id)) == 6
    assert set(await names(updated_since=gone.updated_at)) == {"Ada Rossi", "Gino", *(await names(status="active"))}
    assert await names(updated_since=NOW + timedelta(hours=1)) == []


async def test_the_list_goes_on_after_its_last_row(world: World) -> None:
    hr = world.act("hr")
    first = await hr.read(people_queries.page, Wanted(), None, 2)
    rest = await hr.read(people_queries.page, Wanted(), (first[-1].name, first[-1].id), 50)
    assert len({person.id for person in (*first, *rest)}) == 5


async def test_the_list_shows_the_latest_employment_and_all_roles(world: World) -> None:
    gone = await ada(world, starts_on=YESTERDAY, ends_on=YESTERDAY)
    await world.act("hr").write(people.rejoin, gone.id, RejoinIn(starts_on=TOMORROW, team_id=world.team_id))
    await world.act("owner").write(roles.grant, world.person["hr"], Role.MARKETING_LEAD)
    found = {one.id: one for one in await world.act("hr").read(people_queries.page, Wanted(), None, 50)}
    back = found[gone.id]
    assert (back.status, back.starts_on, back.team) == ("upcoming", TOMORROW, "Produzione")
    assert found[world.person["hr"]].roles == [Role.HR, Role.MARKETING_LEAD]
    assert found[world.person["employee"]].roles == []


async def test_an_agency_sees_no_people(world: World) -> None:
    with pytest.raises(Forbidden):
        await world.act("account_manager").read(people_queries.page, Wanted(), None, 50)


async def test_people_of_another_company_are_not_found(world: World) -> None:
    for act in (people_queries.one, roster.person):
        with pytest.raises(NotFound):
            await world.act("hr").read(act, world.person["outsider"])
    with pytest.raises(NotFound):
        await world.act("hr").read(people_queries.by_external_id, "7")


@pytest.mark.parametrize("kind", [Team, Site])
async def test_a_place_has_a_name_of_its_own(world: World, kind: Any) -> None:
    hr = world.act("hr")
    made = await hr.write(teams.create, kind, PlaceIn(name="Vendite"))
    assert (await hr.write(teams.rename, kind, made.id, PlaceIn(name="Sales"))).name == "Sales"
    for act in ((teams.create, kind), (teams.rename, kind, (await hr.write(teams.create, kind, PlaceIn(name="X"))).id)):
        with pytest.raises(Conflict) as refused:
            await hr.write(*act, PlaceIn(name="Sales"))
        assert refused.value.code == "name_taken"
    with pytest.raises(NotFound):
        await hr.write(teams.rename, kind, new_id(), PlaceIn(name="Y"))


async def test_nobody_joins_or_leaves_by_the_hand_of_an_employee(world: World) -> None:
    with pytest.raises(Forbidden):
        await world.act("employee").write(people.create, PersonIn(name="Ada"))
    with pytest.raises(Forbidden):
        await world.act("employee").write(leaving.leave, world.person["hr"], TODAY)
    assert await world.system().read(_count) == 5


def _count(ctx: Ctx) -> int:
    return ctx.session.execute(select(func.count(Person.id))).scalar_one()
