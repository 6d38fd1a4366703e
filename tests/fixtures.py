"""Fixtures that every test may ask for: a fresh, migrated database of each kind.

A test that asks for `database`, `seam`, `world` or `shown` runs twice, on SQLite and on PostgreSQL. Each worker
migrates a template once; SQLite's is copied for each test, and one database of PostgreSQL's is brought back to it.
"""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import time_machine
from sqlalchemy import Engine

from app import db
from app.duties.rows import coverage_cache
from app.policies.schemas.acknowledgement import AcknowledgeIn
from app.policies.web import reading
from tests import world as cast
from tests.object_stores import bucket_settings, directory_settings, s3_server
from tests.postgres import OWNER, Rewound, Server
from tests.scratch import scratch_directory
from tests.shared_server import server_directory
from tests.site import Site

hypothesis.settings.register_profile("portavoce", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("portavoce")


@dataclass(frozen=True)
class Database:
    """Its kind, and its addresses for the application's role and for the owner of the tables."""

    kind: str
    url: str
    owner_url: str
    world: cast.World | None = None


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run every async test on asyncio, as the server does."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> Iterator[Server]:
    """Give the session's PostgreSQL server."""
    with Server(server_directory(pytestconfig)) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Give the kind of database a test runs on; parametrise it with one kind where only that one matters."""
    return request.param


@pytest.fixture
def database(database_kind: str, request: pytest.FixtureRequest) -> Database:
    """Give a fresh migrated database."""
    return request.getfixturevalue(f"{database_kind}_database")


@pytest.fixture
def database_url(database: Database) -> str:
    """Give the address at which the application's role reaches the fresh database."""
    return database.url


@pytest.fixture(scope="session")
async def engines(anyio_backend: str) -> AsyncIterator[dict[str, Engine]]:
    """Give the one engine of this process for each address: what it compiled for one test serves the next.

    So do connections to PostgreSQL, because an async fixture of the session keeps all tests in one loop.
    """
    made: dict[str, Engine] = {}
    yield made
    for engine in made.values():
        if engine.dialect.name == "postgresql":
            await db.database_on(engine).close()


@pytest.fixture
async def seam(database: Database, engines: dict[str, Engine]) -> AsyncIterator[db.Database]:
    """Give the application's way to the fresh database, with the SQL guard watching."""
    for kept in (coverage_cache, reading.reading, reading.comparisons):
        kept._kept.clear()  # ids come from a template, so what another test made of them would fit
    if database.url not in engines:
        engines[database.url] = db.make_engine(database.url, guard_sql=True)
    opened = db.database_on(engines[database.url])
    yield opened
    if database.kind == "sqlite":  # its file and threads end with the test; PostgreSQL's connections serve the next
        await opened.close()


@pytest.fixture
async def world(seam: db.Database, database: Database) -> cast.World:
    """Give a company with the fixed cast, as it stands in the template that the database was copied from."""
    assert database.world is not None
    made = database.world
    return replace(made, db=seam, account=dict(made.account), person=dict(made.person))


@pytest.fixture
def shown(world: cast.World) -> AcknowledgeIn:
    """Give what a reader is shown of a published policy: it stands in the template, before all else that is done."""
    assert world.shown is not None
    return world.shown


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """Give the address of the one S3 server of this process."""
    with s3_server() as address:
        yield address


@pytest.fixture(params=["directory", "bucket"])
def media_settings(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """Give the settings of a fresh place for uploaded files; a test that asks for it runs on both kinds."""
    if request.param == "directory":
        return directory_settings(tmp_path)
    return bucket_settings(request.getfixturevalue("s3"), tmp_path)


@pytest.fixture
def site(world: cast.World, database_url: str) -> Iterator[Site]:
    """Give the whole application over HTTP, with the fixed cast, on the morning on which the cast was made."""
    with time_machine.travel(cast.NOW):
        yield Site(world, database_url)


@pytest.fixture(scope="session")
def worker_scratch() -> Iterator[Path]:
    """Give a directory for this worker's SQLite files."""
    with scratch_directory("sqlite") as directory:
        yield directory


@pytest.fixture(scope="session")
def sqlite_template(worker_scratch: Path) -> Path:
    """Give a migrated SQLite file."""
    template = worker_scratch / "template.db"
    _migrate(f"sqlite:///{template}")
    return _at_rest(template)


@pytest.fixture(scope="session")
def sqlite_world(sqlite_template: Path) -> tuple[Path, cast.World]:
    """Give a migrated SQLite file in which the fixed cast lives already."""
    template = sqlite_template.with_name("world.db")
    shutil.copyfile(sqlite_template, template)
    made = _filled(f"sqlite:///{template}", cast.build)
    return _at_rest(template), made


@pytest.fixture
def sqlite_database(request: pytest.FixtureRequest, worker_scratch: Path) -> Iterator[Database]:
    """Give a fresh SQLite database, with the fixed cast for a test that asks for it."""
    template, made = _template(request, "sqlite")
    copy = worker_scratch / "test.db"
    shutil.copyfile(template, copy)
    yield Database("sqlite", f"sqlite:///{copy}", f"sqlite:///{copy}", made)
    for left in worker_scratch.glob(f"{copy.name}*"):
        left.unlink()


@pytest.fixture(scope="session")
def sqlite_shown(sqlite_world: tuple[Path, cast.World]) -> tuple[Path, cast.World]:
    """Give the file of the cast in which a policy is published."""
    template, made = sqlite_world[0].with_name("shown.db"), sqlite_world[1]
    shutil.copyfile(sqlite_world[0], template)
    made = _published(f"sqlite:///{template}", made)
    return _at_rest(template), made


@pytest.fixture(scope="session")
def postgres_template(postgres: Server) -> str:
    """Give the name of a migrated PostgreSQL database that nobody is connected to."""
    name = f"template_{_worker()}"
    postgres.create_database(name)
    _migrate(postgres.url(name, OWNER))
    return name


@pytest.fixture(scope="session")
def postgres_world(postgres: Server, postgres_template: str) -> tuple[str, cast.World]:
    """Give the name of a migrated PostgreSQL database in which the fixed cast lives already."""
    name = f"world_{_worker()}"
    postgres.create_database(name, postgres_template)
    return name, _filled(postgres.url(name), cast.build)


@pytest.fixture(scope="session")
def postgres_shown(postgres: Server, postgres_world: tuple[str, cast.World]) -> tuple[str, cast.World]:
    """Give the name of the cast's PostgreSQL database in which a policy is published."""
    name, (template, made) = f"shown_{_worker()}", postgres_world
    postgres.create_database(name, template)
    return name, _published(postgres.url(name), made)


@pytest.fixture(scope="session")
def postgres_databases(postgres: Server) -> Iterator[dict[str, Rewound]]:
    """Give the worker's test databases by their template, each made when first asked for."""
    made: dict[str, Rewound] = {}
    yield made
    for one in made.values():
        one.close()


@pytest.fixture
def postgres_database(
    request: pytest.FixtureRequest, postgres: Server, postgres_databases: dict[str, Rewound]
) -> Database:
    """Give a fresh PostgreSQL database, with the fixed cast for a test that asks for it."""
    template, made = _template(request, "postgres")
    name = f"test_{template}"
    if template not in postgres_databases:
        postgres_databases[template] = Rewound(postgres, name, template)
    postgres_databases[template].rewind()
    return Database("postgres", postgres.url(name), postgres.url(name, OWNER), made)


def _template(request: pytest.FixtureRequest, kind: str) -> tuple[Any, cast.World | None]:
    for richest in ("shown", "world"):
        if richest in request.fixturenames:
            return request.getfixturevalue(f"{kind}_{richest}")
    return request.getfixturevalue(f"{kind}_template"), None


def _at_rest(file: Path) -> Path:
    """Bring everything from the log into the file, so that copying the file copies everything."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


def _filled(url: str, fill: Callable[[db.Database], Awaitable[cast.World]]) -> cast.World:
    async def run() -> cast.World:
        opened = db.open_database(url)
        try:
            return await fill(opened)
        finally:
            await opened.close()

    return asyncio.run(run())


def _published(url: str, made: cast.World) -> cast.World:
    async def publish(opened: db.Database) -> cast.World:
        return replace(made, shown=await replace(made, db=opened).published())

    return _filled(url, publish)


def _worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def _migrate(url: str) -> None:
    from app.db.migrate import migrate  # noqa: PLC0415  # only the tests that ask for a database need Alembic

    migrate(url)
