"""What the SQL guard makes of statements, one by one."""

from contextlib import nullcontext
from typing import Any

import pytest
from sqlalchemy import text

from app.db import NO_COMPANY, Scope
from app.db.reach import needs
from app.db.sql_guard import judged
from app.db.tenancy import TenantError
from app.main import create_app
from app.settings import Settings
from tests.world import World

TABLES = frozenset({"person", "policy", "site", "engagement"})
OWN = "person.company_id = ?"

GUARDED = {
    "an equality": f"SELECT person.id FROM person WHERE {OWN}",
    "beside others": f"SELECT person.id FROM person WHERE person.id = ? AND ({OWN} AND (person.name = ? OR 1 = 1))",
    "turned round": "SELECT person.id FROM person WHERE ? = person.company_id",
    "a literal": "SELECT person.id FROM person WHERE person.company_id = 'a'",
    "an alias": "SELECT p.id FROM person AS p WHERE p.company_id = ?",
    "another case": "SELECT P.ID FROM PERSON AS P WHERE P.COMPANY_ID = ?",
    "both of a join": f"SELECT 1 FROM person JOIN site ON site.company_id = ? WHERE {OWN}",
    "a chain over a join": f"SELECT 1 FROM person JOIN site ON site.company_id = person.company_id WHERE {OWN}",
    "a chain over a left join": "SELECT 1 FROM person LEFT JOIN site ON site.company_id = person.company_id "
    f"WHERE {OWN}",
    "a chain over a table outside": "SELECT 1 FROM person JOIN company ON company.id = person.company_id "
    "WHERE company.id = ?",
    "a correlated subquery": "SELECT (SELECT count(*) FROM site WHERE site.company_id = person.company_id) "
    f"FROM person WHERE {OWN}",
    "exists": f"SELECT 1 FROM account WHERE EXISTS (SELECT 1 FROM person WHERE {OWN})",
    "a subquery in FROM": f"SELECT x.id FROM (SELECT person.id FROM person WHERE {OWN}) AS x",
    "both of a union": f"SELECT person.id FROM person WHERE {OWN} UNION SELECT site.id FROM site "
    "WHERE site.company_id = ?",
    "a table expression": f"WITH x AS (SELECT person.id FROM person WHERE {OWN}) SELECT x.id FROM x",
    "an update": f"UPDATE person SET name = ? WHERE {OWN}",
    "an update to its own": f"UPDATE person SET company_id = ? WHERE {OWN}",
    "a delete": f"DELETE FROM person WHERE {OWN}",
    "an insert": "INSERT INTO person (id, company_id) VALUES (?, ?)",
    "an insert from itself": f"INSERT INTO person (company_id, id) SELECT person.company_id, ? FROM person WHERE {OWN}",
    "an insert of a value": f"INSERT INTO person (company_id, id) SELECT ?, person.id FROM person WHERE {OWN}",
    "an insert that lets be": "INSERT INTO person (company_id, id) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
    "an insert that changes its own": "INSERT INTO person (company_id, id) VALUES (?, ?) "
    "ON CONFLICT (company_id, id) DO UPDATE SET name = ?",
    "no tenant table": "SELECT account.id FROM account",
}

