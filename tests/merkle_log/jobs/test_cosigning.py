"""A company's log and its witness: another installation of the whole service, behind a real socket."""

import asyncio
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from sqlmodel import col, select

from app import db
from app.context import Ctx
from app.db import NO_COMPANY
from app.evidence.checkpoints import open_checkpoint
from app.evidence.notes import COSIGNATURE, Signer
from app.integrations import signing_key
from app.integrations.mail import DevelopmentMailbox
from app.jobs.handlers import JobContext
from app.jobs.loop import Worker
from app.main import create_app
from app.merkle_log.rows import log, witnesses
from app.merkle_log.rows import witnessed_logs as watched
from app.merkle_log.services import witnessed_logs
from app.models import Job, JobState, LogCosignature, LogWitnessState
from app.platform import outbox
from app.platform.outbox import JobKind
from app.rules.log_name import INSTANCE, origin
from app.settings import ConfigurationError, Settings
from app.worker import HANDLERS, worker
from tests.cli.interrupting import free_port
from tests.fixtures import Database
from tests.merkle_log.services.test_evidence import add_leaf
from tests.servers import Asked, Reply, serving
from tests.world import NOW, World

NAME = "agency.example/witness"
KEY = Signer.generate(INSTANCE)
WITNESS = Signer.generate(NAME, COSIGNATURE)


class Client:
    """A company whose log grows, and whose worker asks the witnesses of its settings."""

    def __init__(self, world: World, witnesses_setting: str, **settings: Any) -> None:
        given: dict[str, Any] = {"allow_private_targets": True, "signing_key": KEY.to_pem().decode(), **settings}
        self.world = world
        self.settings = Settings(witnesses=witnesses_setting, **given)

    @property
    def vkey(self) -> str:
        return Signer(origin(self.world.company_id), KEY.key).verifier.vkey()

    async def grows(self, *numbers: int) -> None:
        for number in numbers:
            await self.world.system().write(add_leaf, 10**6 + number)

    async def asks(self) -> Job:
        """Do the job as the worker does it, once, and return its row."""

        def add(ctx: Ctx) -> None:
            outbox.add(ctx, JobKind.COSIGN)

        await self.world.system().write(add)
        context = JobContext(
            self.world.db, self.settings, DevelopmentMailbox(self.world.db), signing_key.load(self.settings)
        )
        await Worker(context, HANDLERS).run_due()
        newest = select(Job).where(col(Job.kind) == JobKind.COSIGN).order_by(col(Job.id).desc()).limit(1)
        return await self.world.db.read(NO_COMPANY, lambda session: session.scalars(newest).one())

    async def state(self) -> LogWitnessState:
        (found,) = await self.world.system().read(witnesses.states)
        return found

    async def cosignatures(self) -> list[LogCosignature]:
        wanted = select(LogCosignature).order_by(col(LogCosignature.size))
        return list(await self.world.system().read(lambda ctx: ctx.session.scalars(wanted).all()))

    async def verified_sizes(self) -> list[int]:
        """Return the sizes whose stored cosignatures verify."""
        sizes = []
        for one in await self.cosignatures():
            note = await self.world.system().read(log.checkpoint, one.size)
            checkpoint, _ = open_checkpoint(f"{note}{one.line}", [WITNESS.verifier])
            assert (checkpoint.size, one.witness) == (one.size, NAME)
            sizes.append(one.size)
        return sizes


@asynccontextmanager
async def agency(file: Path, template: Path) -> AsyncIterator[tuple[db.Database, str]]:
    """Run another installation as a witness; give its database and what others put into WITNESSES."""
    shutil.copyfile(template, file)
    pem = Signer(INSTANCE, WITNESS.key).to_pem().decode()
    address = f"http://127.0.0.1:{(port := free_port())}"
    settings = Settings(
        database_url=f"sqlite:///{file}",
        signing_key=pem,
        secret_key="a key for tests",
        public_url=address,
        witness_name=NAME,
        embedded_worker=False,
    )
    app = create_app(settings)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, lifespan="on"))
    task = asyncio.create_task(server.serve())
    try:
        await _started(server)
        yield app.state.database, f"{WITNESS.verifier.vkey()} {address}/witness"
    finally:
        server.should_exit = True
        await task


async def _started(server: uvicorn.Server) -> None:
    async with asyncio.timeout(30):
        while not server.started:  # noqa: ASYNC110 - a plain flag of the server
            await asyncio.sleep(0.01)


async def watch(database: db.Database, vkey: str) -> None:
    await database.write(NO_COMPANY, witnessed_logs.watch, vkey, NOW)


