"""The job loop: nothing is lost, nothing is done by two, and what fails is tried again, then shown as dead."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, update
from sqlalchemy.orm import Session
from sqlmodel import col, select

from app.context import Ctx
from app.db import NO_COMPANY
from app.errors import DomainError, Gone, NotFound
from app.integrations.mail import DevelopmentMailbox
from app.jobs import clock, loop
from app.jobs.handlers import Finish, JobContext, verb
from app.jobs.loop import Claimed, Worker, put_off
from app.models import Account, Job, JobState, Team
from app.platform import outbox
from app.platform.outbox import JobKind
from app.settings import Settings
from tests.site import SIGNER
from tests.world import World

EMAIL = "hr@aurora.example"

Do = Callable[[JobContext, Any, Finish], Awaitable[None]]


def worker(world: World, do: Do) -> Worker:
    """Return a worker that knows one kind of job."""
    settings = Settings(demo=True)
    return Worker(JobContext(world.db, settings, DevelopmentMailbox(world.db), SIGNER), {JobKind.ASSIGN.value: do})


async def ask(world: World, **options: Any) -> None:
    """Ask for a job that is due now."""

    def add(ctx: Ctx) -> None:
        outbox.add(ctx, JobKind.ASSIGN, **options)

    await world.system(datetime.now(UTC)).write(add)


async def job(world: World) -> Job:
    return await world.db.read(NO_COMPANY, lambda session: session.scalars(select(Job)).one())


async def turn(world: World, **values: Any) -> None:
    """Change every job's row, as if time had passed."""

    def change(session: Session) -> None:
        session.execute(update(Job).values(**values))

    await world.db.write(NO_COMPANY, change)


async def teams(world: World) -> int:
    return await world.system().read(lambda ctx: ctx.session.execute(select(func.count(col(Team.id)))).scalar_one())


def _add_team(ctx: Ctx, name: str = "Nuovo") -> None:
    ctx.session.add(Team(name=name))


add_team = verb(_add_team)


async def fail(_context: JobContext, _job: Any, _finish: Finish) -> None:
    raise OSError("the mail server is asleep")


async def nothing(_context: JobContext, _job: Any, _finish: Finish) -> None:
    """Return without ending the job, as a killed process does."""


async def test_a_job_is_done_once_and_stays_done(world: World) -> None:
    await ask(world, name="Nuovo")
    one = worker(world, add_team)
    assert await one.run_due()
    assert not await one.run_due()
    assert await teams(world) == 2
    assert (await job(world)).state is JobState.DONE


async def test_what_is_due_later_waits(world: World) -> None:
    await ask(world, run_at=datetime.now(UTC) + timedelta(hours=1))
    assert not await worker(world, add_team).run_due()
    await turn(world, run_at=datetime.now(UTC) - timedelta(seconds=1))
    assert await worker(world, add_team).run_due()


async def test_while_one_worker_holds_a_job_no_other_takes_it(world: World) -> None:
    await ask(world)
    assert await worker(world, nothing).run_due()
    assert not await worker(world, add_team).run_due()
    assert await teams(world) == 1


async def test_a_job_whose_worker_was_killed_runs_again_and_its_effect_is_there_once(world: World) -> None:
    await ask(world)
    await worker(world, nothing).run_due()  # claimed, then killed
    await turn(world, lease_until=datetime.now(UTC) - timedelta(seconds=1))
    assert await worker(world, add_team).run_due()
    assert await teams(world) == 2
    assert (await job(world)).attempts == 2


async def test_a_worker_whose_lease_ran_out_cannot_finish_what_another_took_over(world: World) -> None:
    await ask(world)
    late = asyncio.Event()
    taken = asyncio.Event()

    async def slow(context: JobContext, one: Any, finish: Finish) -> None:
        taken.set()
        await late.wait()
        await verb(lambda ctx: _add_team(ctx, "Troppo tardi"))(context, one, finish)

    first = asyncio.create_task(worker(world, slow).run_due())
    async with asyncio.timeout(10):
        await taken.wait()
    await turn(world, lease_until=datetime.now(UTC) - timedelta(seconds=1))
    assert await worker(world, add_team).run_due()
    late.set()
    await first
    assert await teams(world) == 2
    done = await job(world)
    assert (done.state, done.last_error) == (JobState.DONE, "")


