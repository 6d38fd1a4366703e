"""What comes with the clock: once an hour each of these runs, in whichever worker comes first or in all of them.

A clock job is a plain function of a session outside all companies and the moment. It must bear being run twice:
it asks for work under a key that holds the hour, or it deletes what is old.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session
from sqlmodel import col, select

from app.access import api_tokens
from app.db import NO_COMPANY, Database, statistics
from app.db.upsert import insert_new
from app.logs import get_logger
from app.models import Company, Job, JobState
from app.platform import idempotency
from app.platform.outbox import JobKind

ClockJob = Callable[[Session, datetime], None]

DONE_KEPT = timedelta(days=30)

_LOG = get_logger()


class Clock:
    """Ticks once an hour in each process, for the first time at its start."""

    def __init__(self) -> None:
        self._struck: datetime | None = None

    async def tick(self, db: Database, now: datetime) -> None:
        """Run the clock jobs if they have not run in this hour; one that fails holds up no other."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour == self._struck:
            return
        for job in EVERY_HOUR:
            try:
                await db.write(NO_COMPANY, job, now)
            except Exception:  # noqa: BLE001 - whatever it is must not end the loop
                _LOG.exception("clock job failed", job=job.__name__)
        self._struck = hour


def remind(session: Session, now: datetime) -> None:
    """Ask for the reminders of every company, once an hour."""
    _ask(session, now, (JobKind.REMIND, JobKind.REMIND_COURSES), f"{now:%Y-%m-%dT%H}")


def have_confirmed(session: Session, now: datetime) -> None:
    """Ask once a day for cosignatures and time stamps of every company's log, spread over an hour."""
    _ask(session, now, (JobKind.COSIGN, JobKind.TIMESTAMP), f"{now:%Y-%m-%d}", seconds=3600)


def renew(session: Session, now: datetime) -> None:
    """Have the courses asked again once a day whose certificates are about to end, spread over an hour."""
    _ask(session, now, (JobKind.RENEW_COURSES,), f"{now:%Y-%m-%d}", seconds=3600)


def _ask(session: Session, now: datetime, kinds: Sequence[JobKind], when: str, seconds: int = 1) -> None:
    """Ask every company's jobs of these kinds once in the span that ``when`` names, spread over so many seconds."""
    rows: list[dict[str, Any]] = [
        {
            "for_company": company_id,
            "kind": kind.value,
            "payload": {},
            "run_at": now + timedelta(seconds=int(company_id[-4:], 16) % seconds),
            "dedupe_key": f"{kind.value}:{company_id}:{when}",
            "created_at": now,
        }
        for company_id in session.scalars(select(Company.id))
        for kind in kinds
    ]
    insert_new(session, Job, rows, ["dedupe_key"])


def sweep_jobs(session: Session, now: datetime) -> None:
    """Delete what was done more than thirty days ago; dead jobs stay until somebody has looked at them."""
    session.execute(delete(Job).where(col(Job.state) == JobState.DONE, col(Job.run_at) < now - DONE_KEPT))


EVERY_HOUR: tuple[ClockJob, ...] = (
    remind,
    have_confirmed,
    renew,
    sweep_jobs,
    idempotency.forget_expired,
    api_tokens.forget_expired,
    statistics.gather,
)
