"""One policy version as one person reads it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from app.context import Ctx
from app.db import Database
from app.errors import NotFound
from app.models import PolicyAudience, Team
from app.policies.queries import home, reader
from app.policies.rows import policies
from app.policies.schemas.acknowledgement import AcknowledgeIn
from app.policies.services import approval as policy_approval
from app.policies.services import drafting as policy_drafting
from app.policies.services import publishing as policy_publishing
from app.rules.versions import Label
from tests.world import TODAY, World, acknowledge, confirmed


async def policy_of(world: World, shown: AcknowledgeIn) -> str:
    return (await world.system().read(policies.version, shown.version_id)).policy_id


def rewrite(ctx: Ctx, version_id: str, old: str, new: str) -> None:
    for text in policies.texts(ctx, version_id).values():
        assert old in text.body
        text.body = text.body.replace(old, new, 1)
        text.summary = f"{old} → {new}"


async def rewritten(world: World, policy_id: str, old: str, new: str, **facts: Any) -> AcknowledgeIn:
    """Publish the next version with one change in each language; return what its Italian reader confirms."""
    data = policy_drafting.VersionIn(**{"effective_on": TODAY, **facts})
    version = await world.act("hr").write(policy_drafting.create_version, policy_id, data)
    await world.system().write(rewrite, version.id, old, new)
    await world.act("hr").write(policy_approval.submit, version.id)
    await world.act("owner").write(policy_approval.approve, version.id)
    await world.act("owner").write(policy_publishing.publish, version.id)
    return await world.act("hr").read(confirmed, version.id, "it")


@contextmanager
def statements(seam: Database) -> Iterator[list[str]]:
    """Collect the SELECTs that run through SQLAlchemy; prepared ones go straight to the driver."""
    seen: list[str] = []
    engine: Any = getattr(seam, "engine", None)
    engine = getattr(engine, "sync_engine", engine)

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


async def test_a_reader_sees_the_text_and_what_is_asked(world: World, shown: AcknowledgeIn) -> None:
    seen = await world.act("employee").read(reader.current, await policy_of(world, shown))
    assert seen.version.id == shown.version_id
    assert (seen.label, seen.language, set(seen.texts)) == (Label(1, 0), "it", {"it", "en"})
    assert seen.text.statement_sha256 == shown.statement_sha256
    assert seen.asked.state == "open"
    assert (seen.done, seen.earlier, seen.earlier_body, seen.summaries) == (None, None, None, [])


async def test_the_language_asked_for_wins_then_the_readers_then_the_companys(world: World) -> None:
    policy_id = await policy_of(world, await world.published())
    languages = [("en", "it"), ("fr", "en"), ("", "fr"), ()]
    got = [(await world.act("employee").read(reader.current, policy_id, wanted)).language for wanted in languages]
    assert got == ["en", "en", "it", "it"]


async def test_what_changed_counts_from_the_version_the_person_confirmed_last(world: World) -> None:
    first = await world.published()
    policy_id = await policy_of(world, first)
    await world.act("employee").write(acknowledge, first)
    second = await rewritten(world, policy_id, "social", "public")
    await world.act("colleague").write(acknowledge, second)
    await rewritten(world, policy_id, "blog", "diaries")
    since_first = await world.act("employee").read(reader.current, policy_id)
    since_second = await world.act("colleague").read(reader.current, policy_id)
    never = await world.act("marketing_lead").read(reader.current, policy_id)
    assert [(row.major, row.summary) for row in since_first.summaries] == [
        (3, "blog → diaries"),
        (2, "social → public"),
    ]
    assert [row.major for row in since_second.summaries] == [3]
    assert since_first.earlier_body != since_second.earlier_body
    assert never.earlier is None


async def test_a_small_change_is_read_by_all_and_asked_of_nobody_who_has_read(world: World) -> None:
    first = await world.published()
    policy_id = await policy_of(world, first)
    await world.act("employee").write(acknowledge, first)
    await rewritten(world, policy_id, "social", "public", material=False)
    seen = await world.act("employee").read(reader.current, policy_id)
    assert (seen.label, seen.asked, seen.done) == (Label(1, 1), None, None)
    assert seen.earlier.version_id == first.version_id


async def test_a_draft_shows_to_nobody(world: World, shown: AcknowledgeIn) -> None:
    policy_id = await policy_of(world, shown)
    data = policy_drafting.VersionIn(effective_on=TODAY)
    draft = await world.act("hr").write(policy_drafting.create_version, policy_id, data)
    assert (await world.act("hr").read(reader.current, policy_id)).version.id == shown.version_id
    with pytest.raises(NotFound):
        await world.act("hr").read(reader.version, policy_id, draft.id)


async def test_a_superseded_version_stays_readable_for_whoever_confirmed_it_and_nobody_else(world: World) -> None:
    first = await world.published()
    policy_id = await policy_of(world, first)
    await world.act("employee").write(acknowledge, first)
    await world.next_version(policy_id)
    seen = await world.act("employee").read(reader.version, policy_id, first.version_id)
    assert (seen.version.state, seen.done.version_id) == ("superseded", first.version_id)
    with pytest.raises(NotFound):
        await world.act("colleague").read(reader.version, policy_id, first.version_id)


async def test_a_version_is_found_only_under_its_own_policy(world: World) -> None:
    shown, other = await world.published(), await world.published()
    with pytest.raises(NotFound):
        await world.act("employee").read(reader.version, await policy_of(world, other), shown.version_id)


def limit_to_a_new_team(ctx: Ctx, policy_id: str) -> None:
    team = Team(name="Ufficio")
    ctx.session.add(team)
    ctx.session.flush()
    ctx.session.add(PolicyAudience(policy_id=policy_id, team_id=team.id))


def limit_to(ctx: Ctx, policy_id: str, team_id: str) -> None:
    ctx.session.add(PolicyAudience(policy_id=policy_id, team_id=team_id))


async def test_whoever_is_not_in_the_audience_finds_nothing(world: World) -> None:
    data = policy_drafting.PolicyIn(name="For the office")
    policy = await world.act("hr").write(policy_drafting.create_policy, data)
    await world.system().write(limit_to_a_new_team, policy.id)
    await world.next_version(policy.id)
    with pytest.raises(NotFound):
        await world.act("employee").read(reader.current, policy.id)


async def test_the_audiences_team_reads_even_what_was_never_asked_of_it(world: World) -> None:
    data = policy_drafting.PolicyIn(name="For the office")
    policy = await world.act("hr").write(policy_drafting.create_policy, data)
    await world.system().write(limit_to_a_new_team, policy.id)
    await world.next_version(policy.id)
    await world.system().write(limit_to, policy.id, world.team_id)
    assert (await world.act("employee").read(reader.current, policy.id)).asked is None


async def test_the_agency_reads_nothing_as_an_employee(world: World) -> None:
    policy_id = await policy_of(world, await world.published())
    with pytest.raises(NotFound):
        await world.act("account_manager").read(reader.current, policy_id)


async def test_another_company_finds_nothing(world: World) -> None:
    policy_id = await policy_of(world, await world.published())
    with pytest.raises(NotFound):
        await world.act("outsider").read(reader.current, policy_id)


async def test_reading_and_the_home_ask_as_often_with_many_rows_as_with_few(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    run = reader.Prepared.__call__

    def counted(statement: Any, session: Any, **values: Any) -> Any:
        asked.append(statement)
        return run(statement, session, **values)

    async def counts(policy_id: str) -> tuple[int, int, int]:
        found = []
        with statements(world.db) as others:
            for query, values in ((reader.current, (policy_id,)), (home.home, ())):
                asked.clear()
                await world.act("employee").read(query, *values)
                found.append(len(asked))
        return found[0], found[1], len(others)

    monkeypatch.setattr(reader.Prepared, "__call__", counted)
    first = await world.published()
    policy_id = await policy_of(world, first)
    await world.act("employee").write(acknowledge, first)
    second = await world.next_version(policy_id)
    few = await counts(policy_id)
    await world.act("employee").write(acknowledge, second)
    for _ in range(3):
        await world.act("employee").write(acknowledge, await world.next_version(policy_id))
        await world.published()
    await world.next_version(policy_id)
    assert await counts(policy_id) == few
    entering = 2
    assert few == (entering + 6, entering + 1, 0)