async def test_what_fails_is_tried_again_later_and_later(world: World) -> None:
    await ask(world)
    waits = []
    for _ in range(3):
        before = datetime.now(UTC)
        await worker(world, fail).run_due()
        failed = await job(world)
        waits.append((failed.run_at - before).total_seconds())
        assert (failed.state, failed.token, failed.lease_until) == (JobState.WAITING, None, None)
        assert "asleep" in failed.last_error
        assert not await worker(world, fail).run_due()
        await turn(world, run_at=datetime.now(UTC))
    assert [bounds[0] <= wait <= bounds[1] for wait, bounds in zip(waits, [(8, 13), (16, 25), (32, 49)], strict=True)]
    assert sorted(waits) == waits


async def test_what_has_failed_often_enough_is_dead_and_left_for_somebody_to_see(world: World) -> None:
    await ask(world)
    await turn(world, attempts=7)
    await worker(world, fail).run_due()
    dead = await job(world)
    assert (dead.state, dead.attempts) == (JobState.DEAD, 8)
    await turn(world, run_at=datetime.now(UTC))
    assert not await worker(world, add_team).run_due()


async def test_a_kind_that_nobody_knows_fails_like_any_other(world: World) -> None:
    await ask(world)
    await turn(world, kind="policy:unheard_of")
    await worker(world, add_team).run_due()
    assert "unheard_of" in (await job(world)).last_error


async def test_a_failing_job_holds_up_no_other(world: World) -> None:
    await ask(world, name="Primo")
    await ask(world, name="Produzione")  # there is one already: the database refuses
    await worker(world, add_team).run_due()
    assert await teams(world) == 2


async def test_neither_log_nor_row_of_a_failed_job_tells_what_was_to_be_stored(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    await ask(world)

    async def take_an_address_twice(context: JobContext, _job: Any, _finish: Finish) -> None:
        taken = Account(email=EMAIL, created_at=datetime.now(UTC))
        await context.db.write(NO_COMPANY, lambda session: session.add(taken))

    await worker(world, take_an_address_twice).run_due()
    failed, line = await job(world), json.loads(capsys.readouterr().err)
    assert (line["event"], line["level"], line["kind"]) == ("job failed", "error", JobKind.ASSIGN.value)
    assert (line["job"], line["company"]) == (failed.id, world.company_id)
    for told in (line["exception"], failed.last_error):
        assert "IntegrityError" in told
        assert EMAIL not in told


@pytest.mark.parametrize("gone", [NotFound, Gone])
async def test_a_job_about_what_is_gone_meanwhile_is_over(world: World, gone: type[DomainError]) -> None:
    await ask(world)

    async def about_nothing(_context: JobContext, _job: Any, _finish: Finish) -> None:
        raise gone

    await worker(world, about_nothing).run_due()
    assert (await job(world)).state == JobState.DONE


async def test_the_same_key_is_asked_for_once(world: World) -> None:
    await ask(world, dedupe_key="one")
    await ask(world, dedupe_key="one")
    assert (await job(world)).dedupe_key == "one"


async def test_a_job_put_off_costs_no_try(world: World) -> None:
    await ask(world)
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    async def later(context: JobContext, one: Claimed, _finish: Finish) -> None:
        await context.db.write(NO_COMPANY, put_off, one, tomorrow)

    await worker(world, later).run_due()
    waiting = await job(world)
    assert (waiting.state, waiting.attempts, waiting.run_at) == (JobState.WAITING, 0, tomorrow)
    assert (waiting.token, waiting.lease_until) == (None, None)


async def test_after_slow_jobs_the_lease_of_the_next_is_renewed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_RENEW_AFTER", timedelta())
    await ask(world)
    assert await worker(world, add_team).run_due()
    assert await teams(world) == 2


async def test_after_slow_jobs_what_another_worker_took_is_left_to_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "_RENEW_AFTER", timedelta())
    await ask(world, name="Primo")
    await ask(world, name="Secondo")

    async def slow(context: JobContext, one: Any, finish: Finish) -> None:
        await add_team(context, one, finish)
        await turn(world, token="00000000-0000-7000-8000-000000000000")

    await worker(world, slow).run_due()
    assert await teams(world) == 2  # one of the two; the other was not even begun


