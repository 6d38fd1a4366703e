"""What changed in a text is worked out once, before people come to read it, and stored."""

from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import select

from app.context import Ctx
from app.jobs.loop import Worker
from app.models import TextChanges
from app.policies.queries import reader
from app.policies.rules.marked_changes import Marked
from app.policies.schemas.acknowledgement import AcknowledgeIn
from app.policies.services import marking
from app.policies.web import reading
from tests.policies.jobs.postal import deliver
from tests.policies.queries.test_reader import policy_of, rewritten
from tests.site import Site
from tests.world import World, acknowledge

MARKS = Marked("<p>Be <ins>kind</ins><script>alert(1)</script></p>", 1)


def stored(ctx: Ctx) -> int:
    return ctx.session.execute(select(func.count()).select_from(TextChanges)).scalar_one()


async def amended(world: World, shown: AcknowledgeIn) -> tuple[str, AcknowledgeIn]:
    """Publish a second version after somebody acknowledged the first; return the policy and what it confirms."""
    await world.act("employee").write(acknowledge, shown)
    policy_id = await policy_of(world, shown)
    return policy_id, await rewritten(world, policy_id, "social", "public")


async def test_changes_are_stored_for_those_who_read_an_earlier_version(
    world: World, shown: AcknowledgeIn, postman: Worker
) -> None:
    policy_id, _ = await amended(world, shown)
    before = await world.act("employee").read(reader.current, policy_id)
    assert before.marked is None
    assert before.earlier_body is not None
    await deliver(postman)
    read = await world.act("employee").read(reader.current, policy_id)
    assert read.marked is not None
    assert read.marked == reading.compared(before.earlier_body, before.text.body)
    assert read.marked.places == 1
    assert read.earlier_body is None
    assert (await world.act("employee").read(reader.current, policy_id, ["en"])).marked is not None
    assert (await world.act("colleague").read(reader.current, policy_id)).marked is None
    assert await world.system().read(stored) == 2


async def test_nothing_is_compared_with_a_version_that_nobody_acknowledged(
    world: World, shown: AcknowledgeIn, postman: Worker
) -> None:
    await rewritten(world, await policy_of(world, shown), "social", "public")
    await deliver(postman)
    assert await world.system().read(stored) == 0


async def test_what_is_stored_already_stays(world: World, shown: AcknowledgeIn, postman: Worker) -> None:
    policy_id, second = await amended(world, shown)
    await world.act("employee").write(marking.keep, second.version_id, shown.version_id, "it", MARKS)
    await deliver(postman)
    assert (await world.act("employee").read(reader.current, policy_id)).marked == MARKS


async def test_the_first_reader_has_what_is_not_there_yet_stored(site: Site, shown: AcknowledgeIn) -> None:
    policy_id, _ = await amended(site.world, shown)
    browser = await site.signed_in("employee")
    first, second = [await browser.get(f"/policies/{policy_id}?language=it") for _ in range(2)]
    assert "<ins>public</ins>" in first.text.replace(" </ins>", "</ins>").replace("<ins> ", "<ins>")
    assert first.text == second.text
    assert await site.world.system().read(stored) == 1


async def test_what_is_stored_is_shown_without_what_could_do_harm(
    site: Site, shown: AcknowledgeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy_id, second = await amended(site.world, shown)
    await site.world.act("employee").write(marking.keep, second.version_id, shown.version_id, "it", MARKS)

    def compare(*_texts: Any) -> Marked:
        raise AssertionError

    monkeypatch.setattr(reading.comparisons, "get", compare)
    page = await (await site.signed_in("employee")).get(f"/policies/{policy_id}?language=it")
    assert "Be <ins>kind</ins>" in page.text
    assert "alert(1)" not in page.text
