"""Asking a large audience: a chunk at a time, and right to see and to act upon while that goes on."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from app.accounts.schemas.sign_in import InvitationsIn
from app.context import Ctx
from app.db import Scope
from app.db.keyset import Asked, Sort
from app.duties.rows import coverage_cache
from app.duties.rows import pending as duties
from app.errors import Conflict, NotFound
from app.models import Assignment, Employment, Job, Person
from app.organisations.queries import client_companies
from app.people.services import invitations
from app.policies.jobs import mails
from app.policies.queries import acknowledged_list, coverage, coverage_people, home, lists, paper, reader
from app.policies.rows import audience, published
from app.policies.rows.notices import ASSIGNMENTS
from app.policies.rules.assignment import AssignmentState
from app.policies.schemas.acknowledgement import AcknowledgeForIn, AcknowledgeIn, AnswerIn, ReplyIn
from app.policies.schemas.coverage import AcknowledgedFilter
from app.policies.schemas.policy import WithdrawIn
from app.policies.services import acknowledging, asking, publishing, reminding
from tests.policies.services.test_publishing import CAST, approved, ask_again, asked, asked_of, jobs, join, policy_of
from tests.world import NOW, TODAY, World, acknowledge

A_DAY = timedelta(days=1)
IN_A_WEEK = TODAY + 7 * A_DAY
MISTAKE = WithdrawIn(reason="Un errore.")


@pytest.fixture
def chunk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Give the function that sets how many people are asked at a time."""
    return lambda size: monkeypatch.setattr(asking, "CHUNK", size)


def crowd(ctx: Ctx, world: World, people: int) -> None:
    added = [Person(name=f"Persona {n}", created_at=NOW, updated_at=NOW) for n in range(people)]
    ctx.session.add_all(added)
    ctx.session.flush()
    since = date(2020, 1, 1)
    ctx.session.add_all(Employment(person_id=one.id, team_id=world.team_id, starts_on=since) for one in added)


async def run(world: World) -> int:
    """Do the jobs that ask people until there are none left, as the worker would; return how many there were."""
    done = 0
    while waiting := [job for job in await jobs(world, "policy:assign") if job.state == "waiting"]:
        for job in waiting:
            await world.system().write(asking.assign, **job.payload)
            await world.db.write(Scope(), finish, job.id)
            done += 1
    coverage_cache._kept.clear()
    return done


def finish(session: Any, job_id: str) -> None:
    session.execute(update(Job).where(col(Job.id) == job_id).values(state="done"))


async def how_many(world: World, version_id: str, *states: AssignmentState) -> int:
    wanted = select(func.count(Assignment.id)).where(Assignment.version_id == version_id)
    wanted = wanted.where(col(Assignment.state).in_(states)) if states else wanted
    return await world.system().read(lambda ctx: ctx.session.execute(wanted).scalar_one())


async def test_2500_people_are_asked_a_thousand_at_a_time(world: World) -> None:
    await world.system().write(crowd, world, 2500)
    shown = await world.published()
    assert await how_many(world, shown.version_id) == 1000
    assert await run(world) == 2
    assert await how_many(world, shown.version_id) == 2505
    assert len(await jobs(world, "policy:announce")) == 3


@pytest.mark.parametrize("material", [True, False])
async def test_publishing_settles_a_chunk_of_the_version_before_and_the_job_the_rest(
    world: World, chunk: Callable[[int], None], *, material: bool
) -> None:
    await world.system().write(crowd, world, 250)
    first = await world.published()
    chunk(100)
    second = await world.next_version(await policy_of(world, first), material=material)
    assert await how_many(world, first.version_id, AssignmentState.OPEN) == 155
    assert await how_many(world, second.version_id, AssignmentState.OPEN) == 100
    assert await run(world) == 2
    assert await how_many(world, first.version_id, AssignmentState.OPEN) == 0
    assert await how_many(world, first.version_id, AssignmentState.SUPERSEDED) == (255 if material else 0)
    assert await how_many(world, second.version_id, AssignmentState.OPEN) == 255


