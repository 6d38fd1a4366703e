"""Migrations: one line of them, the same as the models, there and back with data in it, kind to a running service."""

import asyncio
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from app.access.work import enter_agency
from app.api_clients.schemas.api_client import ClientIn
from app.authz import Permission, System
from app.context import Ctx
from app.db import open_database
from app.db.migrate import ROOT, head, migrate, with_connection
from app.evidence.notes import Signer
from app.main import create_app
from app.models import Course, CourseVersion, Enrolment, EventSource, TrainingEvent, TrainingEventKind
from app.models.types import new_id
from app.policies.rows import policies
from app.rules.log_name import INSTANCE
from app.settings import ConfigurationError, Settings
from app.training.rules.hours import MinutesKind
from app.training.services import crediting
from tests import world as cast
from tests.fixtures import Database
from tests.postgres import OWNER, Server
from tests.world import NOW, acknowledge

APPEND_ONLY = {
    "agency_audit_event",
    "agency_visit",
    "audit_event",
    "log_checkpoint",
    "log_leaf",
    "log_node",
    "recognised_minutes",
}
UNCHANGING = {"training_event"}
GUARDED = APPEND_ONLY | UNCHANGING
ACCEPTED = {
    "prefer-text-field": "lengths are those of the API's schema, and a longer varchar needs no rewrite since 9.2",
    "prefer-bigint-over-int": "these integers are counts, days and version numbers of people's work",
    "ban-drop-table": "a table goes only after its rows have moved, in the same migration",
    "require-statement-timeout": "a backfill takes its time; lock_timeout keeps it from holding others up",
}


def alembic(url: str, **options: Any) -> Config:
    config = Config(str(ROOT / "alembic.ini"), **options)
    config.attributes["url"] = url
    return config


