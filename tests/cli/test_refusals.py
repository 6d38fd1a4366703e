"""What cannot be done is said in one line, with status 2 and without a traceback."""

import socket
from pathlib import Path

import pytest

from app.cli import main
from app.cli.refusals import in_one_line
from app.errors import NotFound
from tests.cli.conftest import SECRETS, Portavoce
from tests.fixtures import Database


def test_without_a_secret_key_nothing_is_served(portavoce: Portavoce) -> None:
    assert portavoce("serve").refusal.startswith("SECRET_KEY is not set")


def test_without_a_signing_key_nothing_is_served(portavoce: Portavoce) -> None:
    assert portavoce("serve", SECRET_KEY="x").refusal.startswith("SIGNING_KEY is not set")


def test_without_secrets_no_jobs_are_done(portavoce: Portavoce) -> None:
    assert portavoce("worker").refusal.startswith("SECRET_KEY is not set")


def test_two_web_processes_on_sqlite_are_refused(portavoce: Portavoce, database: Database) -> None:
    done = portavoce("serve", "--workers", "2", DATABASE_URL=database.url, **SECRETS)
    assert done.refusal.startswith("SQLite takes one web process")


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_database_that_is_not_there_is_refused_and_not_made(
    portavoce: Portavoce, tmp_path: Path, command: str
) -> None:
    missing = tmp_path / "missing.db"
    done = portavoce(command, DATABASE_URL=f"sqlite:///{missing}", PORT="0", **SECRETS)
    assert done.refusal == "The database is not at this version: run `portavoce migrate` first."
    assert not missing.exists()


def test_a_database_that_is_not_migrated_is_refused(portavoce: Portavoce, tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    done = portavoce("serve", DATABASE_URL=f"sqlite:///{empty}", PORT="0", **SECRETS)
    assert "run `portavoce migrate` first" in done.refusal


def test_a_setting_that_cannot_be_used_is_named(portavoce: Portavoce) -> None:
    assert portavoce("serve", PORT="eighty").refusal.startswith("PORT cannot be used: ")


def test_a_secret_whose_file_is_missing_is_named(portavoce: Portavoce, tmp_path: Path) -> None:
    missing = tmp_path / "key"
    done = portavoce("serve", SECRET_KEY_FILE=str(missing))
    assert done.refusal == f"No such file or directory: {missing}"


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_a_database_server_that_is_not_there_is_refused(portavoce: Portavoce, tmp_path: Path, command: str) -> None:
    nowhere = f"postgresql://nobody@/nothing?host={tmp_path}"
    done = portavoce(command, DATABASE_URL=nowhere, PORT="0", **SECRETS)
    assert done.refusal


@pytest.mark.parametrize("database_kind", ["postgres"])
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_the_owner_of_the_tables_does_not_serve(portavoce: Portavoce, database: Database, command: str) -> None:
    done = portavoce(command, DATABASE_URL=database.owner_url, PORT="0", **SECRETS)
    assert done.refusal.startswith("DATABASE_URL names a role that row-level security does not bind")


def test_a_port_that_is_taken_is_named(portavoce: Portavoce) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = portavoce("serve", PORT=str(port), **SECRETS)
    assert done.refusal.startswith(f"Cannot listen at 127.0.0.1:{port} (")


def test_an_option_that_is_no_number_is_refused(portavoce: Portavoce) -> None:
    assert portavoce("serve", "--workers", "many").status == 2


def test_a_refusal_of_the_domain_is_said_in_english() -> None:
    assert in_one_line(NotFound()) == NotFound.detail


def test_a_defect_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def defect(_workers: int) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("app.cli.serving.serve", defect)
    with pytest.raises(ZeroDivisionError):
        main(["serve"])


def test_help_names_every_command(portavoce: Portavoce) -> None:
    done = portavoce("--help")
    assert done.status == 0
    assert {"serve", "worker", "migrate", "demo", "backup", "restore", "company", "evidence"} <= set(done.out.split())
