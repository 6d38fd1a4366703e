"""Sixteen processes write one log at the same time, one is killed half way: nothing is lost, nobody waits for it."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from app.db import Scope
from app.policies.schemas.acknowledgement import AcknowledgeForIn
from tests.db.test_kill import employ_many
from tests.merkle_log.services.test_evidence import agrees_with_its_rows
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 16
RECORDED = 12 * PROCESSES
STANDSTILL = 60  # seconds in which nothing is stored; how long all of it takes is up to the machine


async def confirmed(url: str, company_id: str, bodies: list[AcknowledgeForIn]) -> list[str]:
    """Return the ids that the processes were told are stored; TimeoutError if they come to a standstill."""
    command = [sys.executable, "-m", "tests.db.acknowledging_at_once", url, company_id, str(PROCESSES)]
    running = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE, start_new_session=True)
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write("\n".join(body.model_dump_json() for body in bodies).encode())
    running.stdin.close()
    told = []
    try:
        while line := await asyncio.wait_for(running.stdout.readline(), STANDSTILL):
            told.append(line.decode().strip())
        assert await asyncio.wait_for(running.wait(), STANDSTILL) == 0
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
    return told


async def test_processes_that_record_at_once_share_one_log_and_one_may_be_killed(
    world: World, database_url: str
) -> None:
    """On SQLite each takes the file in turn (BEGIN IMMEDIATE), on PostgreSQL each waits at the head of the log."""
    people = await world.db.write(Scope(world.company_id), employ_many, world)
    shown = (await world.published()).model_dump()
    bodies = [AcknowledgeForIn(**shown, person_id=person_id) for person_id in people[:RECORDED]]
    stored = await confirmed(database_url, world.company_id, bodies)
    told = RECORDED - 1  # the one that was killed never heard of its last
    assert len(set(stored)) == len(stored) == told
    assert await agrees_with_its_rows(world) == 1 + told
