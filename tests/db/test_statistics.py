"""SQLite's planner is told of the rows when the clock starts and once an hour; PostgreSQL looks by itself."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.db import NO_COMPANY, Database, statistics
from app.jobs.clock import Clock
from app.models.types import new_id
from tests.statements import statements
from tests.world import World

MORNING = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
SAMPLE = (
    "CREATE TABLE sample (a INT, b INT)",
    "CREATE INDEX by_a ON sample (a)",
    "CREATE INDEX by_b ON sample (b)",
    "INSERT INTO sample WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 300) SELECT 1, x FROM n",
)


async def execute(verb: Any, *commands: str) -> list[Any]:
    """Run these past SQLAlchemy, by a verb of the seam; return what the last one finds."""

    def act(session: Any) -> list[Any]:
        driver = session.connection().connection.driver_connection
        return [driver.execute(command).fetchall() for command in commands][-1]

    return list(await verb(NO_COMPANY, act))


async def chosen(seam: Database) -> str:
    """Return the index that the connection for reading, open since the start, takes for a statement."""
    select = f"SELECT * FROM sample WHERE a = 1 AND b = 1 -- {new_id()}"  # the driver keeps plans by their text
    return str(await execute(seam.read, select, f"EXPLAIN QUERY PLAN {select}"))


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_sqlite_plans_by_what_was_stored_at_the_start_and_then_each_hour(world: World) -> None:
    await execute(world.db.write, *SAMPLE)
    clock = Clock()
    await clock.tick(world.db, MORNING)
    assert "by_b" in await chosen(world.db)
    await execute(world.db.write, "UPDATE sample SET a = b, b = a")
    await clock.tick(world.db, MORNING.replace(minute=59))
    assert "by_b" in await chosen(world.db)
    await clock.tick(world.db, MORNING.replace(hour=10))
    assert "by_a" in await chosen(world.db)


@pytest.mark.parametrize("database_kind", ["postgres"])
async def test_postgres_is_left_to_itself(world: World) -> None:
    with statements(world.db) as seen:
        await world.db.write(NO_COMPANY, statistics.gather, MORNING)
    assert seen == []
