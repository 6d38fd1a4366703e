"""Delivering what the mail jobs of policies wrote, by a clock that each test sets."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from app.context import Ctx
from app.db import NO_COMPANY
from app.jobs.loop import Worker
from app.models import Job, JobState, Person
from app.platform.outbox import JobKind
from tests.world import NOW, World

PUBLIC_URL = "https://voce.aurora.example"
MAIL_KINDS = [kind.value for kind in JobKind if kind.value.startswith("mail:")]


class Clock(datetime):
    """The time of the mail jobs, set by each test."""

    at = NOW

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        return cls.at.astimezone(tz)


async def deliver(postman: Worker) -> None:
    """Do everything that is due by the present clock of the worker; mails planned for later become due now."""

    def due(session: Any) -> None:
        session.execute(update(Job).where(col(Job.state) == JobState.WAITING).values(run_at=NOW))

    for _ in ("a job for each recipient", "their mails"):
        await postman.context.db.write(NO_COMPANY, due)
        for _ in range(5):  # batches; what is put off would be due again and again by the real clock
            await postman.run_due()


async def waiting(world: World) -> list[Job]:
    wanted = select(Job).where(col(Job.state) == JobState.WAITING, col(Job.kind).in_(MAIL_KINDS))
    return await world.db.read(NO_COMPANY, lambda session: list(session.scalars(wanted)))


async def in_english(world: World, name: str) -> None:
    def change(ctx: Ctx) -> None:
        person = ctx.session.get(Person, (ctx.company_id, world.person[name]))
        assert person is not None
        person.language = "en"

    await world.system().write(change)