@pytest.fixture
def empty(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give a database in which there is nothing at all."""
    if database_kind == "sqlite":
        url = f"sqlite:///{tmp_path}/empty.db"
        yield Database("sqlite", url, url)
        return
    server: Server = request.getfixturevalue("postgres")
    name = f"empty_{os.getpid()}"  # the workers share one server
    server.create_database(name)
    yield Database("postgres", server.url(name), server.url(name, OWNER))
    server.drop_database(name)


def revisions() -> list[str]:
    script = ScriptDirectory.from_config(alembic(""))
    return [step.revision for step in script.walk_revisions()][::-1]


def fill(database: Database) -> None:
    """Put people, a published policy, an acknowledgement and their traces into it: a row in all that is append-only."""

    async def act() -> None:
        from app.api_clients.services import api_clients as clients  # noqa: PLC0415 - the services need the newest schema
        from app.merkle_log.services import log_key  # noqa: PLC0415 - the services need the newest schema

        seam = open_database(database.url)
        world = await cast.build(seam)
        await world.act("employee").write(acknowledge, await world.published())
        await world.system().write(log_key.sign_head, Signer.generate(INSTANCE))
        await world.act("account_manager").read(lambda _ctx: None)
        await world.act("hr").write(_train, world.person["employee"])
        report = ClientIn(name="Report", scopes=[Permission.READ_COMPANY])
        await (await enter_agency(seam, System("operator"), world.agency_id, "test")).write(clients.create, report)
        await seam.close()

    asyncio.run(act())


def _train(ctx: Ctx, person_id: str) -> None:
    course = Course(name="Speaking about us", created_at=ctx.now)
    ctx.session.add(course)
    ctx.session.flush()
    version = CourseVersion(course_id=course.id, number=1, created_at=ctx.now)
    ctx.session.add(version)
    ctx.session.flush()
    enrolment = Enrolment(
        course_id=course.id, version_id=version.id, person_id=person_id, due_on=ctx.today, opened_at=ctx.now
    )
    ctx.session.add(enrolment)
    ctx.session.flush()
    ctx.session.add(
        TrainingEvent(
            enrolment_id=enrolment.id,
            version_id=version.id,
            kind=TrainingEventKind.ENROLLED,
            source=EventSource.PAGE,
            recorded_by=person_id,
            at=ctx.now,
            recorded_at=ctx.now,
        )
    )
    crediting.credit(ctx, person_id, 60, MinutesKind.SESSION, new_id(), ctx.today)


def triggers(connection: Connection) -> set[str]:
    """Return the tables that some trigger keeps from being changed; what guards closed months is tested elsewhere."""
    on_sqlite = connection.dialect.name == "sqlite"
    only_update = ", ".join(f"'{table}'" for table in UNCHANGING)
    query = (
        "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name NOT LIKE '%_closed%' GROUP BY tbl_name "
        f"HAVING count(*) = CASE WHEN tbl_name IN ({only_update}) THEN 1 ELSE 2 END"
        if on_sqlite
        else "SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D' "
        "AND tgname NOT LIKE '%_closed'"
    )
    return set(connection.execute(text(query)).scalars())


def looked_up(url: str, look: Any) -> Any:
    found: list[Any] = []
    with_connection(url, lambda connection: found.append(look(connection)))
    return found[0]


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_there_is_one_line_of_migrations_and_the_service_knows_its_end() -> None:
    assert ScriptDirectory.from_config(alembic("")).get_heads() == [head()]


def test_the_files_are_named_by_day_and_minute() -> None:
    names = [path.name for path in (ROOT / "migrations" / "versions").glob("*.py")]
    assert names
    assert [name for name in names if not re.fullmatch(r"\d{4}-\d\d-\d\d-\d{4}_[a-z0-9_]+\.py", name)] == []


def test_the_migrated_schema_is_that_of_the_models(database: Database) -> None:
    command.check(alembic(database.owner_url))


def test_every_step_goes_back_and_forth_with_data_in_it(empty: Database) -> None:
    migrate(empty.owner_url)
    fill(empty)
    steps = revisions()
    for below, step in reversed(list(zip(["base", *steps], steps, strict=False))):
        command.downgrade(alembic(empty.owner_url), below)
        command.upgrade(alembic(empty.owner_url), step)
        assert GUARDED & looked_up(empty.owner_url, tables) == looked_up(empty.owner_url, triggers)
        command.downgrade(alembic(empty.owner_url), below)
    assert looked_up(empty.owner_url, tables) == set()
    for step in steps:
        command.upgrade(alembic(empty.owner_url), step)
        assert GUARDED & looked_up(empty.owner_url, tables) == looked_up(empty.owner_url, triggers)
    fill(empty)


def test_tables_that_never_change_are_all_there_are_triggers_on(database: Database) -> None:
    assert looked_up(database.owner_url, triggers) == GUARDED


@pytest.mark.parametrize("table", sorted(UNCHANGING))
def test_what_is_unchanging_goes_but_is_never_rewritten(database: Database, table: str) -> None:
    fill(database)

    def forge(connection: Connection) -> None:
        enter_company(connection)
        with pytest.raises(DBAPIError, match=f"{table} is append-only"), connection.begin_nested():
            connection.execute(text(f"UPDATE {table} SET {any_column(connection, table)} = NULL"))
        assert connection.execute(text(f"DELETE FROM {table}")).rowcount

    looked_up(database.owner_url, forge)


@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
def test_what_is_append_only_cannot_be_changed(database: Database, table: str) -> None:
    fill(database)

    def forge(connection: Connection) -> None:
        changes = [f"UPDATE {table} SET {any_column(connection, table)} = NULL", f"DELETE FROM {table}"]
        enter_company(connection)
        if database.kind == "sqlite":
            connection.execute(text("PRAGMA recursive_triggers = on"))
            changes.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
        for change in changes:
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()
            with pytest.raises(DBAPIError, match=f"{table} is append-only"):
                connection.execute(text(change))
            connection.rollback()

    with_connection(database.owner_url, forge)


def enter_company(connection: Connection) -> None:
    """Show the owner of the tables the rows of the cast's company: row-level security binds the owner, too."""
    if connection.dialect.name == "postgresql":
        company = "SELECT set_config('portavoce.company', (SELECT id FROM company WHERE name LIKE '%Aurora'), false)"
        connection.execute(text(company))
        connection.commit()


def test_approved_and_published_versions_keep_their_meaning_across_their_new_names(empty: Database) -> None:
    def stored(connection: Connection) -> tuple[list[Any], list[Any]]:
        enter_company(connection)
        states = connection.execute(text("SELECT state FROM policy_version ORDER BY id")).scalars().all()
        kinds = connection.execute(text("SELECT kind FROM job WHERE dedupe_key LIKE 'force:%'")).scalars().all()
        return list(states), list(kinds)

    async def publish_and_approve() -> None:
        seam = open_database(empty.url)
        world = await cast.build(seam)
        published = await world.published(effective_on=NOW.date() + timedelta(days=5))
        version = await world.system().read(policies.version, published.version_id)
        await world.approved(version.policy_id)
        await seam.close()

    migrate(empty.owner_url)
    asyncio.run(publish_and_approve())
    now = ["published", "approved"], ["policy:take_effect"]
    assert looked_up(empty.owner_url, stored) == now
    command.downgrade(alembic(empty.owner_url), "2026_12_01_absences")
    assert looked_up(empty.owner_url, stored) == (["scheduled", "scheduled"], ["policy:publish_due"])
    command.upgrade(alembic(empty.owner_url), "head")
    assert looked_up(empty.owner_url, stored) == now


def test_whoever_is_there_already_is_sorted_by_surname(empty: Database) -> None:
    def sorted_names(connection: Connection) -> list[Any]:
        enter_company(connection)
        return list(connection.execute(text("SELECT sort_name FROM person ORDER BY name")).scalars())

    migrate(empty.owner_url)
    fill(empty)
    before = looked_up(empty.owner_url, sorted_names)
    assert "lead marketing" in before
    command.downgrade(alembic(empty.owner_url), "2026_12_01_mail_html")
    command.upgrade(alembic(empty.owner_url), "head")
    assert looked_up(empty.owner_url, sorted_names) == before


def any_column(connection: Connection, table: str) -> str:
    return str(inspect(connection).get_columns(table)[0]["name"])


@pytest.mark.parametrize("step", range(len(revisions())))
def test_the_sql_for_postgresql_holds_nobody_up(tmp_path: Path, step: int) -> None:
    """Each step by itself: the linter takes a file for one transaction."""
    written = io.StringIO()
    config = alembic("postgresql://offline/offline", output_buffer=written)
    below, wanted = ["base", *revisions()][step : step + 2]
    command.upgrade(config, f"{below}:{wanted}", sql=True)
    sql = tmp_path / "upgrade.sql"
    sql.write_text(written.getvalue())
    assert f"'{wanted}'" in written.getvalue()
    squawk = [str(Path(sys.executable).parent / "squawk"), *(f"--exclude={rule}" for rule in ACCEPTED), str(sql)]
    done = subprocess.run(squawk, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert done.returncode == 0, done.stdout


def start(url: str) -> None:
    settings = Settings(database_url=url, demo=True, embedded_worker=False)

    async def serve() -> None:
        app = create_app(settings)
        async with app.router.lifespan_context(app):
            pass

    asyncio.run(serve())


ONE_LINE = r"^The database is not at this version: run `portavoce migrate` first\.$"


def test_the_service_does_not_start_on_a_database_without_a_schema(empty: Database) -> None:
    with pytest.raises(ConfigurationError, match=ONE_LINE):
        start(empty.url)


def test_the_service_does_not_start_on_the_schema_of_another_version(database: Database) -> None:
    def pretend(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = 'another'"))
        connection.commit()

    with_connection(database.owner_url, pretend)
    with pytest.raises(ConfigurationError, match=ONE_LINE):
        start(database.url)


def test_the_service_starts_on_its_own_schema(database: Database) -> None:
    start(database.url)


@pytest.mark.parametrize("database_kind", ["postgres"])
def test_the_service_does_not_start_as_the_owner_of_the_tables(database: Database) -> None:
    with pytest.raises(ConfigurationError, match="row-level security does not bind"):
        start(database.owner_url)
