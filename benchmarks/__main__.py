"""Compare the service with its limit.

    python -m benchmarks --limit ../shared/limit [--people 1000,10000,100000] [--postgres URL] [--rounds 5]

``--limit`` is the folder of the limit program (raw ASGI, raw driver, its own tables). Ratios of one run count,
absolute figures do not: machines differ and are noisy. Needs ``wrk`` on PATH.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.load import Measured, Server, alternate, free_port, serving, table, uvicorn, wrk

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


class Bench:
    """One size of company on one kind of database, beside the limit with as many rows."""

    def __init__(self, options: argparse.Namespace, kind: str, people: int, scratch: Path) -> None:
        self.options, self.kind, self.people, self.scratch = options, kind, people, scratch
        self.stack = ExitStack()
        self.owner_url = options.postgres_owner if kind == "postgres" else f"sqlite:///{scratch}/product-{people}.db"
        self.url = options.postgres if kind == "postgres" else f"sqlite:///{scratch}/product-{people}.db"
        self.facts = self._seeded()
        self.limit = self._limit()
        self.product = self._product()
        self.render = self._render() if "home" in options.only else None

    def _seeded(self) -> dict[str, Any]:
        facts = self.scratch / f"{self.kind}-{self.people}.json"
        migrate = "import sys; from app.db.migrate import migrate; migrate(sys.argv[1])"
        subprocess.run([sys.executable, "-c", migrate, self.owner_url], cwd=ROOT, check=True)
        subprocess.run(
            [sys.executable, "-m", "benchmarks.seed", self.url, str(self.people), str(facts)], cwd=ROOT, check=True
        )
        return json.loads(facts.read_text(encoding="utf-8"))  # type: ignore[no-any-return]

    def _limit(self) -> Server:
        port, database = free_port(), f"{self.scratch}/limit-{self.people}.db"
        folder = self.options.limit
        where = ["pg", self.options.postgres_limit] if self.kind == "postgres" else ["sqlite", database]
        subprocess.run([sys.executable, "schema.py", *where, str(self.people)], cwd=folder, check=True)
        environment = {"DB": "pg" if self.kind == "postgres" else "sqlite", "SQLITE": database}
        environment["PG"] = self.options.postgres_limit or ""
        self.limit_database = database
        self.limit_version = 10
        return self.stack.enter_context(serving(uvicorn("limit_app:app", port), port, folder, environment))

    def _product(self) -> Server:
        port = free_port()
        environment = {"DATABASE_URL": self.url, "DEMO": "true", "EMBEDDED_WORKER": "false"}
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
        heading = f"{title}, {self.people:,} people, {self.kind}"
        print(table(heading, alternate(runs, self.options.rounds), base), flush=True)

    def noop(self, connections: int) -> None:
        runs = {
            "limit": self.load(self.limit, "/noop", connections),
            "service": self.load(self.product, "/livez", connections),
        }
        self.compare(f"No-op, {connections} clients", runs)

    def people_list(self, connections: int) -> None:
        path = f"/api/v1/companies/{self.facts['company_id']}/people?limit=100"
        runs = {
            "limit": self.load(self.limit, f"/status/2/{self.people // 2}", connections),
            "service": self.load(self.product, path, connections, headers=self._token()),
        }
        self.compare(f"API list of 100, {connections} clients", runs)

    def acknowledge(self, connections: int) -> None:
        bodies = self.scratch / f"bodies-{self.kind}-{self.people}.tsv"
        if not bodies.exists():
            bodies.write_text("".join(self._bodies()), encoding="utf-8")
        os.environ["BODIES"] = str(bodies)
        runs = {
            "limit": lambda: self._limit_acknowledge(connections),
            "service": self.load(
                self.product, "/", connections, script=HERE / "acknowledge.lua", headers=self._token()
            ),
        }
        self.compare(f"Acknowledgement, {connections} clients", runs)

    def coverage(self, connections: int) -> None:
        cookie = {"Cookie": f"portavoce={self.facts['hr']}"}
        runs = {
            "limit": self.load(self.limit, f"/status/2/{self.people // 2}", connections),
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

    def _limit_acknowledge(self, connections: int) -> Measured:
        """Give the limit fresh versions for one run, so that no pair is sent twice."""
        first = self.limit_version + 1
        self.limit_version = first + 90_000 * self.options.seconds // self.people
        fresh = range(first, self.limit_version + 1)
        _add_versions(self.kind, self.limit_database, self.options.postgres_limit, list(fresh))
        os.environ.update(PV=str(first), N=str(self.people))
        return wrk(
            self.limit, "/", connections, self.options.seconds, script=self.options.limit / "ack.lua", headers={}
        )


def _add_versions(kind: str, sqlite_file: str, postgres: str | None, numbers: list[int]) -> None:
    if kind == "postgres":
        rows = f"insert into policy_version(id,title) select i,'x' from generate_series({numbers[0]},{numbers[-1]}) i"
        subprocess.run(["psql", postgres or "", "-qc", f"{rows} on conflict do nothing"], check=True)
        return
    with sqlite3.connect(sqlite_file, timeout=10) as connection:
        connection.executemany("insert or ignore into policy_version(id,title) values(?,'x')", [(n,) for n in numbers])


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description="Compare the service with its limit.")
    parser.add_argument("--limit", type=Path, default=ROOT.parent / "shared" / "limit")
    parser.add_argument("--people", default="1000,10000,100000")
    parser.add_argument("--postgres", help="a database of its own for the service, reached as portavoce_app")
    parser.add_argument("--postgres-owner", help="the same, reached as the owner of its tables")
    parser.add_argument("--postgres-limit", help="a database of its own for the limit")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--clients", default="1,32")
    parser.add_argument("--only", default="noop,people_list,acknowledge,coverage,home")
    options = parser.parse_args()
    options.limit = options.limit.resolve()
    kinds = ["sqlite", *(["postgres"] if options.postgres else [])]
    with tempfile.TemporaryDirectory(prefix="portavoce-bench-", dir=os.environ.get("BENCH_DIR")) as scratch:
        for kind in kinds:
            for people in map(int, options.people.split(",")):
                bench = Bench(options, kind, people, Path(scratch))
                with bench.stack:
                    for case in options.only.split(","):
                        for connections in map(int, options.clients.split(",")):
                            getattr(bench, case)(connections)


if __name__ == "__main__":
    main()
