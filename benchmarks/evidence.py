"""Measure the evidence log: appending, proving, recomputing, on SQLite and on a PostgreSQL of its own.

    python -m benchmarks.evidence [--databases sqlite,postgres] [--processes 1,4,16] [--leaves 1000000]

Appends go through the seam and the service, one leaf and one commit each, beside the same number of rows of the same
size that the raw driver inserts, one commit each; the two take turns. Ratios of one run count, absolute figures do not.
"""

import argparse
import asyncio
import functools
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.access import work
from app.authz import System
from app.context import Ctx
from app.db import NO_COMPANY, Database, Scope, open_database
from app.db.migrate import migrate
from app.evidence.leaves import parse_leaf
from app.evidence.notes import Signer
from app.evidence.proofs import Proof
from app.evidence.receipts import Publication, build
from app.evidence.tree import inclusion_path
from app.merkle_log.rows import log
from app.merkle_log.rows.fsck import recompute
from app.merkle_log.rules.leaf_type import LeafType
from app.merkle_log.services import evidence, log_key
from app.merkle_log.services.evidence import Private
from app.models import Company
from app.models.types import new_id
from app.receipts.web.pdf import receipt_pdf
from app.rules.log_name import INSTANCE
from benchmarks import evidence_raw as raw
from tests.postgres import APP, OWNER, running_server
from tests.postgres import Server as Postgres

SIGNER = Signer.generate(INSTANCE)
ROUNDS = 3
RECEIPTS = 51
TOGETHER = 1000
FACTS = {"policy": new_id(), "version": new_id(), "content_sha256": "0" * 64, "statement_sha256": "1" * 64}
ABOUT = {
    "person": new_id(),
    "name": "Giulia Bianchi",
    "email": "giulia@prova.example",
    "language": "it",
    "method": "page",
    "sign_in_method": "password",
    "authenticated_at": "2026-11-23T08:00:00.000000Z",
    "at": "2026-11-23T09:00:00.000000Z",
    "content_sha256": FACTS["content_sha256"],
    "statement_sha256": FACTS["statement_sha256"],
    "recorded_by": "not_collected",
}
_FORK = multiprocessing.get_context("fork")


def appended(ctx: Ctx, times: int = 1) -> None:
    for _ in range(times):
        evidence.append(ctx, LeafType.ACKNOWLEDGEMENT, FACTS, Private(ABOUT, new_id()))


def receipt_of(ctx: Ctx, index: int) -> dict[str, Any]:
    """Prove a leaf from the stored rows, as a receipt does it."""
    size, read = log.edge(ctx).size, functools.partial(log.nodes, ctx)
    paths = [inclusion_path(one, size, read) for one in (0, index)]
    first, leaf = (parse_leaf(log.leaf(ctx, one)) for one in (0, index))
    return build(
        title="Policy",
        label="1.0",
        language="it",
        statement="Ho ricevuto e letto la policy.",
        evidence=ABOUT,
        salt=bytes(32),
        leaf=leaf,
        proof=Proof(index, tuple(paths[1]), log_key.sign_head(ctx, SIGNER)).text(),
        published=Publication(first, 0, paths[0]),
        vkey=SIGNER.verifier.vkey(),
        timestamp=None,
    )


async def in_company(db: Database, verb: str, company_id: str, fn: Callable[..., Any], *args: Any) -> Any:
    def enter(session: Any) -> Any:
        return fn(work.context(session, System("benchmark"), company_id, "benchmark", datetime.now(UTC)), *args)

    return await getattr(db, verb)(Scope(company_id), enter)


async def with_database(url: str, act: Callable[[Database], Awaitable[Any]]) -> Any:
    database = open_database(url)
    try:
        return await act(database)
    finally:
        await database.close()


def founded(url: str) -> str:
    """Make a company and return its id."""
    company = Company(id=new_id(), name="Prova", created_at=datetime.now(UTC))
    company_id = company.id
    asyncio.run(with_database(url, lambda db: db.write(NO_COMPANY, lambda session: session.add(company))))
    return company_id


def service_appends(url: str, company_id: str, times: int) -> None:
    async def act(db: Database) -> None:
        for _ in range(times):
            await in_company(db, "write", company_id, appended)

    asyncio.run(with_database(url, act))


def rate(processes: int, times: int, work: Callable[..., None], *args: Any) -> float:
    """Return how many times a second processes that start together do it, from the first to the last of them."""
    together = _FORK.Barrier(processes + 1)

    def begin() -> None:
        together.wait()
        work(*args, times)

    started = [_FORK.Process(target=begin) for _ in range(processes)]
    for process in started:
        process.start()
    together.wait()
    begun = time.perf_counter()
    for process in started:
        process.join()
    if any(process.exitcode for process in started):
        raise SystemExit("a process that appends failed")
    return processes * times / (time.perf_counter() - begun)


