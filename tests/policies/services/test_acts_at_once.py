"""Acts of one company at the same time: each waits for the others, none in a circle, and the log is whole."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.util import await_only

from app.context import Ctx
from app.db import NO_COMPANY
from app.errors import Conflict
from app.people.services import erasure, leaving
from app.policies.schemas.acknowledgement import AcknowledgeForIn, AcknowledgeIn
from app.policies.schemas.posting import PostingIn
from app.policies.services import acknowledging, asking, posting
from app.policies.services import publishing as policy_publishing
from app.roster import company as companies
from tests.crowd import crew, read_by
from tests.merkle_log.services.test_evidence import agrees_with_its_rows, policy_of
from tests.policies.services.test_publishing import approved
from tests.world import TODAY, World

ROUNDS = 5
YESTERDAY = TODAY - timedelta(days=1)


def acknowledged(world: World, policy_id: str, shown: AcknowledgeIn, person_id: str) -> Awaitable[Any]:
    reported = AcknowledgeForIn(**shown.model_dump(), person_id=person_id)
    return world.system().write(acknowledging.acknowledge_for, policy_id, reported)


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
    held, done = asyncio.Event(), asyncio.Event()

    def hold(ctx: Ctx) -> None:
        companies.lock(ctx)
        held.set()
        await_only(done.wait())

    holding = asyncio.create_task(world.system().write(hold))
    await held.wait()
    try:
        await asyncio.wait_for(world.act("employee").write(acknowledging.acknowledge, shown), 10)
    finally:
        done.set()
        await holding
    assert await agrees_with_its_rows(world) == 2


@pytest.mark.parametrize("database_kind", ["postgres"])
async def test_nothing_is_recorded_of_somebody_who_is_erased_at_the_same_moment(
    world: World, shown: AcknowledgeIn
) -> None:
    policy_id, person_id = await world.system().read(policy_of, shown), world.person["employee"]
    await world.act("owner").write(leaving.leave, person_id, YESTERDAY)
    erased, go_on = asyncio.Event(), asyncio.Event()

    def erase_slowly(ctx: Ctx) -> None:
        erasure.erase(ctx, person_id)
        erased.set()
        await_only(go_on.wait())

    erasing = asyncio.create_task(world.act("hr").write(erase_slowly))
    await erased.wait()
    acknowledging_for_them = asyncio.create_task(acknowledged(world, policy_id, shown, person_id))
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while not await world.db.write(NO_COMPANY, lambda session: session.scalar(waiting)):
        assert not acknowledging_for_them.done()
    go_on.set()
    await erasing
    with pytest.raises(Conflict) as refused:
        await acknowledging_for_them
    assert refused.value.code == "removed_meanwhile"
    assert await agrees_with_its_rows(world) == 1
