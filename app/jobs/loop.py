"""The job loop: claim with a lease, do, finish. At least once, never lost, and twice does no harm.

Effects on the database and the end of the job are one transaction, guarded by the claim's token, so a worker
whose lease ran out cannot finish what another one took over. What comes with the clock is asked for by clock.py.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import or_, update
from sqlalchemy.orm import Session
from sqlmodel import col, select

from app.db import NO_COMPANY
from app.errors import Gone, NotFound
from app.jobs.clock import Clock
from app.jobs.handlers import Handlers, JobContext
from app.logs import get_logger
from app.models import Job, JobState
from app.models.types import new_id

_LOG = get_logger()
_LEASE = timedelta(minutes=2)
_RENEW_AFTER = timedelta(seconds=30)
_BATCH = 20
_MAX_ATTEMPTS = 8
_IDLE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Claimed:
    id: str
    for_company: str | None
    kind: str
    payload: dict[str, Any]
    attempts: int
    claimed_at: datetime
    token: str


class Worker:
    """Does the jobs of all companies, one after the other."""

    def __init__(self, context: JobContext, handlers: Handlers) -> None:
        self.context = context
        self.handlers = handlers
        self.clock = Clock()

    async def run_for_ever(self) -> None:
        """Work until cancelled; a failing database is waited out."""
        while True:
            try:
                await self.clock.tick(self.context.db, datetime.now(UTC))
                busy = await self.run_due()
            except Exception:  # noqa: BLE001 - whatever it is must not end the loop
                _LOG.exception("jobs cannot be claimed")
                busy = False
            if not busy:
                await asyncio.sleep(_IDLE_SECONDS)

    async def run_due(self) -> bool:
        """Do one batch of what is due now; tell whether there was any."""
        now = datetime.now(UTC)
        if not await self.context.db.read(NO_COMPANY, _any_due, now):
            return False
        claimed = await self.context.db.write(NO_COMPANY, _claim, now)
        for job in claimed:
            await self._do(job)
        return bool(claimed)

    async def _do(self, job: Claimed) -> None:
        try:
            if await self._still_held(job):
                await self.handlers[job.kind](self.context, job, finish)
        except (NotFound, Gone):  # a person was erased, or what was to be sent never was; trying again finds no more
            _LOG.warning("what a job was about is gone", job=job.id, kind=job.kind, company=job.for_company)
            await self.context.db.write(NO_COMPANY, finish, job)
        except Exception as error:  # noqa: BLE001 - whatever it is must not end the loop
            _LOG.exception("job failed", job=job.id, kind=job.kind, company=job.for_company)
            await self.context.db.write(NO_COMPANY, _postpone, job, repr(error)[:500], datetime.now(UTC))

    async def _still_held(self, job: Claimed) -> bool:
        """Tell whether the job is ours yet, after slow ones before it; what another worker took is left to it."""
        now = datetime.now(UTC)
        if now < job.claimed_at + _RENEW_AFTER:
            return True
        return await self.context.db.write(NO_COMPANY, _renew, job, now)


def finish(session: Session, job: Claimed) -> None:
    """End a job; raise if somebody else holds it by now, which undoes the transaction it is called in."""
    done = session.execute(
        update(Job).where(col(Job.id) == job.id, col(Job.token) == job.token).values(state=JobState.DONE, token=None)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise RuntimeError("the lease of this job ran out")


def put_off(session: Session, job: Claimed, until: datetime) -> None:
    """Give a job back to be done at a later moment; this try does not count."""
    _release(session, job, run_at=until, attempts=job.attempts - 1)


def give_up(session: Session, job: Claimed, error: str) -> None:
    """Let a job be dead at once, for a reason that no further try would change."""
    _release(session, job, state=JobState.DEAD, last_error=error)


@asynccontextmanager
async def running(worker: Worker | None) -> AsyncIterator[None]:
    """Run the worker beside the web service while the block lasts; nothing if there is none."""
    if worker is None:
        yield
        return
    task = asyncio.create_task(worker.run_for_ever())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _due(now: datetime) -> list[Any]:
    free = or_(col(Job.lease_until).is_(None), col(Job.lease_until) < now)
    return [col(Job.state) == JobState.WAITING, col(Job.run_at) <= now, free]


def _any_due(session: Session, now: datetime) -> bool:
    return session.execute(select(Job.id).where(*_due(now)).limit(1)).first() is not None


def _claim(session: Session, now: datetime) -> list[Claimed]:
    token = new_id()
    chosen = select(Job.id).where(*_due(now)).order_by(col(Job.run_at)).limit(_BATCH).with_for_update(skip_locked=True)
    claimed = session.execute(
        update(Job)
        .where(col(Job.id).in_(chosen))
        .values(token=token, lease_until=now + _LEASE, attempts=Job.attempts + 1)
        .returning(col(Job.id), col(Job.for_company), col(Job.kind), col(Job.payload), col(Job.attempts))
    )
    return [Claimed(row.id, row.for_company, row.kind, row.payload, row.attempts, now, token) for row in claimed]


def _renew(session: Session, job: Claimed, now: datetime) -> bool:
    held = session.execute(
        update(Job).where(col(Job.id) == job.id, col(Job.token) == job.token).values(lease_until=now + _LEASE)
    )
    return bool(held.rowcount)  # type: ignore[attr-defined]


def _postpone(session: Session, job: Claimed, error: str, now: datetime) -> None:
    dead = job.attempts >= _MAX_ATTEMPTS
    wait = timedelta(seconds=min(3600, 2**job.attempts * 5) * random.uniform(0.8, 1.2))  # noqa: S311 - jitter
    state = JobState.DEAD if dead else JobState.WAITING
    _release(session, job, state=state, run_at=now + wait, last_error=error)


def _release(session: Session, job: Claimed, **values: Any) -> None:
    mine = (col(Job.id) == job.id, col(Job.token) == job.token)
    session.execute(update(Job).where(*mine).values(lease_until=None, token=None, **values))
