"""kill -9 in the middle of the work: what was confirmed is there, and no act is without its trace and its job."""

import asyncio
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.context import Ctx
from app.db import Scope
from app.models import Acknowledgement, AuditEvent, Job, LogEvidence
from app.platform.audit import Act
from app.platform.outbox import JobKind
from app.policies.schemas.acknowledgement import AcknowledgeForIn
from tests.merkle_log.services.test_evidence import agrees_with_its_rows
from tests.world import World, employ

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 300
KILLS = 3


def employ_many(session: Any, world: World) -> list[str]:
    return [employ(session, world, f"worker{n}", []) for n in range(PEOPLE)]


def killed_in_the_middle(url: str, company_id: str, bodies: Sequence[AcknowledgeForIn], after: int) -> list[str]:
    """Return what a process confirmed before it was killed, `after` confirmations or a few more into its work."""
    command = [sys.executable, "-m", "tests.db.acknowledging_for_ever", url, company_id]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        assert process.stdin
        assert process.stdout
        process.stdin.write("\n".join(body.model_dump_json() for body in bodies))
        process.stdin.close()
        confirmed = [process.stdout.readline() for _ in range(after)]
        process.kill()
        confirmed += process.stdout.readlines()
    return [line.strip() for line in confirmed if line.endswith("\n")]


def stored(ctx: Ctx) -> tuple[list[str], list[str], list[str], list[str]]:
    """Return the ids of all acknowledgements, and the same from their traces, their jobs and their leaves."""
    acknowledgements = select(col(Acknowledgement.id))
    traces = select(col(AuditEvent.subject_id)).where(col(AuditEvent.action) == Act.ACKNOWLEDGED.value)
    jobs = select(col(Job.payload)).where(col(Job.kind) == JobKind.ACKNOWLEDGED_MAIL.value)
    leaves = select(col(LogEvidence.subject_id)).where(col(LogEvidence.person_id).is_not(None))
    return (
        sorted(ctx.session.scalars(acknowledgements)),
        sorted(ctx.session.scalars(traces)),
        sorted(payload["acknowledgement_id"] for payload in ctx.session.scalars(jobs)),
        sorted(ctx.session.scalars(leaves)),
    )


async def test_nothing_confirmed_is_lost_and_nothing_is_half_done(world: World, database_url: str) -> None:
    people = await world.db.write(Scope(world.company_id), employ_many, world)
    shown = (await world.published()).model_dump()
    confirmed: list[str] = []
    for share in range(KILLS):
        bodies = [AcknowledgeForIn(**shown, person_id=person_id) for person_id in people[share::KILLS]]
        after = random.randint(1, 60)  # noqa: S311 - any moment will do
        killed = (database_url, world.company_id, bodies, after)
        confirmed += await asyncio.to_thread(killed_in_the_middle, *killed)
    acknowledgements, traces, jobs, leaves = await world.system().read(stored)
    assert len(confirmed) >= KILLS
    assert set(confirmed) <= set(acknowledgements)
    assert acknowledgements == traces == jobs == leaves
    assert await agrees_with_its_rows(world) == 1 + len(leaves)