async def test_withdrawing_settles_a_chunk_and_the_job_the_rest(world: World, chunk: Callable[[int], None]) -> None:
    shown = await world.published()
    chunk(2)
    await world.act("owner").write(publishing.withdraw, shown.version_id, MISTAKE)
    assert await how_many(world, shown.version_id, AssignmentState.CANCELLED) == 2
    assert set((await states(world, shown.version_id)).values()) == {AssignmentState.CANCELLED}
    await run(world)
    assert await how_many(world, shown.version_id, AssignmentState.CANCELLED) == 5


async def test_a_chunk_that_was_interrupted_is_done_again(world: World, chunk: Callable[[int], None]) -> None:
    first = await world.published()
    chunk(2)
    second = await world.next_version(await policy_of(world, first))
    (job,) = [job for job in await jobs(world, "policy:assign") if job.state == "waiting"]

    def lose_the_lease(ctx: Ctx, **payload: Any) -> None:
        asking.assign(ctx, **payload)
        raise RuntimeError("the lease of this job ran out")

    with pytest.raises(RuntimeError):
        await world.system().write(lose_the_lease, **job.payload)
    assert await how_many(world, first.version_id, AssignmentState.OPEN) == 3
    for _ in range(2):  # and what was finished, but not noted as done, does no harm
        await world.system().write(asking.assign, **job.payload)
    await run(world)
    assert await asked(world, first.version_id) == dict.fromkeys(CAST, AssignmentState.SUPERSEDED)
    assert await asked(world, second.version_id) == dict.fromkeys(CAST, AssignmentState.OPEN)


async def test_a_person_who_was_not_reached_is_asked_for_the_newer_version(
    world: World, chunk: Callable[[int], None]
) -> None:
    chunk(2)
    first = await world.published()
    minor = await world.next_version(await policy_of(world, first), material=False)
    await run(world)
    assert await how_many(world, first.version_id) == 0
    assert await how_many(world, minor.version_id, AssignmentState.OPEN) == 5


async def test_a_chunk_of_a_version_that_was_taken_back_asks_nobody(world: World, chunk: Callable[[int], None]) -> None:
    chunk(2)
    shown = await world.published()
    await world.act("owner").write(publishing.withdraw, shown.version_id, MISTAKE)
    await run(world)
    assert await how_many(world, shown.version_id) == await how_many(world, shown.version_id, AssignmentState.CANCELLED)


async def answered(world: World, shown: AcknowledgeIn) -> None:
    """Let two of the cast ask, one of them with an answer, one refuse, and one acknowledge."""
    for name in ("employee", "colleague"):
        question = AnswerIn(version_id=shown.version_id, kind="question", note="Anche di notte?")
        await world.act(name).write(acknowledging.answer, question)
    waiting = await asked_of(world, shown.version_id, "colleague")
    await world.act("hr").write(acknowledging.reply, waiting.id, ReplyIn(reply="No, mai."))
    refusal = AnswerIn(version_id=shown.version_id, kind="declined", note="Non lo firmo.")
    await world.act("marketing_lead").write(acknowledging.answer, refusal)
    await world.act("hr").write(acknowledge, shown)


async def figures(world: World, version_id: str) -> list[Any]:
    """Return what HR is told of a version, in figures and by name."""
    hr = world.act("hr")
    version = await hr.read(published.version, version_id)
    seen: list[Any] = [await hr.read(query, version) for query in (coverage.counts, coverage.teams)]
    seen += [[row.name for row in await hr.read(query, version, 50)] for query in NAMED]
    wanted, asked = AcknowledgedFilter(version=version_id), Asked(Sort("name"), None, 50)
    seen.append([row.name for row in (await hr.read(acknowledged_list.part, wanted, asked)).people])
    seen.append(await world.system().read(duties.overdue, ASSIGNMENTS, version_id))
    try:
        seen.append([row.name for row in (await hr.read(paper.sheet, version_id, "", "")).people])
    except Conflict as refused:
        seen.append(refused.code)
    return seen


NAMED = (coverage_people.pending, coverage_people.everybody)


