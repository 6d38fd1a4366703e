"""How these tests give a command: in this process, as `portavoce …` would be, with its own environment."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.cli import main
from app.cli.demo.start import prepare
from app.evidence.notes import Signer
from app.rules.log_name import INSTANCE
from app.settings import Settings

SIGNER = Signer.generate(INSTANCE)
SECRETS = {"SECRET_KEY": "a key for tests", "SIGNING_KEY": SIGNER.to_pem().decode()}


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def refusal(self) -> str:
        """Return the one line with which the command ended."""
        assert self.status == 2
        (line,) = self.err.splitlines()
        return line


Portavoce = Callable[..., Done]


@pytest.fixture
def portavoce(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Portavoce:
    """Give the command: arguments by position, environment variables by name."""

    def run(*arguments: str, **environment: str) -> Done:
        status = 0
        with monkeypatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            try:
                main(list(arguments))
            except SystemExit as end:
                status = int(end.code or 0)
        written = capfd.readouterr()
        return Done(status, written.out, written.err)

    return run


@pytest.fixture
def database_kind() -> str:
    """Run these tests on one database, unless a test says otherwise: the seam is what differs, not the command."""
    return "sqlite"


@pytest.fixture(scope="session")
def loaded_demo(sqlite_template: Path, worker_scratch: Path) -> Path:
    """Give a SQLite file with the demo in it, for tests to copy."""
    file = worker_scratch / "demo.db"
    shutil.copyfile(sqlite_template, file)
    asyncio.run(prepare(demo_settings(f"sqlite:///{file}")))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


@pytest.fixture
def demo_url(loaded_demo: Path, tmp_path: Path) -> str:
    """Give the address of a copy of the demo."""
    shutil.copyfile(loaded_demo, tmp_path / "demo.db")
    return f"sqlite:///{tmp_path / 'demo.db'}"


def demo_settings(url: str) -> Settings:
    return Settings(database_url=url, demo=True)