async def test_a_growing_log_is_cosigned_size_by_size_and_once_only(
    world: World, tmp_path: Path, sqlite_template: Path
) -> None:
    async with agency(tmp_path / "agency.db", sqlite_template) as (theirs, setting):
        client = Client(world, setting)
        await watch(theirs, client.vkey)
        assert (await client.asks()).state is JobState.DONE  # an empty log says nothing
        assert await world.system().read(witnesses.states) == []
        for numbers in ([1], [2, 3, 4], []):
            await client.grows(*numbers)
            assert (await client.asks()).state is JobState.DONE
        assert await client.verified_sizes() == [1, 4]
        state = await client.state()
        assert (state.witness, state.size, state.failure) == (NAME, 4, "")
        seen = await theirs.read(NO_COMPANY, watched.known, origin(world.company_id))
        assert seen is not None
        assert (seen.size, seen.root) == (4, (await world.system().read(log.edge)).root())


async def test_a_lost_answer_is_made_up_for(world: World, tmp_path: Path, sqlite_template: Path) -> None:
    async with agency(tmp_path / "agency.db", sqlite_template) as (theirs, setting):
        client = Client(world, setting)
        await watch(theirs, client.vkey)
        await client.grows(1, 2)
        await client.asks()
        await world.system().write(forget_everything)
        await client.grows(3)
        assert (await client.asks()).state is JobState.DONE
        assert await client.verified_sizes() == [3]
        assert (await client.state()).size == 3


def forget_everything(ctx: Ctx) -> None:
    for row in [*ctx.session.scalars(select(LogCosignature)), *ctx.session.scalars(select(LogWitnessState))]:
        ctx.session.delete(row)


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_restored_older_backup_is_noticed_by_the_witness(
    world: World, database: Database, tmp_path: Path, sqlite_template: Path
) -> None:
    async with agency(tmp_path / "agency.db", sqlite_template) as (theirs, setting):
        client = Client(world, setting)
        await watch(theirs, client.vkey)
        await client.grows(1, 2)
        await client.asks()
        await backup(database, tmp_path / "backup.db")
        await client.grows(3, 4)
        await client.asks()
        assert (await client.state()).size == 4

        restored = await opened(world, tmp_path / "backup.db")
        client.world = restored
        try:
            await client.grows(5)
            await client.asks()
            shrunk = await client.state()
            assert (shrunk.failure, shrunk.size) == ("rolled_back", 4)
            await client.grows(6, 7)
            job = await client.asks()
            assert (await client.state()).failure == "forked"
            assert job.state is JobState.DONE  # asking again mends nothing
            assert [one.size for one in await client.cosignatures()] == [2]
        finally:
            await restored.db.close()


async def test_a_log_of_the_same_size_with_other_leaves_is_noticed_too(
    world: World, tmp_path: Path, sqlite_template: Path
) -> None:
    async with agency(tmp_path / "agency.db", sqlite_template) as (theirs, setting):
        client = Client(world, setting)
        await watch(theirs, client.vkey)
        await client.grows(1, 2)
        await client.asks()
        own, client.world = client.world, World(world.db, company_id=world.other_company_id)
        await theirs.write(NO_COMPANY, pretend, origin(own.company_id), client.vkey)
        await client.grows(3, 4)
        await client.asks()
        assert (await client.state()).failure == "forked"


def pretend(session: Any, first: str, vkey: str) -> None:
    """Have the witness believe that another log is the first one."""
    seen = session.get_one(watched.WitnessedLog, first)
    session.add(watched.WitnessedLog(**{**seen.model_dump(), "origin": vkey.partition("+")[0], "vkey": vkey}))


async def backup(database: Database, file: Path) -> None:
    with (
        closing(sqlite3.connect(database.url.removeprefix("sqlite:///"))) as source,
        closing(sqlite3.connect(file)) as to,
    ):
        source.backup(to)


async def opened(world: World, file: Path) -> World:
    return World(db.open_database(f"sqlite:///{file}", guard_sql=True), company_id=world.company_id)


async def test_a_witness_that_does_not_know_the_log_or_its_key_says_so(
    world: World, tmp_path: Path, sqlite_template: Path
) -> None:
    async with agency(tmp_path / "agency.db", sqlite_template) as (theirs, setting):
        client = Client(world, setting)
        await client.grows(1)
        assert (await client.asks()).state is JobState.DONE
        assert (await client.state()).failure == "unknown_log"
        await watch(theirs, Signer.generate(origin(world.company_id)).verifier.vkey())
        assert (await client.asks()).state is JobState.DONE
        assert (await client.state()).failure == "key_unknown"
        await watch(theirs, client.vkey)
        await client.asks()
        assert (await client.state()).failure == ""