async def invited(world: World, version_id: str) -> list[str]:
    """Return for whom a way in would be printed."""
    people = InvitationsIn(person_ids=list(world.person.values()), valid_until=TODAY, pending_version_id=version_id)
    return sorted(row.name for row in await world.system().read(invitations._chosen, people))


async def homes(world: World) -> dict[str, Any]:
    """Return where each of the cast stands, and for what they are asked by the text on show."""
    found = {}
    for name in sorted(CAST):
        at_home = await world.act(name).read(home.home)
        reads = await world.act(name).read(reader.current, at_home.duty.policy_id) if at_home.duty else None
        found[name] = at_home.step, reads and reads.asked and reads.asked.state
    return found


async def addressed(world: World, version_id: str) -> int:
    """Return how many would get a reminder by mail that was asked for already."""

    def address(ctx: Ctx) -> int:
        wanted = select(Assignment.id).where(Assignment.version_id == version_id)
        return sum(mails.reminder(ctx, one) is not None for one in ctx.session.scalars(wanted).all())

    return await world.system().read(address)


async def states(world: World, version_id: str) -> dict[str, AssignmentState]:
    """Return where the API says that people stand."""
    found = {}
    for state in AssignmentState:
        wanted = lists.AssignmentFilter(version_id=version_id, state=state)
        rows = await world.system().read(lists.assignments_part, wanted, None, 50)
        assert {row.state for row in rows} <= {state}
        found |= {row.person_id: state for row in rows}
    return found


@pytest.mark.parametrize("effective_on", [TODAY, IN_A_WEEK])
async def test_nobody_waits_for_a_version_once_a_material_one_is_published(
    world: World, chunk: Callable[[int], None], effective_on: date
) -> None:
    first = await world.published()
    await answered(world, first)
    chunk(1)
    second = await world.next_version(await policy_of(world, first), effective_on=effective_on)
    later = await approved(world, await policy_of(world, first))

    async def seen() -> Any:
        coverage_cache._kept.clear()
        questions = await world.act("hr").read(coverage_people.questions, 50)
        return (
            await figures(world, first.version_id),
            await addressed(world, first.version_id),
            [(row.id, row.note) for row in questions],
            (await world.act("owner").read(audience.consequences, later)).declined,
        )

    for name in ("owner", "marketing_lead"):  # neither has a question, which would go along
        duty = (await world.act(name).read(home.home)).duty
        assert duty is None or duty.major == 2
        told = (await states(world, first.version_id))[world.person[name]]
        assert told is AssignmentState.SUPERSEDED
    between = await seen()
    assert await how_many(world, second.version_id) < 5
    await run(world)
    assert between == await seen()
    assert between[1] == 0
    if effective_on == IN_A_WEEK:
        told = await world.act("hr").write(reminding.remind_now, first.version_id)
        assert told.people == 0


async def test_whoever_still_waits_waits_for_the_minor_version_that_is_published(
    world: World, chunk: Callable[[int], None]
) -> None:
    first = await world.published()
    await answered(world, first)
    chunk(1)
    minor = await world.next_version(await policy_of(world, first), material=False)

    async def seen() -> Any:
        coverage_cache._kept.clear()
        questions = await world.act("hr").read(coverage_people.questions, 50)
        return (
            await figures(world, first.version_id),
            await figures(world, minor.version_id),
            await invited(world, minor.version_id),
            await homes(world),
            [(row.id, row.note, row.state) for row in questions],
            await world.act("account_manager").read(client_companies.inside),
            await world.system().read(duties.pending, ASSIGNMENTS, minor.version_id, "", 50),
            await addressed(world, first.version_id) + await addressed(world, minor.version_id),
        )

    between = await seen()
    assert await how_many(world, first.version_id, AssignmentState.OPEN, AssignmentState.QUESTION)
    await run(world)
    assert between == await seen()


