"""A backup holds one moment of the database, whole, and can take its place again."""

import shutil
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Portavoce
from tests.fixtures import Database

NEW_ACCOUNT = "INSERT INTO account (id, language, created_at) VALUES (?, 'it', '2026-11-23T09:00:00.000000Z')"


def file_of(database: Database) -> Path:
    return Path(database.url.removeprefix("sqlite:///"))


def accounts(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM account")}


@contextmanager
def written_meanwhile(file: Path, confirmed: list[str]) -> Iterator[None]:
    """Let another connection write durable rows as fast as it can; it notes each row after its commit."""
    stop, warm = threading.Event(), threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(file, isolation_level=None, timeout=10)) as connection:
            connection.execute("PRAGMA journal_mode = wal")
            connection.execute("PRAGMA synchronous = full")
            while not stop.is_set():
                connection.execute(NEW_ACCOUNT, (f"account-{len(confirmed)}",))
                confirmed.append(f"account-{len(confirmed)}")
                if len(confirmed) > 100:
                    warm.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert warm.wait(20)
    try:
        yield
    finally:
        stop.set()
        writer.join()


def leave_after_power_cut(file: Path, copy: Path) -> None:
    """Copy a database with the log that a service left which could not close it."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute(NEW_ACCOUNT, ("an account",))
        for end in ("", "-wal"):
            shutil.copyfile(f"{file}{end}", f"{copy}{end}")


def test_a_backup_under_writes_holds_every_row_confirmed_before_it_and_restores(
    portavoce: Portavoce, database: Database, tmp_path: Path
) -> None:
    file, saved = file_of(database), tmp_path / "saved.db"
    confirmed: list[str] = []
    with written_meanwhile(file, confirmed):
        before = set(confirmed)
        done = portavoce("backup", str(saved), DATABASE_URL=database.url)
        assert done.out.endswith(" bytes)\n")
    held = accounts(saved)
    assert before <= held <= set(confirmed)
    assert portavoce("restore", str(saved), DATABASE_URL=database.url).status == 0
    assert accounts(file) == held
    (aside,) = file.parent.glob(f"{file.name}.before-*")
    assert accounts(aside) == set(confirmed)


def test_a_backup_is_readable_by_its_owner_alone(portavoce: Portavoce, database: Database, tmp_path: Path) -> None:
    portavoce("backup", str(tmp_path / "saved.db"), DATABASE_URL=database.url)
    assert [stat.S_IMODE(found.stat().st_mode) for found in tmp_path.iterdir()] == [0o600]


def test_a_backup_never_overwrites_another(portavoce: Portavoce, database: Database, tmp_path: Path) -> None:
    saved = tmp_path / "saved.db"
    saved.write_text("the last one")
    done = portavoce("backup", str(saved), DATABASE_URL=database.url)
    assert done.refusal == f"{saved} exists: give another name."
    assert saved.read_text() == "the last one"


def test_a_backup_can_be_verified_without_a_database(portavoce: Portavoce, database: Database, tmp_path: Path) -> None:
    saved, nowhere = tmp_path / "saved.db", tmp_path / "none" / "portavoce.db"
    portavoce("backup", str(saved), DATABASE_URL=database.url)
    done = portavoce("restore", "--verify", str(saved), DATABASE_URL=f"sqlite:///{nowhere}")
    assert (done.status, " is whole. Schema " in done.out) == (0, True)
    assert not nowhere.exists()


def test_a_backup_restores_where_nothing_is(portavoce: Portavoce, database: Database, tmp_path: Path) -> None:
    saved, new = tmp_path / "saved.db", tmp_path / "portavoce.db"
    portavoce("backup", str(saved), DATABASE_URL=database.url)
    assert portavoce("restore", str(saved), DATABASE_URL=f"sqlite:///{new}").status == 0
    assert accounts(new) == accounts(saved)


def test_a_database_that_is_damaged_is_kept_aside(portavoce: Portavoce, database: Database, tmp_path: Path) -> None:
    saved, damaged = tmp_path / "saved.db", tmp_path / "portavoce.db"
    portavoce("backup", str(saved), DATABASE_URL=database.url)
    leave_after_power_cut(file_of(database), damaged)
    with damaged.open("r+b") as scratched:
        scratched.seek(100)  # the header stays, what it leads to does not
        scratched.write(b"scratched" * 1000)
    done = portavoce("restore", str(saved), DATABASE_URL=f"sqlite:///{damaged}")
    assert "cannot be read" in done.out
    assert accounts(damaged) == accounts(saved)
    assert list(tmp_path.glob("portavoce.db.before-*"))


def test_a_database_in_use_is_not_replaced(portavoce: Portavoce, database: Database, tmp_path: Path) -> None:
    saved = tmp_path / "saved.db"
    portavoce("backup", str(saved), DATABASE_URL=database.url)
    with closing(sqlite3.connect(file_of(database))) as service:
        service.execute("PRAGMA journal_mode = wal")
        service.execute("SELECT count(*) FROM account").fetchall()
        done = portavoce("restore", str(saved), DATABASE_URL=database.url)
    assert done.refusal == "The database is in use: stop the service and its workers first."


def test_a_file_that_is_no_backup_is_refused(portavoce: Portavoce, database: Database, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all, " * 1000)
    done = portavoce("restore", str(tmp_path / "letter.txt"), DATABASE_URL=database.url)
    assert "is no backup of Portavoce" in done.refusal


def test_a_backup_with_a_reference_that_leads_nowhere_is_refused(
    portavoce: Portavoce, database: Database, tmp_path: Path
) -> None:
    saved = tmp_path / "saved.db"
    shutil.copyfile(file_of(database), saved)
    with closing(sqlite3.connect(saved)) as connection, connection:
        moment = "2026-11-23T09:00:00.000000Z"
        connection.execute("INSERT INTO policy VALUES ('no company', 'x', 'internal', 'x', ?)", (moment,))
    done = portavoce("restore", "--verify", str(saved), DATABASE_URL=database.url)
    assert done.refusal == f"{saved} is damaged: a reference leads nowhere."


def test_a_backup_of_another_version_asks_for_the_migration(
    portavoce: Portavoce, database: Database, tmp_path: Path
) -> None:
    saved = tmp_path / "saved.db"
    portavoce("backup", str(saved), DATABASE_URL=database.url)
    with closing(sqlite3.connect(saved)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'older'")
    done = portavoce("restore", "--verify", str(saved), DATABASE_URL=database.url)
    assert "run `portavoce migrate`" in done.out


def test_without_a_database_there_is_nothing_to_back_up(portavoce: Portavoce, tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"
    done = portavoce("backup", str(tmp_path / "saved.db"), DATABASE_URL=f"sqlite:///{missing}")
    assert done.refusal == f"There is no database at {missing}: look at DATABASE_URL."
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_postgresql_has_its_own_tools(portavoce: Portavoce, database: Database, tmp_path: Path, command: str) -> None:
    saved = tmp_path / "saved.db"
    shutil.copyfile(file_of(database), saved)
    done = portavoce(command, str(saved), DATABASE_URL="postgresql://portavoce_app@/portavoce")
    assert "pg_dump" in done.refusal
