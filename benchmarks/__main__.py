"""Compare the service with its limit, on SQLite and on a PostgreSQL of its own.

    python -m benchmarks --limit ../shared/limit [--people 1000,10000,100000] [--databases sqlite,postgres]

``--limit`` is the folder of the limit program (raw ASGI, raw driver, its own tables). Ratios of one run count,
absolute figures do not: machines differ and are noisy. Needs ``wrk`` on PATH.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg

from benchmarks import limit
from benchmarks.load import Measured, Server, alternate, free_port, serving, table, uvicorn, wrk
from tests.postgres import APP, OWNER, running_server
from tests.postgres import Server as Postgres

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


class Place(NamedTuple):
    """Where one comparison keeps its rows: the service's, as its role and as the owner of the tables; the limit's."""

    kind: str
    service: str
    owner: str
    limit: str


@contextmanager
def places(kind: str, scratch: Path) -> Iterator[Callable[[int], Place]]:
    """Give the function that makes empty databases for a number of people."""
    if kind == "sqlite":
        files = f"{scratch}/service-%d.db", f"{scratch}/limit-%d.db"
        yield lambda n: Place(kind, f"sqlite:///{files[0] % n}", f"sqlite:///{files[0] % n}", files[1] % n)
        return
    with running_server(durable=True) as directory, Postgres(directory) as server:

        def made(people: int) -> Place:
            names = f"service_{people}", f"limit_{people}"
            for name in names:
                server.create_database(name)
            addresses = server.url(names[0], APP), server.url(names[0], OWNER), server.url(names[1], OWNER)
            return Place(kind, *addresses[:2], addresses[2].replace("+asyncpg", ""))

        yield made


async def _analyse(where: str) -> None:
    """Gather what the planner knows of the rows, as PostgreSQL does by itself within a minute, and the limit does."""
    connection = await asyncpg.connect(where.replace("+asyncpg", ""))
    await connection.execute("ANALYZE")
    await connection.close()


class Bench:
    """One size of company on one kind of database, beside the limit with as many rows."""

    def __init__(self, options: argparse.Namespace, place: Place, people: int, scratch: Path) -> None:
        self.options, self.place, self.people, self.scratch = options, place, people, scratch
        self.stack = ExitStack()
        self.facts = self._seeded()
        self.limit = self.stack.enter_context(limit.running(options.limit, place.limit, people))
        self.product = self._product()
        self.render = self._render() if "home" in options.only else None

    def _seeded(self) -> dict[str, Any]:
        facts = self.scratch / f"{self.place.kind}-{self.people}.json"
        migrate = "import sys; from app.db.migrate import migrate; migrate(sys.argv[1])"
        seed = ["-m", "benchmarks.seed", self.place.service, str(self.people), str(facts)]
        for command in (["-c", migrate, self.place.owner], seed):
            subprocess.run([sys.executable, *command], cwd=ROOT, check=True)
        if self.place.kind == "postgres":
            asyncio.run(_analyse(self.place.owner))
        return json.loads(facts.read_text(encoding="utf-8"))  # type: ignore[no-any-return]

    def _product(self) -> Server:
        port = free_port()
        environment = {"DATABASE_URL": self.place.service, "DEMO": "true", "EMBEDDED_WORKER": "false"}
        environment |= {"PUBLIC_URL": f"http://127.0.0.1:{port}", "API_REQUESTS_PER_MINUTE": "100000000"}
        command = uvicorn("app.main:create_app", port, "--factory")
        return self.stack.enter_context(serving(command, port, ROOT, environment))

    def _render(self) -> Server:
        port = free_port()
        return self.stack.enter_context(serving(uvicorn("benchmarks.render_app:app", port), port, ROOT, {}))

    def load(self, server: Server, path: str, connections: int, **options: Any) -> Callable[[], Measured]:
        options.setdefault("headers", {})
        return lambda: wrk(server, path, connections, self.options.seconds, **options)

    def compare(self, title: str, runs: dict[str, Callable[[], Measured]], base: str = "limit") -> None:
        heading = f"{title}, {self.people:,} people, {self.place.kind}"
        print(table(heading, alternate(runs, self.options.rounds), base), flush=True)

    def noop(self, connections: int) -> None:
        runs = {
            "limit": self.load(self.limit.server, "/noop", connections),
            "service": self.load(self.product, "/livez", connections),
        }
        self.compare(f"No-op, {connections} clients", runs)

    def people_list(self, connections: int) -> None:
        path = f"/api/v1/companies/{self.facts['company_id']}/people?limit=100"
        runs = {
            "limit": self.load(self.limit.server, f"/status/2/{self.people // 2}", connections),
            "service": self.load(self.product, path, connections, headers=self._token()),
        }
        self.compare(f"API list of 100, {connections} clients", runs)

    def acknowledge(self, connections: int) -> None:
        bodies = self.scratch / f"bodies-{self.place.kind}-{self.people}.tsv"
        if not bodies.exists():
            bodies.write_text("".join(self._bodies()), encoding="utf-8")
        os.environ["BODIES"] = str(bodies)
        runs = {
            "limit": lambda: self.limit.acknowledge(connections, self.options.seconds),
            "service": self.load(
                self.product, "/", connections, script=HERE / "acknowledge.lua", headers=self._token()
            ),
        }
        self.compare(f"Acknowledgement, {connections} clients", runs)

    def coverage(self, connections: int) -> None:
        cookie = {"Cookie": f"portavoce={self.facts['hr']}"}
        runs = {
            "limit": self.load(self.limit.server, f"/status/2/{self.people // 2}", connections),
            "service": self.load(self.product, "/company", connections, headers=cookie),
        }
        self.compare(f"Coverage page (beside the limit's list), {connections} clients", runs)

    def home(self, connections: int) -> None:
        cookie = {"Cookie": f"portavoce={self.facts['employee']}"}
        runs = {
            "rendering alone": self.load(self.render, "/", connections),
            "service": self.load(self.product, "/", connections, headers=cookie),
        }
        self.compare(f"Employee home, {connections} clients", runs, base="rendering alone")

    def _token(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.facts['api']}"}

    def _bodies(self) -> list[str]:
        path = f"/api/v1/companies/{self.facts['company_id']}/policies"
        return [
            f"{path}/{shown['policy_id']}/acknowledgements\t"
            + json.dumps({**{k: v for k, v in shown.items() if k != "policy_id"}, "person_id": person})
            + "\n"
            for shown in self.facts["shown"][1:]
            for person in self.facts["people"]
        ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description="Compare the service with its limit.")
    parser.add_argument("--limit", type=Path, default=ROOT.parent / "shared" / "limit")
    parser.add_argument("--people", default="1000,10000,100000")
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--clients", default="1,32")
    parser.add_argument("--only", default="noop,people_list,acknowledge,coverage,home")
    options = parser.parse_args()
    options.limit = options.limit.resolve()
    with tempfile.TemporaryDirectory(prefix="portavoce-bench-", dir=os.environ.get("BENCH_DIR")) as scratch:
        for kind in options.databases.split(","):
            with places(kind, Path(scratch)) as place:
                for people in map(int, options.people.split(",")):
                    measure(options, place(people), people, Path(scratch))


def measure(options: argparse.Namespace, place: Place, people: int, scratch: Path) -> None:
    """Run the chosen comparisons for one size of company and print their tables."""
    bench = Bench(options, place, people, scratch)
    with bench.stack:
        for case in options.only.split(","):
            for connections in map(int, options.clients.split(",")):
                getattr(bench, case)(connections)


if __name__ == "__main__":
    main()