def appends(kind: str, url: str, company_id: str, options: argparse.Namespace) -> None:
    print(f"\n### Appends a second, {kind}\n\n| processes | service | raw insert | share |\n|---|---|---|---|")
    other_id = founded(url)
    service_appends(url, other_id, 1)
    for processes in map(int, options.processes.split(",")):
        times = max(options.appends // processes, 1)
        pairs = [
            (
                rate(processes, times, service_appends, url, company_id),
                rate(processes, times, raw.inserts, url, other_id),
            )
            for _ in range(ROUNDS)
        ]
        ours, theirs = (statistics.median(one) for one in zip(*pairs, strict=True))
        share = statistics.median(one / other for one, other in pairs)
        print(f"| {processes} | {ours:.0f} | {theirs:.0f} | {share:.2f} |", flush=True)


async def fill(db: Database, company_id: str, leaves: int) -> None:
    """Append until the log has so many leaves."""
    while missing := leaves - (await in_company(db, "read", company_id, log.edge)).size:
        if missing < 0:
            return
        await in_company(db, "write", company_id, appended, min(TOGETHER, missing))


async def receipts(db: Database, company_id: str) -> tuple[float, float]:
    """Return the medians of milliseconds that a receipt and its PDF take, its checkpoint signed already."""
    await in_company(db, "write", company_id, log_key.sign_head, SIGNER)
    size = (await in_company(db, "read", company_id, log.edge)).size
    built, printed = [], []
    for number in range(RECEIPTS):
        begun = time.perf_counter()
        receipt = await in_company(db, "read", company_id, receipt_of, number * (size - 1) // RECEIPTS)
        built.append((time.perf_counter() - begun) * 1000)
        receipt_pdf(receipt, "Prova", "https://voce.prova.example", ZoneInfo("Europe/Rome"))
        printed.append((time.perf_counter() - begun) * 1000 - built[-1])
    return statistics.median(built[1:]), statistics.median(printed[1:])


def recomputed(url: str, company_id: str) -> None:
    """Recompute the log in this process and print its size, seconds, and the peak of memory in MiB."""
    begun = time.perf_counter()
    size = asyncio.run(with_database(url, lambda db: in_company(db, "read_slow", company_id, recompute)))
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = int(status.split("VmHWM:")[1].split()[0]) // 1024
    print(f"| {size:,} | {time.perf_counter() - begun:.1f} | {peak} |", flush=True)


def big_log(kind: str, url: str, company_id: str, leaves: int) -> None:
    asyncio.run(with_database(url, lambda db: fill(db, company_id, leaves)))
    asyncio.run(with_database(url, lambda db: db.write(NO_COMPANY, log_key.hold_to, SIGNER, datetime.now(UTC))))
    built, printed = asyncio.run(with_database(url, lambda db: receipts(db, company_id)))
    print(f"\n### Receipts, {kind}: median ms\n\n| built | as PDF |\n|---|---|\n| {built:.2f} | {printed:.0f} |")
    print(f"\n### fsck, {kind}\n\n| leaves | seconds | peak MiB |\n|---|---|---|", flush=True)
    subprocess.run([sys.executable, "-m", "benchmarks.evidence", "--fsck", url, company_id], check=True)


@contextmanager
def empty(kind: str, scratch: Path) -> Iterator[tuple[str, str]]:
    """Give the addresses, for the service and the owner of the tables, of a database with nothing in it."""
    if kind == "sqlite":
        url = f"sqlite:///{scratch}/evidence.db"
        yield url, url
        return
    with running_server(durable=True) as directory, Postgres(directory) as server:
        server.create_database("evidence")
        yield server.url("evidence", APP), server.url("evidence", OWNER)


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.evidence", description="Measure the evidence log.")
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--processes", default="1,4,16")
    parser.add_argument("--appends", type=int, default=4000, help="in each round, by all processes together")
    parser.add_argument("--leaves", type=int, default=1_000_000, help="of the log that is proven and recomputed")
    parser.add_argument("--fsck", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fsck:
        recomputed(*options.fsck)
        return
    with tempfile.TemporaryDirectory(prefix="portavoce-bench-", dir=os.environ.get("BENCH_DIR")) as scratch:
        for kind in options.databases.split(","):
            with empty(kind, Path(scratch)) as (url, owner):
                migrate(owner)
                company_id = founded(url)
                appends(kind, url, company_id, options)
                big_log(kind, url, company_id, options.leaves)


if __name__ == "__main__":
    main()
