"""Compare importing people from a file with the bare driver that upserts the same rows into the same tables.

    python -m benchmarks.importing [--databases sqlite,postgres] [--people 10000] [--rounds 3]

Each run goes into a new company with one published policy. The database part begins with rows that were read and
checked; the whole import begins with the bytes of the file. Ratios of one run count, absolute figures do not.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy.util import await_only

from app.access.work import Door, Work
from app.authz import System
from app.db import NO_COMPANY, Database, Scope, open_database
from app.db.migrate import migrate
from app.models import Company
from app.models.types import new_id
from app.people.rules import people_csv
from app.people.services import importing as service
from app.people.web import importing as people_import
from benchmarks import seed
from tests.postgres import APP, OWNER, running_server
from tests.postgres import Server as Postgres

# Table, columns, and the columns of the key on which the row of the file meets the one that is there.
TABLES = {
    "account": ("id email language created_at", "email"),
    "person": (
        "company_id id account_id name email external_id language row_version created_at updated_at",
        "company_id, external_id",
    ),
    "employment": ("company_id id person_id team_id site_id starts_on ends_on working_window", "company_id, id"),
    "assignment": (
        "company_id id version_id person_id state due_on opened_at note reply reminders_sent",
        "company_id, version_id, person_id",
    ),
}


class Timed(NamedTuple):
    """Seconds of one run: by the clock, and of this process's processor time."""

    wall: float
    cpu: float


@contextmanager
def addresses(kind: str) -> Iterator[tuple[str, str]]:
    """Give the address of an empty database, for the service and for the owner of the tables."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="portavoce-bench-", dir=os.environ.get("BENCH_DIR")) as scratch:
            url = f"sqlite:///{Path(scratch) / 'import.db'}"
            yield url, url
    else:
        with running_server(durable=True) as directory, Postgres(directory) as server:
            server.create_database("importing")
            yield server.url("importing", APP), server.url("importing", OWNER)


class Bench:
    """Three ways of taking on the same number of people."""

    def __init__(self, db: Database, people: int) -> None:
        self.db = db
        self.people = people
        self.round = 0

    async def raw(self) -> Timed:
        """Upsert with the bare driver, in one transaction."""
        scope, version_id = await self._company()
        columns = self._columns(scope.company_id, version_id)
        return await _timed(lambda: self.db.write(scope, lambda session: self._upsert(session, columns)))

    async def database_part(self) -> Timed:
        """Import rows that were read and checked."""
        work, rows = await self._work(), people_csv.read(self._file()).rows

        async def run() -> None:
            for start in range(0, len(rows), service.CHUNK):
                await work.write(service.import_rows, rows[start : start + service.CHUNK])

        return await _timed(run)

    async def whole(self) -> Timed:
        """Import a file."""
        work, data = await self._work(), self._file()
        return await _timed(lambda: people_import.run(work, data, dry_run=False))

    async def check(self) -> Timed:
        """Say what importing a file would do."""
        work, data = await self._work(), self._file()
        return await _timed(lambda: people_import.run(work, data, dry_run=True))

    async def _company(self) -> tuple[Scope, str]:
        self.round += 1
        company_id = new_id()
        company = Company(id=company_id, name="Prova", created_at=seed.NOW)
        await self.db.write(NO_COMPANY, lambda session: session.add(company))
        shown = await seed.policy(self.db, Scope(company_id), [], 0)
        return Scope(company_id), shown["version_id"]

    async def _work(self) -> Work:
        scope, _ = await self._company()
        return await Door(self.db, System("benchmark"), str(scope.company_id), "benchmark").enter()

    def _file(self) -> bytes:
        lines = ["matricola;nominativo;e-mail;reparto;assunto il;lingua"]
        for number in range(self.people):
            team = seed.TEAMS[number % len(seed.TEAMS)]
            lines.append(f"M{number};Persona {number} Di Prova;{self._email(number)};{team};01/02/2020;it")
        return "\r\n".join(lines).encode()

    def _email(self, number: int) -> str:
        return f"p{number}r{self.round}@prova.example"

    def _columns(self, company_id: Any, version_id: str) -> dict[str, list[tuple[Any, ...]]]:
        sqlite = self.db.name == "sqlite"
        now: Any = seed.NOW.isoformat() if sqlite else seed.NOW
        day: Any = date(2020, 2, 1).isoformat() if sqlite else date(2020, 2, 1)
        rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
        for number in range(self.people):
            account, person, email = new_id(), new_id(), self._email(number)
            name, number_ = f"Persona {number} Di Prova", f"M{number}"
            hours = "09:00-18:00 mon-fri"
            rows["account"].append((account, email, "it", now))
            rows["person"].append((company_id, person, account, name, email, number_, "it", 1, now, now))
            rows["employment"].append((company_id, new_id(), person, None, None, day, None, hours))
            rows["assignment"].append((company_id, new_id(), version_id, person, "open", day, now, "", "", 0))
        return rows

    def _upsert(self, session: Any, rows: dict[str, list[tuple[Any, ...]]]) -> None:
        raw = session.connection().connection.driver_connection
        for table, (columns, key) in TABLES.items():
            names = columns.split()
            marks = [("?" if self.db.name == "sqlite" else f"${place}") for place, _ in enumerate(names, start=1)]
            sql = (
                f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(marks)}) "
                f"ON CONFLICT ({key}) DO UPDATE SET id = {table}.id"
            )
            done = raw.executemany(sql, rows[table])
            if self.db.name == "postgres":
                await_only(done)


async def _timed(run: Callable[[], Awaitable[Any]]) -> Timed:
    wall, cpu = time.perf_counter(), time.process_time()
    await run()
    return Timed(time.perf_counter() - wall, time.process_time() - cpu)


async def measure(kind: str, url: str, people: int, rounds: int) -> None:
    """Run the ways in turn, round after round, the first only to warm up, and print a table of medians."""
    db = open_database(url)
    bench = Bench(db, people)
    ways = {
        "raw upsert": bench.raw,
        "database part": bench.database_part,
        "whole import": bench.whole,
        "dry run": bench.check,
    }
    found: dict[str, list[Timed]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, run in ways.items():
            timed = await run()
            if number:
                found[name].append(timed)
    await db.close()
    print(table(f"Import of {people:,} people, {kind}", found, "raw upsert"), flush=True)


def table(title: str, found: dict[str, list[Timed]], base: str) -> str:
    """Return a Markdown table of medians; the ratios to ``base`` are medians of the rounds'."""
    lines = [f"### {title}", "", f"| | wall s | CPU s | {base} / own | CPU of {base} / own |", "|---|---|---|---|---|"]
    for name, runs in found.items():
        pairs = list(zip(runs, found[base], strict=True))
        wall = statistics.median(other.wall / one.wall for one, other in pairs)
        cpu = statistics.median(other.cpu / one.cpu for one, other in pairs)
        values = [statistics.median(getattr(one, field) for one in runs) for field in Timed._fields]
        lines.append(f"| {name} | {values[0]:.2f} | {values[1]:.2f} | {wall:.2f} | {cpu:.2f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.importing", description="Compare an import with the bare driver.")
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for kind in options.databases.split(","):
        with addresses(kind) as (url, owner):
            migrate(owner)
            asyncio.run(measure(kind, url, options.people, options.rounds))


if __name__ == "__main__":
    main()