async def test_whoever_was_not_reached_may_answer_at_once(world: World, chunk: Callable[[int], None]) -> None:
    first = await world.published()
    chunk(1)
    second = await world.next_version(await policy_of(world, first))
    for name in ("employee", "colleague"):
        await world.act(name).write(acknowledge, second)
    await run(world)
    now = await asked(world, second.version_id)
    assert [now.pop(name) for name in ("employee", "colleague")] == [AssignmentState.ACKNOWLEDGED] * 2
    assert set(now.values()) == {AssignmentState.OPEN}
    assert await asked(world, first.version_id) == dict.fromkeys(CAST, AssignmentState.SUPERSEDED)


async def test_whoever_a_withdrawal_did_not_reach_yet_may_answer_the_version_before_at_once(
    world: World, chunk: Callable[[int], None]
) -> None:
    first = await world.published()
    second = await world.next_version(await policy_of(world, first), effective_on=IN_A_WEEK)
    chunk(1)
    await world.act("owner").write(publishing.withdraw, second.version_id, MISTAKE)
    replaced = [name for name, state in (await asked(world, first.version_id)).items() if state.value == "superseded"]
    await world.act(replaced[0]).write(acknowledge, first)
    await run(world)
    now = await asked(world, first.version_id)
    assert now.pop(replaced[0]) is AssignmentState.ACKNOWLEDGED
    assert set(now.values()) == {AssignmentState.OPEN}


async def test_what_is_answered_to_the_version_before_counts_as_before(
    world: World, chunk: Callable[[int], None]
) -> None:
    first = await world.published()
    chunk(1)
    second = await world.next_version(await policy_of(world, first), effective_on=IN_A_WEEK)
    waiting = [name for name, state in (await asked(world, first.version_id)).items() if state is AssignmentState.OPEN]
    reads, asks = waiting[:2]
    await world.act(reads).write(acknowledge, first)
    question = AnswerIn(version_id=first.version_id, kind="question", note="Anche di notte?")
    await world.act(asks).write(acknowledging.answer, question)
    await run(world)
    assert (await asked_of(world, first.version_id, reads)).state is AssignmentState.ACKNOWLEDGED
    assert (await asked_of(world, second.version_id, reads)).state is AssignmentState.OPEN
    assert (await asked_of(world, second.version_id, asks)).note == "Anche di notte?"


async def test_a_version_that_is_no_longer_on_show_cannot_be_confirmed(
    world: World, chunk: Callable[[int], None]
) -> None:
    first = await world.published()
    chunk(1)
    await world.next_version(await policy_of(world, first))
    for name in CAST:
        with pytest.raises(Conflict) as refused:
            await world.act(name).write(acknowledge, first)
        assert refused.value.code == "text_changed"


async def test_nobody_is_asked_before_their_turn_for_what_is_not_for_them(world: World, shown: AcknowledgeIn) -> None:
    await world.act("colleague").write(acknowledge, shown)
    minor = await world.next_version(await policy_of(world, shown), material=False)
    with pytest.raises(NotFound):
        await world.act("colleague").write(acknowledge, minor)
    assert "colleague" not in await asked(world, minor.version_id)


async def test_nobody_is_asked_for_a_version_that_has_a_newer_one(world: World) -> None:
    first = await world.published()
    await world.next_version(await policy_of(world, first), effective_on=IN_A_WEEK)
    await world.system().write(join, world, "joiner")
    data = AcknowledgeForIn(**first.model_dump(), person_id=world.person["joiner"])
    with pytest.raises(NotFound):
        await world.system().write(acknowledging.acknowledge_for, await policy_of(world, first), data)
    assert "joiner" not in await asked(world, first.version_id)


async def test_somebody_who_changes_team_meanwhile_is_asked_once(world: World, chunk: Callable[[int], None]) -> None:
    first = await world.published()
    chunk(1)
    minor = await world.next_version(await policy_of(world, first), material=False)
    for name in CAST:
        await world.system().write(ask_again, world.person[name])
    assert await asked(world, first.version_id) == {}
    await run(world)
    assert await asked(world, minor.version_id) == dict.fromkeys(CAST, AssignmentState.OPEN)
    assert await asked(world, first.version_id) == {}
