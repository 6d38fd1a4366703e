"""Acts of one company at the same time: each waits for the others, none in a circle, and the log is whole."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.util import await_only

from app.context import Ctx
from app.db import NO_COMPANY
from app.errors import Conflict
from app.people.services import erasure, leaving
from app.policies.rows import acknowledgements
from app.policies.rules.assignment import AssignmentState
from app.policies.schemas.acknowledgement import AcknowledgeForIn, AcknowledgeIn
from app.policies.schemas.posting import PostingIn
from app.policies.services import acknowledging, asking, posting
from app.policies.services import publishing as policy_publishing
from app.roster import company as companies
from tests.crowd import crew, read_by
from tests.merkle_log.services.test_evidence import agrees_with_its_rows, policy_of
from tests.policies.services.test_publishing import approved
from tests.world import TODAY, World, acknowledge

ROUNDS = 5
YESTERDAY = TODAY - timedelta(days=1)


def acknowledged(world: World, policy_id: str, shown: AcknowledgeIn, person_id: str) -> Awaitable[Any]:
    reported = AcknowledgeForIn(**shown.model_dump(), person_id=person_id)
    return world.system().write(acknowledging.acknowledge_for, policy_id, reported)


class Held:
    """An act that stays in its transaction, done, until it may go on."""

    def __init__(self, act: Callable[..., Any]) -> None:
        self.act, self.done, self.go_on = act, asyncio.Event(), asyncio.Event()

    def __call__(self, ctx: Ctx, *arguments: Any) -> Any:
        outcome = self.act(ctx, *arguments)
        ctx.session.flush()
        self.done.set()
        await_only(self.go_on.wait())
        return outcome


async def somebody_waits(world: World, task: asyncio.Future[Any]) -> None:
    """Return when this act waits for another one in the database."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while not await world.db.write(NO_COMPANY, lambda session: session.scalar(waiting)):
        assert not task.done()


async def test_publishing_acknowledging_posting_leaving_and_erasing_at_once_never_lock_each_other(world: World) -> None:
    """Few enough at once that each has a connection: what fails then, fails for a deadlock."""
    first, other = await world.published(), await world.published()
    readers = (await crew(world, "Reparto", 7 * ROUNDS)).people
    policy_id, other_id = [await world.system().read(policy_of, shown) for shown in (first, other)]
    for shown in (first, other):
        await world.system().write(asking.assign, shown.version_id)
    size = 2
    for _ in range(ROUNDS):
        three, (gone, going), two = readers[:3], readers[3:5], readers[5:7]
        del readers[:7]
        await read_by(world, first, gone)
        await world.act("owner").write(leaving.leave, gone, YESTERDAY)
        next_one = await approved(world, other_id, material=True)
        outcomes = await asyncio.gather(
            *(acknowledged(world, policy_id, first, person_id) for person_id in three),
            *(acknowledged(world, other_id, other, person_id) for person_id in two),
            world.act("owner").write(policy_publishing.publish, next_one.id),
            world.act("hr").write(posting.record, first.version_id, PostingIn(place="Bacheca", starts_on=TODAY)),
            world.act("owner").write(leaving.leave, going, YESTERDAY),
            world.act("hr").write(erasure.erase, gone),
            return_exceptions=True,
        )
        failed = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        assert {(type(one), str(getattr(one, "code", one))) for one in failed} <= {(Conflict, "text_changed")}
        size += len(outcomes) - len(failed)  # leaving is no leaf; what is erased afterwards was one
        assert await agrees_with_its_rows(world) == size


@pytest.mark.parametrize("database_kind", ["postgres"])
async def test_what_concerns_the_company_as_a_whole_keeps_nobody_from_acknowledging(
    world: World, shown: AcknowledgeIn
) -> None:
    """Each new row holds a reference to its company; to wait for that while one holds a person would be a circle."""
    held = Held(companies.lock)
    holding = asyncio.create_task(world.system().write(held))
    await held.done.wait()
    try:
        await asyncio.wait_for(world.act("employee").write(acknowledge, shown), 10)
    finally:
        held.go_on.set()
        await holding
    assert await agrees_with_its_rows(world) == 2


@pytest.mark.parametrize("database_kind", ["postgres"])
async def test_whoever_acknowledges_is_not_excused_at_the_same_moment(world: World, shown: AcknowledgeIn) -> None:
    assignment = (await world.system().read(acknowledgements.asked, shown.version_id, world.person["employee"])).id
    answered = Held(acknowledge)
    acknowledging_now = asyncio.create_task(world.act("employee").write(answered, shown))
    await answered.done.wait()
    excuse = asyncio.create_task(world.act("hr").write(acknowledging.excuse, assignment, "Lunga assenza."))
    await somebody_waits(world, excuse)
    answered.go_on.set()
    await acknowledging_now
    with pytest.raises(Conflict) as refused:
        await excuse
    assert refused.value.params["state"] is AssignmentState.ACKNOWLEDGED


@pytest.mark.parametrize("database_kind", ["postgres"])
async def test_whoever_leaves_does_not_acknowledge_at_the_same_moment(world: World, shown: AcknowledgeIn) -> None:
    policy_id, person_id = await world.system().read(policy_of, shown), world.person["employee"]
    left = Held(asking.release_leavers)
    leave = asyncio.create_task(world.system().write(left, [person_id]))
    await left.done.wait()
    acknowledge = asyncio.ensure_future(acknowledged(world, policy_id, shown, person_id))
    await somebody_waits(world, acknowledge)
    left.go_on.set()
    await leave
    with pytest.raises(Conflict) as refused:
        await acknowledge
    assert refused.value.params["state"] is AssignmentState.CANCELLED
    assert await agrees_with_its_rows(world) == 1


@pytest.mark.parametrize("database_kind", ["postgres"])
async def test_nothing_is_recorded_of_somebody_who_is_erased_at_the_same_moment(
    world: World, shown: AcknowledgeIn
) -> None:
    policy_id, person_id = await world.system().read(policy_of, shown), world.person["employee"]
    await world.act("owner").write(leaving.leave, person_id, YESTERDAY)
    erased = Held(erasure.erase)
    erasing = asyncio.create_task(world.act("hr").write(erased, person_id))
    await erased.done.wait()
    acknowledging_for_them = asyncio.ensure_future(acknowledged(world, policy_id, shown, person_id))
    await somebody_waits(world, acknowledging_for_them)
    erased.go_on.set()
    await erasing
    with pytest.raises(Conflict) as refused:
        await acknowledging_for_them
    assert refused.value.code == "removed_meanwhile"
    assert await agrees_with_its_rows(world) == 1
