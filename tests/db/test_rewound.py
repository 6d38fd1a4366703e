"""The PostgreSQL database that tests share, one after the other: nothing of one is left for the next."""

import asyncio
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from app.db.migrate import with_connection
from tests.postgres import OWNER, Rewound, Server

NAME = "rewound"


@pytest.fixture
def rewound(postgres: Server, postgres_template: str) -> Iterator[Rewound]:
    made = Rewound(postgres, f"{NAME}_{postgres_template}", postgres_template)
    yield made
    made.drop()


def asked(server: Server, template: str, statement: str) -> Any:
    """Run a statement as the owner of the tables and return the first value it gives, if it gives any."""
    answers: list[Any] = []

    def run(connection: Any) -> None:
        result = connection.execute(text(statement))
        answers.append(result.scalar() if result.returns_rows else None)
        connection.commit()

    with_connection(server.url(f"{NAME}_{template}", OWNER), run)
    return answers[0]


@pytest.mark.parametrize("change", ["DELETE FROM alembic_version", "UPDATE alembic_version SET version_num = 'x'"])
def test_rows_are_as_they_were(rewound: Rewound, postgres: Server, postgres_template: str, change: str) -> None:
    before = asked(postgres, postgres_template, "SELECT version_num FROM alembic_version")
    asked(postgres, postgres_template, change)
    rewound.rewind()
    assert before is not None
    assert asked(postgres, postgres_template, "SELECT version_num FROM alembic_version") == before


def test_whoever_changes_more_than_rows_leaves_none_of_it(
    rewound: Rewound, postgres: Server, postgres_template: str
) -> None:
    asked(postgres, postgres_template, "CREATE TABLE left_behind (id integer)")
    rewound.rewind()
    assert asked(postgres, postgres_template, "SELECT to_regclass('left_behind')") is None


async def test_whoever_still_works_is_ended_and_whoever_is_idle_stays(
    rewound: Rewound, postgres: Server, postgres_template: str
) -> None:
    at_work, idle = [await connected(postgres, postgres_template) for _ in range(2)]
    await at_work.execute("BEGIN; DELETE FROM alembic_version")
    await asyncio.to_thread(rewound.rewind)
    assert await idle.fetchval("SELECT count(*) FROM alembic_version") == 1
    with pytest.raises((asyncpg.InterfaceError, asyncpg.PostgresError)):
        await at_work.execute("COMMIT")
    await idle.close()


async def connected(server: Server, template: str) -> asyncpg.Connection:
    return await asyncpg.connect(host=str(server.directory), user=OWNER, database=f"{NAME}_{template}")
