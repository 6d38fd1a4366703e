"""Row-level security as the database itself sees it, with none of our code in between."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from app import db
from app.db import NO_COMPANY, Scope
from app.db.roles import refuse_powerful_role
from app.db.sql_guard import tenant_table_names
from app.settings import ConfigurationError
from tests.fixtures import Database
from tests.world import World

TENANT_TABLES = sorted(tenant_table_names())
REFUSED = asyncpg.InsufficientPrivilegeError

Connect = Callable[[], AbstractAsyncContextManager[Any]]


@pytest.fixture
def database_kind() -> str:
    return "postgres"


async def connected(url: str) -> Any:
    address = make_url(url)
    return await asyncpg.connect(host=address.query["host"], user=address.username, database=address.database)


@pytest.fixture
async def raw(database_url: str) -> AsyncIterator[Any]:
    connection = await connected(database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[Any]:
    connection = await connected(database.owner_url)
    yield connection
    await connection.close()


@asynccontextmanager
async def inside(raw: Any, company_id: str) -> AsyncIterator[None]:
    async with raw.transaction():
        await raw.execute("SELECT set_config('portavoce.company', $1, true)", company_id)
        yield


def test_every_table_with_a_company_is_a_tenant_table() -> None:
    with_company = {name for name, table in SQLModel.metadata.tables.items() if "company_id" in table.columns}
    assert with_company == set(TENANT_TABLES)
    assert TENANT_TABLES


async def test_every_table_with_a_company_has_its_wall(raw: Any) -> None:
    rows = await raw.fetch(
        "SELECT relname, relrowsecurity, relforcerowsecurity, array_agg(polname::text) AS policies "
        "FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'company_id' "
        "LEFT JOIN pg_policy ON polrelid = pg_class.oid WHERE relkind IN ('r', 'p') "
        "GROUP BY pg_class.oid ORDER BY relname"
    )
    assert [row["relname"] for row in rows] == TENANT_TABLES
    for row in rows:
        assert row["relrowsecurity"], row
        assert row["relforcerowsecurity"], row
        assert "own_company" in row["policies"], row


async def test_the_only_other_ways_in_are_for_reading(raw: Any) -> None:
    rows = await raw.fetch("SELECT polrelid::regclass::text AS t, polname::text AS p, polcmd::text AS c FROM pg_policy")
    others = {(row["t"], row["p"], row["c"]) for row in rows if row["p"] != "own_company"}
    assert others == {("person", "own_account", "r"), ("engagement", "own_agency", "r")}


async def test_the_role_of_the_service_is_neither_owner_nor_superuser(raw: Any) -> None:
    row = await raw.fetchrow("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user")
    assert not any(row.values())
    assert await raw.fetchval("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole") == 0


async def test_the_service_accepts_its_own_role_and_refuses_that_of_the_owner(database: Database) -> None:
    for url, accepted in ((database.url, True), (database.owner_url, False)):
        opened = db.open_database(url)
        try:
            if accepted:
                await refuse_powerful_role(opened)
            else:
                with pytest.raises(ConfigurationError, match=r"^DATABASE_URL names a role[^\n]+$"):
                    await refuse_powerful_role(opened)
        finally:
            await opened.close()


@pytest.mark.parametrize("table", TENANT_TABLES)
async def test_rows_of_others_can_be_neither_read_nor_written(world: World, raw: Any, table: str) -> None:
    of_other = f"{table} WHERE company_id = '{world.other_company_id}'"
    async with inside(raw, world.company_id):
        assert await raw.fetchval(f"SELECT count(*) FROM {of_other}") == 0
        assert await raw.fetchval(f"SELECT count(*) FROM {table} WHERE company_id <> '{world.company_id}'") == 0
    async with inside(raw, world.company_id):
        changed = await raw.execute(f"UPDATE {of_other.replace('WHERE', 'SET company_id = company_id WHERE')}")
        assert changed == "UPDATE 0"
        assert await raw.execute(f"DELETE FROM {of_other}") == "DELETE 0"
    with pytest.raises(REFUSED, match="row-level security"):
        async with inside(raw, world.company_id):
            await raw.execute(f"INSERT INTO {table} (company_id) VALUES ('{world.other_company_id}')")


@pytest.mark.parametrize("table", TENANT_TABLES)
async def test_with_no_company_named_there_are_no_rows(world: World, raw: Any, table: str) -> None:
    assert await raw.fetchval(f"SELECT count(*) FROM {table}") == 0
    async with inside(raw, ""):
        assert await raw.fetchval(f"SELECT count(*) FROM {table}") == 0


async def test_a_row_cannot_be_moved_to_another_company(world: World, raw: Any) -> None:
    with pytest.raises(REFUSED, match="row-level security"):
        async with inside(raw, world.company_id):
            await raw.execute("UPDATE person SET company_id = $1 WHERE name = 'Colleague'", world.other_company_id)


async def test_the_owner_of_the_tables_is_behind_the_wall_too(world: World, owner: Any) -> None:
    assert await owner.fetchval("SELECT count(*) FROM person") == 0


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE person NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY own_company ON person",
        "TRUNCATE audit_event",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "DROP TABLE person",
        "SET ROLE portavoce_owner",
        "SET SESSION AUTHORIZATION portavoce_admin",
        "COPY person TO '/tmp/people'",
        "CREATE TABLE stolen AS SELECT 1 AS n",
        "UPDATE alembic_version SET version_num = 'x'",
    ],
)
async def test_the_role_of_the_service_cannot_take_the_wall_down(raw: Any, statement: str) -> None:
    with pytest.raises(REFUSED):
        await raw.execute(statement)


async def test_turning_the_wall_off_shows_an_error_and_no_rows(raw: Any) -> None:
    await raw.execute("SET row_security = off")
    with pytest.raises(REFUSED):
        await raw.fetch("SELECT * FROM person")


async def test_the_company_dies_with_its_transaction(database_url: str, world: World) -> None:
    from app.db.postgres import PostgresDatabase, postgres_engine  # noqa: PLC0415 - needed on PostgreSQL only

    setting = text("SELECT pg_backend_pid(), current_setting('portavoce.company', true), count(*) FROM person")
    one_connection = PostgresDatabase(postgres_engine(database_url, pool=1))
    try:

        def look(session: Any) -> Any:
            return session.execute(setting).one()

        inside, fails = await one_connection.read(Scope(world.company_id), look), look
        assert inside[1] == world.company_id
        assert inside[2] > 1
        for verb in (one_connection.read, one_connection.read_slow, one_connection.write):
            outside = await verb(NO_COMPANY, look)
            assert tuple(outside) == (inside[0], "", 0)
        with pytest.raises(ZeroDivisionError):
            await one_connection.write(Scope(world.company_id), lambda session: fails(session) and 1 / 0)
        driver = await one_connection.engine.raw_connection()
        assert await driver.driver_connection.fetchval("SELECT current_setting('portavoce.company', true)") == ""
        driver.close()
    finally:
        await one_connection.close()