UNGUARDED = {
    "nothing": "SELECT person.id FROM person",
    "OR": f"SELECT person.id FROM person WHERE {OWN} OR person.id = ?",
    "OR within AND": f"SELECT person.id FROM person WHERE person.id = ? AND ({OWN} OR 1 = 1)",
    "NOT": f"SELECT person.id FROM person WHERE NOT {OWN}",
    "NOT in brackets": f"SELECT person.id FROM person WHERE NOT ({OWN} AND person.id = ?)",
    "another comparison": "SELECT person.id FROM person WHERE person.company_id >= ?",
    "a list": "SELECT person.id FROM person WHERE person.company_id IN (?, ?)",
    "itself": "SELECT person.id FROM person WHERE person.company_id = person.company_id",
    "a computed value": "SELECT person.id FROM person WHERE person.company_id = coalesce(?, person.company_id)",
    "a subselect as value": "SELECT 1 FROM person WHERE person.company_id = (SELECT company.id FROM company)",
    "the alias of another": f"SELECT p.id FROM person AS p, person WHERE {OWN}",
    "an alias that hides": f"SELECT 1 FROM person WHERE {OWN} AND EXISTS (SELECT 1 FROM site AS person WHERE 1 = 1)",
    "one of a join": f"SELECT 1 FROM person JOIN site ON site.id = person.id WHERE {OWN}",
    "each other": "SELECT 1 FROM person JOIN site ON site.company_id = person.company_id",
    "a chain to an open table": "SELECT 1 FROM person JOIN company ON company.id = person.company_id",
    "the left of a left join": "SELECT 1 FROM person LEFT JOIN site ON person.company_id = ? AND site.company_id = ?",
    "the right of a full join": f"SELECT 1 FROM person FULL JOIN site ON site.company_id = ? WHERE {OWN}",
    "a natural join": f"SELECT 1 FROM person NATURAL JOIN site WHERE {OWN}",
    "a join by name": f"SELECT 1 FROM person JOIN site USING (company_id) WHERE {OWN}",
    "outside of a subquery in FROM": "SELECT 1 FROM (SELECT * FROM person) AS p WHERE p.company_id = ?",
    "outside of a table expression": "WITH p AS (SELECT * FROM person) SELECT 1 FROM p WHERE p.company_id = ?",
    "inside of a subquery": f"SELECT 1 FROM person WHERE EXISTS (SELECT 1 FROM account WHERE {OWN})",
    "one of a union": f"SELECT person.id FROM person WHERE {OWN} UNION SELECT site.id FROM site",
    "HAVING": "SELECT count(*) FROM person GROUP BY person.company_id HAVING person.company_id = ?",
    "a column without its table": "SELECT id FROM person WHERE company_id = ?",
    "an update": "UPDATE person SET name = ? WHERE person.id = ?",
    "an update from another": "UPDATE person SET name = ? FROM site WHERE site.company_id = person.company_id",
    "an update that computes the company": f"UPDATE person SET company_id = lower(?) WHERE {OWN}",
    "an update by tuple": f"UPDATE person SET (company_id, name) = (?, ?) WHERE {OWN}",
    "a delete": "DELETE FROM person",
    "a delete by another": "DELETE FROM person WHERE EXISTS (SELECT 1 FROM site WHERE site.company_id = ?)",
    "an insert without company": "INSERT INTO person (id) VALUES (?)",
    "an insert without columns": "INSERT INTO person VALUES (?, ?)",
    "an insert of defaults": "INSERT INTO person DEFAULT VALUES",
    "an insert of a computed company": "INSERT INTO person (company_id, id) VALUES (lower(?), ?)",
    "an insert from an open table": "INSERT INTO person (company_id, id) SELECT company.id, ? FROM company",
    "an insert from a union": "INSERT INTO person (company_id) SELECT ? UNION SELECT ?",
    "an insert from an unknown column": "INSERT INTO person (company_id) SELECT somewhere.x FROM company",
    "an insert that replaces": "INSERT OR REPLACE INTO person (company_id, id) VALUES (?, ?)",
    "an insert that changes others": "INSERT INTO person (company_id, id) VALUES (?, ?) "
    "ON CONFLICT (id) DO UPDATE SET name = ?",
    "an insert that moves": "INSERT INTO person (company_id, id) VALUES (?, ?) "
    "ON CONFLICT (company_id, id) DO UPDATE SET company_id = lower(?)",
    "a table made of it": "CREATE TABLE stolen AS SELECT * FROM person",
    "a table emptied": "DROP TABLE person",
}

POSTGRES_GUARDED = {
    "a cast parameter": "SELECT 1 FROM person WHERE person.company_id = $1::VARCHAR",
    "many rows": "INSERT INTO person (company_id, id) SELECT p0::VARCHAR, p1::VARCHAR FROM (VALUES ($1::VARCHAR, "
    "$2::VARCHAR, 0), ($3::VARCHAR, $4::VARCHAR, 1)) AS rows(p0, p1, n) ORDER BY n RETURNING person.id",
    "a delete by another": "DELETE FROM person USING site WHERE person.company_id = site.company_id "
    "AND site.company_id = $1::VARCHAR",
    "an update from another": "UPDATE person SET name = $1 FROM site WHERE person.company_id = site.company_id "
    "AND site.company_id = $2::VARCHAR",
}

POSTGRES_UNGUARDED = {
    "any of several": "SELECT 1 FROM person WHERE person.company_id = ANY($1)",
    "a cast column": "SELECT 1 FROM person WHERE person.company_id::UUID = $1",
    "a merge": "MERGE INTO person USING site ON person.company_id = $1 WHEN MATCHED THEN DELETE",
    "a copy": "COPY person TO STDOUT",
    "the whole table": "TABLE person",
    "a truncation": "TRUNCATE person",
    "an update through a constraint": "INSERT INTO person (company_id, id) VALUES ($1, $2) "
    "ON CONFLICT ON CONSTRAINT pk_person DO UPDATE SET name = $3",
}


def find_unguarded(statement: str, dialect: str, tables: frozenset[str]) -> tuple[str, ...]:
    """Return the tenant tables that a statement reaches without an equality on their company."""
    return tuple(sorted({need.table for need in needs(statement, dialect, tables) if not need.met}))


