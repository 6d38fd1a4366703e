"""Backup and restore of a SQLite database. Copying its main file alone gives a valid-looking, older database."""

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import typer

from app.cli.database import sqlite_file
from app.db.migrate import head
from app.settings import ConfigurationError, Settings

_ON_POSTGRES = "On PostgreSQL back up with pg_dump and restore with pg_restore: docs/operations.md says how."
_COUNTED = ("company", "person", "policy_version", "acknowledgement", "audit_event")


def backup(file: Path) -> None:
    """Write a compact copy of one moment, also while the service writes, and verify it.

    ``file`` must not exist; it appears only when it is whole and on the disk.
    """
    source = _database()
    if file.exists():
        raise ConfigurationError(f"{file} exists: give another name.")
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL, 0o600))
    with closing(_connect(source, "rw")) as connection:
        connection.execute("VACUUM INTO ?", (str(part),))
    _verify(part)
    _put(part, file)
    typer.echo(f"Written and verified: {file} ({file.stat().st_size:,} bytes)")


def restore(file: Path, *, verify_only: bool) -> None:
    """Verify a backup and, unless only that was asked, put it in the place of the database, which is kept aside."""
    revision = _verify(file)
    if not verify_only:
        _replace(_database(missing_ok=True), file)
    if revision != head():
        typer.echo("It is of another version of the program: run `portavoce migrate` before you start.")


def _database(*, missing_ok: bool = False) -> Path:
    settings = Settings()
    if not settings.on_sqlite:
        raise ConfigurationError(_ON_POSTGRES)
    path = sqlite_file(settings.database_url)
    if not missing_ok and not path.is_file():
        raise ConfigurationError(f"There is no database at {path}: look at DATABASE_URL.")
    return path


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, isolation_level=None)
    connection.execute("PRAGMA busy_timeout = 10000")
    return connection


def _verify(path: Path) -> str:
    """Say what a backup holds and return the revision of its schema; ConfigurationError if it is not whole."""
    try:
        with closing(_connect(path, "ro")) as connection:
            (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _COUNTED]
    except sqlite3.Error as error:
        raise ConfigurationError(f"{path} is no backup of Portavoce: {error}.") from error
    if verdict != "ok" or broken:
        raise ConfigurationError(f"{path} is damaged: {verdict if verdict != 'ok' else 'a reference leads nowhere'}.")
    rows = ", ".join(f"{table} {count:,}" for table, count in zip(_COUNTED, counts, strict=True))
    typer.echo(f"{path} is whole. Schema {revision}; rows: {rows}.")
    return str(revision)


def _replace(database: Path, file: Path) -> None:
    part = database.with_name(f"{database.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL, 0o600))
    shutil.copyfile(file, part)
    if database.is_file():
        _let_go(database)
        _set_aside(database)
    _put(part, database)
    typer.echo(f"Restored: {database}")


def _let_go(database: Path) -> None:
    """Make sure that nobody has the database open; one that cannot be read any more is nobody's.

    SQLite leaves write-ahead logging for the last connection only (https://www.sqlite.org/pragma.html).
    """
    try:
        with closing(_connect(database, "rw")) as connection:
            connection.execute("PRAGMA busy_timeout = 0")
            connection.execute("PRAGMA journal_mode = delete")
    except sqlite3.OperationalError as error:
        raise ConfigurationError("The database is in use: stop the service and its workers first.") from error
    except sqlite3.DatabaseError as error:
        typer.echo(f"The database that is here cannot be read ({error}).")


def _set_aside(database: Path) -> None:
    moment = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    for left in (database, *(database.with_name(f"{database.name}{end}") for end in ("-wal", "-shm"))):
        if left.exists():
            left.rename(f"{database}.before-{moment}{left.name.removeprefix(database.name)}")
    typer.echo(f"The database that was here is now {database}.before-{moment}")


def _put(part: Path, place: Path) -> None:
    """Move a finished file to its place so that a power cut leaves the old state or the new one."""
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
