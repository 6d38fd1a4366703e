"""The head of a company's log is dated by an authority, made of OpenSSL; what fails is kept and shown."""

from collections.abc import Callable
from typing import Any

import pytest
from rfc3161_client import TimestampRequestBuilder
from sqlmodel import col, select

from app.context import Ctx
from app.db import NO_COMPANY
from app.evidence.errors import EvidenceError
from app.evidence.notes import Signer, split_note
from app.integrations import signing_key
from app.integrations.mail import DevelopmentMailbox
from app.integrations.timestamps import Reader, configured
from app.jobs.handlers import JobContext
from app.jobs.loop import Worker
from app.merkle_log.rows import log
from app.models import Job, JobState, LogTimestamp
from app.platform import outbox
from app.platform.outbox import JobKind
from app.rules.log_name import INSTANCE
from app.settings import ConfigurationError, Settings
from app.worker import HANDLERS, worker
from tests.cli.interrupting import free_port
from tests.integrations.authority import authority
from tests.merkle_log.services.test_evidence import add_leaf
from tests.servers import Asked, Reply, serving
from tests.world import World

KEY = Signer.generate(INSTANCE).to_pem().decode()


def settings_for(url: str, name: str = "authority", **given: Any) -> Settings:
    options = {"allow_private_targets": True, "signing_key": KEY, **given}
    return Settings(timestamp_url=url, timestamp_roots=authority(name).root, **options)


def stamps(asked: Asked) -> Reply:
    return Reply(pieces=(authority().answer(asked.body),))


async def ask(world: World, settings: Settings) -> Job:
    """Do the job as the worker does it, once, and return its row."""

    def add(ctx: Ctx) -> None:
        outbox.add(ctx, JobKind.TIMESTAMP)

    await world.system().write(add)
    context = JobContext(world.db, settings, DevelopmentMailbox(world.db), signing_key.load(settings))
    await Worker(context, HANDLERS).run_due()
    newest = select(Job).where(col(Job.kind) == JobKind.TIMESTAMP).order_by(col(Job.id).desc()).limit(1)
    return await world.db.read(NO_COMPANY, lambda session: session.scalars(newest).one())


async def kept(world: World) -> list[LogTimestamp]:
    wanted = select(LogTimestamp).order_by(col(LogTimestamp.size))
    return list(await world.system().read(lambda ctx: ctx.session.scalars(wanted).all()))


async def grow(world: World, number: int = 1) -> None:
    await world.system().write(add_leaf, 10**6 + number)


async def test_each_new_head_is_dated_once_over_its_own_text(world: World) -> None:
    asked: list[Asked] = []

    def respond(request: Asked) -> Reply:
        asked.append(request)
        return stamps(request)

    with serving(respond) as url:
        assert (await ask(world, settings_for(url))).state is JobState.DONE  # an empty log has nothing to date
        for number in (1, 2):
            await grow(world, number)
            for _ in range(2):
                assert (await ask(world, settings_for(url))).state is JobState.DONE
    assert len(asked) == 2
    assert asked[0].headers["content-type"] == "application/timestamp-query"
    found = configured(settings_for("http://tsa.example"))
    assert found is not None
    for size, one in enumerate(await kept(world), start=1):
        assert (one.size, one.failure) == (size, "")
        note = await world.system().read(log.checkpoint, one.size)
        assert one.token is not None
        assert note is not None
        assert Reader(found.roots)(one.token, split_note(note).text.encode())
        with pytest.raises(EvidenceError):
            Reader(found.roots)(one.token, b"another text")


def another_request() -> bytes:
    written: bytes = TimestampRequestBuilder().data(b"another text").build().as_bytes()
    return written


FAILING: dict[str, Callable[[Asked], Reply]] = {
    "bad_answer": lambda _: Reply(pieces=(b"<html>",)),
    "rejected": lambda _: Reply(pieces=(bytes.fromhex("30053003020102"),)),
    "untrusted": lambda asked: Reply(pieces=(authority("other").answer(asked.body),)),
    "other_content": lambda _: Reply(pieces=(authority().answer(another_request()),)),
}


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("failure", FAILING)
async def test_what_fails_is_kept_without_any_time_and_tried_again(world: World, failure: str) -> None:
    await grow(world)
    with serving(FAILING[failure]) as url:
        job = await ask(world, settings_for(url))
    assert (job.state, job.attempts) == (JobState.WAITING, 1)
    assert failure in job.last_error
    (one,) = await kept(world)
    assert (one.size, one.token, one.failure) == (1, None, failure)


async def test_an_authority_that_is_back_takes_the_failure_away(world: World) -> None:
    await grow(world)
    assert (await ask(world, settings_for(f"http://127.0.0.1:{free_port()}"))).state is JobState.WAITING
    (one,) = await kept(world)
    assert (one.token, one.failure) == (None, "unreachable")
    with serving(stamps) as url:
        assert (await ask(world, settings_for(url))).state is JobState.DONE
    (one,) = await kept(world)
    assert one.token
    assert one.failure == ""


async def test_an_authority_in_a_private_network_is_not_called_unless_the_settings_say_so(world: World) -> None:
    await grow(world)
    with serving(lambda _: pytest.fail("it was called")) as url:
        await ask(world, settings_for(url, allow_private_targets=False))
    (one,) = await kept(world)
    assert one.failure == "refused_address"


async def test_without_an_authority_there_is_nothing_to_do(world: World) -> None:
    await grow(world)
    assert (await ask(world, Settings(signing_key=KEY))).state is JobState.DONE
    assert await kept(world) == []


async def test_a_worker_does_not_start_with_an_authority_that_nobody_trusts(world: World) -> None:
    with pytest.raises(ConfigurationError, match="TIMESTAMP_ROOTS"):
        worker(world.db, Settings(timestamp_url="http://tsa.example"))