def by(signer: Signer, at: int | None = None) -> Callable[[Asked], Reply]:
    """Answer as a witness that cosigns whatever comes, with this key and at this time."""

    def respond(asked: Asked) -> Reply:
        text = asked.body.decode().split("\n\n")[1] + "\n"
        return Reply(pieces=(signer.sign(text, int(time.time()) if at is None else at).line().encode(),))

    return respond


BAD = {
    "nothing": lambda _: Reply(pieces=(b"",)),
    "a page": lambda _: Reply(pieces=(b"<html>",)),
    "no text": lambda _: Reply(pieces=(b"\xff\xfe",)),
    "a failure": lambda _: Reply(503),
    "too much": lambda _: Reply(429),
    "a redirect": lambda _: Reply(302, (), {"location": "http://127.0.0.1:1/"}),
    "a conflict without a size": lambda _: Reply(409, (b"many\n",)),
    "a conflict that contradicts itself": lambda _: Reply(409, (b"0\n",)),
    "another key": by(Signer.generate(NAME, COSIGNATURE)),
    "another text": lambda _: Reply(pieces=(WITNESS.sign("a\n1\nb\n", 1).line().encode(),)),
    "no cosignature": by(Signer(NAME, WITNESS.key)),
    "a time long past": by(WITNESS, 1_000_000_000),
    "a time that never comes": by(WITNESS, 2**62),
}


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("respond", BAD.values(), ids=BAD)
async def test_a_bad_answer_is_kept_as_such_and_asked_for_again(
    world: World, respond: Callable[[Asked], Reply]
) -> None:
    with serving(respond) as address:
        client = Client(world, f"{WITNESS.verifier.vkey()} {address}")
        await client.grows(1)
        job = await client.asks()
        assert (job.state, job.attempts) == (JobState.WAITING, 1)
        assert "bad_answer" in job.last_error
        assert (await client.state()).failure == "bad_answer"
        assert await client.cosignatures() == []


async def test_one_witness_that_is_down_does_not_keep_another_from_cosigning(world: World) -> None:
    down = Signer.generate("down.example", COSIGNATURE).verifier.vkey()
    asked: list[Asked] = []

    def respond(request: Asked) -> Reply:
        asked.append(request)
        return by(WITNESS)(request)

    with serving(respond) as address:
        client = Client(world, f"{down} http://127.0.0.1:{free_port()}\n{WITNESS.verifier.vkey()} {address}/")
        await client.grows(1)
        for _ in range(2):
            assert (await client.asks()).state is JobState.WAITING
        assert await client.verified_sizes() == [1]
        states = await world.system().read(witnesses.states)
        assert [(one.witness, one.failure) for one in states] == [(NAME, ""), ("down.example", "unreachable")]
    assert [request.path for request in asked] == ["/add-checkpoint"]


async def test_a_witness_in_a_private_network_is_not_called_unless_the_settings_say_so(world: World) -> None:
    with serving(lambda _: pytest.fail("it was called")) as address:
        client = Client(world, f"{WITNESS.verifier.vkey()} {address}", allow_private_targets=False)
        await client.grows(1)
        assert (await client.asks()).state is JobState.DONE
        assert (await client.state()).failure == "refused_address"


async def test_a_log_shorter_than_what_its_own_rows_say_the_witness_saw_is_no_crash(world: World) -> None:
    with serving(lambda _: Reply(409, (b"9\n",))) as address:
        client = Client(world, f"{WITNESS.verifier.vkey()} {address}")
        await client.grows(1)
        for _ in range(2):
            await client.asks()
            assert ((await client.state()).failure, (await client.state()).size) == ("rolled_back", 9)


async def test_without_witnesses_there_is_nothing_to_do(world: World) -> None:
    client = Client(world, "")
    await client.grows(1)
    assert (await client.asks()).state is JobState.DONE
    assert await client.cosignatures() == []


VKEY = WITNESS.verifier.vkey()


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (VKEY, "a verifier key and an address"),
        (f"nonsense https://w.example {VKEY} https://w.example", "no verifier key"),
        (f"{KEY.verifier.vkey()} https://w.example", "not one of a witness"),
        (f"{VKEY} w.example", "no address"),
        (f"{VKEY} https://a.example {VKEY} https://b.example", "twice"),
    ],
    ids=["half", "no key", "key of a log", "no address", "twice"],
)
async def test_a_worker_does_not_start_with_witnesses_that_cannot_be_asked(
    world: World, setting: str, said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        worker(world.db, Settings(witnesses=setting))
