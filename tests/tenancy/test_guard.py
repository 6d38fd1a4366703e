"""Whatever a service may write by mistake: another company's rows are out of reach, or the statement is refused."""

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import exists, func, select
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from app import db
from app.db import NO_COMPANY, Scope
from app.db.tenancy import TenantError
from app.errors import Conflict
from app.models import Account, Company, Engagement, Person, Policy, PolicyKind, RoleGrant
from tests.tenancy import attacks
from tests.tenancy.attacks import Attack, Target
from tests.world import NOW, World

REFUSED = (TenantError, DBAPIError)
TABLES = [Person, Engagement, Policy, RoleGrant]


def ids(attack: Attack) -> str:
    return attack.__name__


def target(world: World) -> Target:
    return Target(world.person["outsider"], world.other_company_id)


async def everything_of(world: World, company_id: str) -> list[Any]:
    """Return the people and roles of a company, as they stand."""

    def read(session: Any) -> list[Any]:
        people = select(col(Person.id), col(Person.name), col(Person.company_id)).order_by(col(Person.id))
        grants = select(col(RoleGrant.id), col(RoleGrant.person_id)).order_by(col(RoleGrant.id))
        return [tuple(row) for statement in (people, grants) for row in session.execute(statement)]

    return await world.db.read(Scope(company_id), read)


async def leaves_others_alone(world: World, walls: db.Database, attack: Attack) -> None:
    aim = target(world)
    before = await everything_of(world, aim.company_id)
    with contextlib.suppress(*REFUSED, Conflict):  # a conflict is what a reference to nothing comes out as
        assert list(await walls.write(Scope(world.company_id), attack, aim)) == []
    assert await everything_of(world, aim.company_id) == before


@pytest.fixture
async def guard_alone(database_url: str, world: World) -> AsyncIterator[db.Database]:
    opened = db.open_database(database_url)
    yield opened
    await opened.close()


@pytest.mark.parametrize("attack", attacks.NARROWED, ids=ids)
async def test_a_statement_of_the_orm_sees_its_own_company_only(
    world: World, guard_alone: db.Database, attack: Attack
) -> None:
    aim = target(world)
    for walls in (world.db, guard_alone):
        assert list(await walls.read(Scope(aim.company_id), attack, aim)), "the attack must work in its own company"
        assert list(await walls.read(Scope(world.company_id), attack, aim)) == []


@pytest.mark.parametrize("attack", attacks.RAW, ids=ids)
async def test_what_the_guard_cannot_narrow_is_refused(world: World, attack: Attack) -> None:
    with pytest.raises(TenantError):
        await world.db.read(Scope(world.company_id), attack, target(world))


@pytest.mark.parametrize("attack", attacks.WRITES, ids=ids)
async def test_no_write_reaches_another_company(world: World, attack: Attack) -> None:
    await leaves_others_alone(world, world.db, attack)


@pytest.mark.parametrize("database_kind", ["postgres"])
@pytest.mark.parametrize("attack", [*attacks.RAW, *attacks.WRITES], ids=ids)
async def test_row_level_security_holds_without_the_auditor(
    world: World, guard_alone: db.Database, attack: Attack
) -> None:
    await leaves_others_alone(world, guard_alone, attack)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    "attack",
    [
        attacks.update_by_id,
        attacks.update_everything,
        attacks.update_in_bulk_by_key,
        attacks.update_mappings,
        attacks.object_of_another_session,
        attacks.delete_by_id,
        attacks.delete_everything,
        attacks.add,
        attacks.insert_statement,
        attacks.insert_rows,
        attacks.insert_mappings,
        attacks.save_objects,
        attacks.insert_unless_there,
        attacks.move_an_object,
        attacks.foreign_key,
    ],
    ids=ids,
)
async def test_the_guard_alone_holds_against_writes_of_the_orm(
    world: World, guard_alone: db.Database, attack: Attack
) -> None:
    await leaves_others_alone(world, guard_alone, attack)


async def test_a_session_cannot_be_taken_into_another_company(world: World) -> None:
    def switch(session: Any) -> None:
        session.scope = Scope(world.other_company_id)

    with pytest.raises(AttributeError):
        await world.db.read(Scope(world.company_id), switch)


def nested_in_exists(model: Any) -> Any:
    return select(col(Account.id)).where(exists(select(model.id)))


def counted(model: Any) -> Any:
    return select(func.count()).select_from(model)


def joined_to_a_company(model: Any) -> Any:
    return select(col(Company.id)).join(model, model.company_id == col(Company.id))


def in_a_scalar_subquery(model: Any) -> Any:
    return select(select(func.count(model.id)).scalar_subquery())


@pytest.mark.parametrize("shape", [select, counted, nested_in_exists, joined_to_a_company, in_a_scalar_subquery])
@pytest.mark.parametrize("model", TABLES)
async def test_outside_a_company_nothing_of_any_company_is_seen(
    world: World, guard_alone: db.Database, shape: Callable[[Any], Any], model: Any
) -> None:
    account = Scope(account_id=world.account["hr"])
    agency = Scope(agency_id=world.agency_id)
    for scope, open_table in ((NO_COMPANY, None), (account, Person), (agency, Engagement)):
        if model is not open_table:
            await sees_nothing(guard_alone, scope, shape(model))
            await sees_nothing(world.db, scope, shape(model))


async def sees_nothing(walls: db.Database, scope: Scope, statement: Any) -> None:
    try:
        seen = await walls.read(scope, lambda session: list(session.scalars(statement)))
    except TenantError:
        return
    assert not any(seen)


async def test_an_account_sees_its_own_people_and_no_others(world: World) -> None:
    names = select(col(Person.name)).order_by(col(Person.name))
    scope = Scope(account_id=world.account["outsider"])
    assert await world.db.read(scope, lambda session: session.scalars(names).all()) == ["Outsider"]


async def test_an_agency_sees_its_own_engagements_and_no_others(world: World) -> None:
    companies = select(col(Engagement.company_id))
    for agency_id, seen in ((world.agency_id, [world.company_id]), (world.person["hr"], [])):
        scope = Scope(agency_id=agency_id)
        assert await world.db.read(scope, lambda session: session.scalars(companies).all()) == seen


@pytest.mark.parametrize("name", ["account_id", "agency_id", "nothing"])
async def test_outside_a_company_no_row_of_one_can_be_written(world: World, name: str) -> None:
    scope = NO_COMPANY if name == "nothing" else Scope(**{name: world.account["hr"]})

    def add(session: Any) -> None:
        session.add(Policy(kind=PolicyKind.INTERNAL, name="Nobody's", created_at=NOW))

    with pytest.raises(TenantError):
        await world.db.write(scope, add)


def test_a_scope_takes_one_id_and_nothing_that_is_not_one() -> None:
    one = "0192f0c1-0000-7000-8000-000000000000"
    for given in ({"company_id": "x'; DROP TABLE person; --"}, {"company_id": one, "agency_id": one}):
        with pytest.raises(ValueError, match="one id"):
            Scope(**given)