async def test_a_database_that_fails_is_waited_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_IDLE_SECONDS", 0)
    await ask(world)
    done = asyncio.Event()
    tries: list[int] = []

    async def add_and_tell(context: JobContext, one: Any, finish: Finish) -> None:
        await add_team(context, one, finish)
        done.set()

    class Moody(Worker):
        async def run_due(self) -> bool:
            tries.append(1)
            if len(tries) == 1:
                raise OSError("the database is away")
            return await super().run_due()

    handlers = {JobKind.ASSIGN.value: add_and_tell, JobKind.REMIND.value: nothing}
    async with loop.running(Moody(worker(world, add_team).context, handlers)), asyncio.timeout(10):
        await done.wait()
    assert await teams(world) == 2


async def test_without_a_worker_nothing_runs() -> None:
    async with loop.running(None):
        pass


async def test_the_clock_asks_for_reminders_of_every_company_once_an_hour(world: World) -> None:
    now = datetime(2026, 12, 7, 9, 0, 30, tzinfo=UTC)
    for moment in (now, now + timedelta(minutes=59)):
        await clock.Clock().tick(world.db, moment)  # another process each time
    asked = await reminders(world)
    assert {one.for_company for one in asked} == {world.company_id, world.other_company_id}
    assert len(asked) == 2
    await clock.Clock().tick(world.db, now + timedelta(hours=1))
    assert len(await reminders(world)) == 4


async def reminders(world: World) -> list[Job]:
    wanted = select(Job).where(Job.kind == JobKind.REMIND)
    return await world.db.read(NO_COMPANY, lambda session: list(session.scalars(wanted)))


async def test_the_clock_asks_for_cosignatures_and_time_stamps_of_every_company_once_a_day(world: World) -> None:
    now = datetime(2026, 12, 7, 0, 30, tzinfo=UTC)
    for hours in (0, 1, 23):
        await clock.Clock().tick(world.db, now + timedelta(hours=hours))  # another process each time
    wanted = select(Job).where(col(Job.kind).in_([JobKind.COSIGN, JobKind.TIMESTAMP]))
    asked = await world.db.read(NO_COMPANY, lambda session: list(session.scalars(wanted)))
    assert len(asked) == 4
    assert {one.for_company for one in asked} == {world.company_id, world.other_company_id}
    assert all(now <= one.run_at < now + timedelta(hours=1) for one in asked)
    await clock.Clock().tick(world.db, now + timedelta(days=1))
    assert len(await world.db.read(NO_COMPANY, lambda session: list(session.scalars(wanted)))) == 8


async def test_within_an_hour_a_clock_strikes_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    struck: list[datetime] = []
    monkeypatch.setattr(clock, "EVERY_HOUR", (lambda _session, now: struck.append(now),))
    ours = clock.Clock()
    now = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
    for minutes in (0, 10, 59, 60):
        await ours.tick(world.db, now + timedelta(minutes=minutes))
    assert struck == [now, now + timedelta(hours=1)]


async def test_a_clock_job_that_fails_holds_up_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_session: Session, _now: datetime) -> None:
        raise OSError("broken")

    monkeypatch.setattr(clock, "EVERY_HOUR", (broken, clock.remind))
    await clock.Clock().tick(world.db, datetime(2026, 12, 7, 9, 0, tzinfo=UTC))
    assert len(await world.db.read(NO_COMPANY, lambda session: list(session.scalars(select(Job))))) == 4


async def test_what_was_done_a_month_ago_is_swept_and_nothing_else(world: World) -> None:
    now = datetime.now(UTC)
    for state, days in ((JobState.DONE, 31), (JobState.DONE, 29), (JobState.DEAD, 31), (JobState.WAITING, 31)):
        await ask(world, dedupe_key=f"{state}{days}", run_at=now - timedelta(days=days))

        def mark(session: Session, key: str = f"{state}{days}", state: JobState = state) -> None:
            session.execute(update(Job).where(col(Job.dedupe_key) == key).values(state=state))

        await world.db.write(NO_COMPANY, mark)
    await world.db.write(NO_COMPANY, clock.sweep_jobs, now)
    left = await world.db.read(NO_COMPANY, lambda session: {one.dedupe_key for one in session.scalars(select(Job))})
    assert left == {"done29", "dead31", "waiting31"}