@pytest.mark.parametrize("sql", GUARDED.values(), ids=GUARDED)
def test_a_company_by_equality_guards(sql: str) -> None:
    assert find_unguarded(sql, "sqlite", TABLES) == ()


@pytest.mark.parametrize("sql", UNGUARDED.values(), ids=UNGUARDED)
def test_anything_less_does_not(sql: str) -> None:
    assert find_unguarded(sql, "sqlite", TABLES) != ()


@pytest.mark.parametrize("sql", POSTGRES_GUARDED.values(), ids=POSTGRES_GUARDED)
def test_a_company_by_equality_guards_on_postgresql(sql: str) -> None:
    assert find_unguarded(sql, "postgresql", TABLES) == ()


@pytest.mark.parametrize("sql", POSTGRES_UNGUARDED.values(), ids=POSTGRES_UNGUARDED)
def test_anything_less_does_not_on_postgresql(sql: str) -> None:
    assert find_unguarded(sql, "postgresql", TABLES) != ()


def test_the_account_opens_people_for_reading_only() -> None:
    assert find_unguarded("SELECT 1 FROM person WHERE person.account_id = ?", "sqlite", TABLES) == ()
    assert find_unguarded("DELETE FROM person WHERE person.account_id = ?", "sqlite", TABLES) == ("person",)
    assert find_unguarded("SELECT 1 FROM site WHERE site.account_id = ?", "sqlite", TABLES) == ("site",)


def test_the_value_that_guards_is_told_by_its_place() -> None:
    (need,) = needs("SELECT '?' FROM person WHERE person.id = ? AND person.company_id = ?", "sqlite", TABLES)
    assert need.company == {1}
    (need,) = needs(
        "SELECT 1 FROM person WHERE person.id = $1 AND person.company_id = $2::VARCHAR", "postgresql", TABLES
    )
    assert need.company == {1}


@pytest.mark.parametrize(
    "sql",
    [
        "REPLACE INTO person (company_id, id) VALUES (?, ?)",
        "EXPLAIN EXPLAIN SELECT 1",
        "SELECT set_config('portavoce.company', ?, true)",
        "SET LOCAL portavoce.company = 'x'",
        "VACUUM INTO 'elsewhere.db'",
        "SELECT FROM WHERE (",
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_what_could_pass_the_walls_by_is_refused(sql: str) -> None:
    with pytest.raises(TenantError):
        judged(sql, "postgresql")


def test_the_seams_own_words_pass() -> None:
    for sql in ("BEGIN IMMEDIATE", "SAVEPOINT job", "RELEASE job", "ROLLBACK TO job", "COMMIT"):
        assert judged(sql, "sqlite") == ()
    assert judged(f"EXPLAIN QUERY PLAN SELECT 1 FROM person WHERE {OWN}", "sqlite")


async def run(world: World, scope: Scope, sql: str, **values: Any) -> None:
    await world.db.read(scope, lambda session: session.execute(text(sql), values).all())


@pytest.mark.parametrize("parameter", [True, False])
async def test_the_value_must_be_the_company_of_the_session(world: World, parameter: bool) -> None:  # noqa: FBT001
    for company_id, right in ((world.company_id, True), (world.other_company_id, False)):
        given = ":company" if parameter else f"'{company_id}'"
        values = {"company": company_id} if parameter else {}
        sql = f"SELECT 1 FROM person WHERE person.company_id = {given}"
        if right:
            await run(world, Scope(world.company_id), sql, **values)
        else:
            with pytest.raises(TenantError):
                await run(world, Scope(world.company_id), sql, **values)
        with pytest.raises(TenantError):
            await run(world, NO_COMPANY, sql, **values)


async def test_the_account_must_be_the_one_of_the_scope(world: World) -> None:
    sql, own = "SELECT 1 FROM person WHERE person.account_id = :account", world.account["hr"]
    await run(world, Scope(account_id=own), sql, account=own)
    for scope in (Scope(account_id=world.account["owner"]), Scope(world.company_id), Scope(agency_id=world.agency_id)):
        with pytest.raises(TenantError):
            await run(world, scope, sql, account=own)


async def test_the_service_audits_its_statements_unless_it_is_told_not_to(world: World, database_url: str) -> None:
    for settings, refused in (({}, True), ({"guard_sql": False}, False)):
        app = create_app(Settings(database_url=database_url, demo=True, embedded_worker=False, **settings))
        async with app.router.lifespan_context(app):
            reading = app.state.database.read(Scope(world.company_id), _reads_everybody)
            with pytest.raises(TenantError) if refused else nullcontext():
                await reading


def _reads_everybody(session: Any) -> None:
    session.execute(text("SELECT name FROM person"))
