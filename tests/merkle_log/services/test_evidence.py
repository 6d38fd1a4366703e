"""What is recorded becomes a leaf, in the same transaction, and can be recomputed from the rows."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from app.context import Ctx
from app.errors import Conflict, NotFound
from app.evidence import tree
from app.evidence.leaves import commitment, parse_leaf
from app.evidence.tree import Edge, Node
from app.merkle_log.rows import log
from app.merkle_log.rows.fsck import recompute
from app.merkle_log.rules.leaf_type import LeafType
from app.merkle_log.services import evidence
from app.models import LogHead, LogLeaf, LogNode
from app.models.types import new_id
from app.platform.files import Upload
from app.policies.rows import acknowledgements, policies
from app.policies.schemas.acknowledgement import AcknowledgeForIn, AcknowledgeIn, AnswerIn, CorrectionIn, PaperIn
from app.policies.schemas.posting import PostingEndIn, PostingIn
from app.policies.services import acknowledging, correcting, posting
from app.rules.log_name import origin
from tests.world import TODAY, World, acknowledge, record_on_paper

SHEET = Upload("sheet.pdf", b"%PDF-1.7 signed")


def leaves(ctx: Ctx) -> list[dict[str, Any]]:
    return [parse_leaf(one.entry) for one in log.every_leaf(ctx)]


def types(ctx: Ctx) -> list[str]:
    return [leaf["type"] for leaf in leaves(ctx)]


def private(ctx: Ctx, index: int) -> dict[str, Any]:
    """Return the evidence behind a leaf, once it is seen to open its commitment."""
    (one,) = [found for found in log.every_leaf(ctx) if found.idx == index]
    assert one.salt is not None
    assert one.private is not None
    assert commitment(one.salt, one.private) == parse_leaf(one.entry)["commitment"]
    evidence: dict[str, Any] = json.loads(one.private)
    return evidence


def stored(ctx: Ctx) -> tuple[Any, list[bytes], dict[Node, bytes]]:
    """Return the head, the hashes of the leaves and the nodes as the rows have them."""
    head = ctx.session.scalars(select(LogHead)).one()
    entries = ctx.session.execute(select(col(LogLeaf.idx), col(LogLeaf.entry)).order_by(col(LogLeaf.idx))).all()
    assert [row.idx for row in entries] == list(range(len(entries)))
    nodes = ctx.session.execute(select(col(LogNode.level), col(LogNode.idx), col(LogNode.hash)))
    hashes = [tree.leaf_hash(row.entry) for row in entries]
    return head, hashes, {Node(level, idx): value for level, idx, value in nodes}


async def agrees_with_its_rows(world: World) -> int:
    """Compare head and nodes with what the leaves alone give, and return the size of the log."""
    head, hashes, nodes = await world.system().read(stored)
    edge, expected = Edge(), {}
    for value in hashes:
        edge, completed = edge.append(value)
        expected |= dict(completed)
    assert nodes == expected
    assert head.root == tree.root(hashes)
    assert Edge.from_bytes(head.size, head.edge) == edge
    assert await world.system().read_slow(recompute) == len(hashes)
    return len(hashes)


def policy_of(ctx: Ctx, shown: AcknowledgeIn) -> str:
    return policies.version(ctx, shown.version_id).policy_id


async def test_a_published_version_is_a_leaf_with_the_hashes_of_its_texts(world: World, shown: AcknowledgeIn) -> None:
    (leaf,) = await world.system().read(leaves)
    assert leaf["type"] == "version_published"
    assert leaf["log"] == origin(world.company_id)
    assert leaf["at"] == "2026-11-23T09:00:00.000000Z"
    assert (leaf["version"], leaf["label"], leaf["content_sha256"]) == (shown.version_id, "1.0", shown.content_sha256)
    assert leaf["statements"]["it"] == shown.statement_sha256
    assert (await world.system().read(private, 0))["published_by"] == world.person["owner"]


async def test_an_acknowledgement_is_a_leaf_that_names_nobody(world: World, shown: AcknowledgeIn) -> None:
    done = await world.act("employee").write(acknowledge, shown)
    leaf = (await world.system().read(leaves))[1]
    assert leaf == {
        "type": "acknowledgement",
        "log": origin(world.company_id),
        "at": done.at,
        "policy": await world.system().read(policy_of, shown),
        "version": shown.version_id,
        "content_sha256": shown.content_sha256,
        "statement_sha256": shown.statement_sha256,
        "commitment": leaf["commitment"],
    }
    assert await world.system().read(private, 1) == {
        "person": world.person["employee"],
        "name": "Employee",
        "email": "employee@aurora.example",
        "language": "it",
        "method": "page",
        "sign_in_method": "password",
        "authenticated_at": "2026-11-23T09:00:00.000000Z",
        "at": done.at,
        "content_sha256": shown.content_sha256,
        "statement_sha256": shown.statement_sha256,
        "recorded_by": world.person["employee"],
    }


async def test_an_acknowledgement_finds_its_leaf_and_so_does_its_version(world: World, shown: AcknowledgeIn) -> None:
    done = await world.act("employee").write(acknowledge, shown)
    (mine,) = await world.system().read(log.opened, done.id, done.person_id)
    (published,) = await world.system().read(log.opened, shown.version_id)
    assert (published.idx, mine.idx) == (0, 1)
    assert await world.system().read(log.leaf, 1) == mine.entry
    with pytest.raises(NotFound):
        await world.system().read(log.leaf, 2)


async def test_what_another_system_reports_says_what_was_not_collected(world: World, shown: AcknowledgeIn) -> None:
    reported = AcknowledgeForIn(**shown.model_dump(), person_id=world.person["employee"])
    await world.system().write(acknowledging.acknowledge_for, await world.system().read(policy_of, shown), reported)
    found = await world.system().read(private, 1)
    assert (found["method"], found["authenticated_at"]) == ("api", "not_collected")


async def on_paper(world: World, shown: AcknowledgeIn, name: str = "employee") -> Any:
    data = PaperIn(version_id=shown.version_id, person_id=world.person[name], language="it", signed_on=TODAY)
    return await world.act("hr").write(record_on_paper, data, SHEET)


async def test_a_signed_sheet_is_a_leaf_and_its_correction_another_one(world: World, shown: AcknowledgeIn) -> None:
    done = await on_paper(world, shown)
    found = await world.system().read(private, 1)
    assert (found["signed_on"], found["recorded_by"]) == ("2026-11-23", world.person["hr"])
    assert len(found["scan_sha256"]) == 64
    policy_id, wrong = await world.system().read(policy_of, shown), CorrectionIn(reason="Firma di un’altra persona.")
    assert await world.act("hr").write(correcting.correct, policy_id, done.id, wrong) == 2
    correction = (await world.system().read(leaves))[2]
    assert (correction["type"], correction["index"]) == ("correction", 1)
    assert (await world.system().read(private, 2))["reason"] == "Firma di un’altra persona."
    assert await world.system().read(types) == ["version_published", "paper_acknowledgement", "correction"]
    for unknown in ((policy_id, new_id(), wrong), (new_id(), done.id, wrong)):
        with pytest.raises(NotFound):
            await world.act("hr").write(correcting.correct, *unknown)


async def test_nobody_corrects_what_a_person_confirmed_themselves(world: World, shown: AcknowledgeIn) -> None:
    done = await world.act("employee").write(acknowledge, shown)
    policy_id = await world.system().read(policy_of, shown)
    with pytest.raises(Conflict) as refused:
        await world.act("hr").write(correcting.correct, policy_id, done.id, CorrectionIn(reason="Per sbaglio."))
    assert refused.value.code == "not_on_paper"


@pytest.mark.parametrize(("kind", "leaf_type"), [("question", "question"), ("declined", "refusal")])
async def test_questions_and_refusals_are_leaves(world: World, shown: AcknowledgeIn, kind: Any, leaf_type: str) -> None:
    said = AnswerIn(version_id=shown.version_id, kind=kind, note="Vale anche per WhatsApp?")
    await world.act("employee").write(acknowledging.answer, said)
    leaf = (await world.system().read(leaves))[1]
    assert (leaf["type"], leaf["content_sha256"]) == (leaf_type, shown.content_sha256)
    assert (await world.system().read(private, 1))["note"] == "Vale anche per WhatsApp?"


async def test_a_posting_and_its_end_are_leaves(world: World, shown: AcknowledgeIn) -> None:
    data = PostingIn(place="Bacheca", starts_on=TODAY)
    posted = await world.act("hr").write(posting.record, shown.version_id, data)
    await world.act("hr").write(posting.end, posted.version_id, posted.id, PostingEndIn(ends_on=TODAY))
    assert await world.system().read(types) == ["version_published", "posting", "posting_ended"]
    assert (await world.system().read(private, 1))["ends_on"] == "not_collected"
    assert (await world.system().read(private, 2))["ends_on"] == "2026-11-23"
    assert [one.idx for one in await world.system().read(log.opened, posted.id)] == [1, 2]


async def test_acknowledging_twice_is_one_leaf(world: World, shown: AcknowledgeIn) -> None:
    for _ in range(2):
        await world.act("employee").write(acknowledge, shown)
    assert await agrees_with_its_rows(world) == 2


async def test_a_refused_act_leaves_no_leaf(world: World, shown: AcknowledgeIn) -> None:
    changed = shown.model_copy(update={"content_sha256": "0" * 64})
    with pytest.raises(Conflict):
        await world.act("employee").write(acknowledge, changed)
    assert await agrees_with_its_rows(world) == 1


async def test_an_act_that_fails_after_its_leaf_leaves_none(world: World, shown: AcknowledgeIn) -> None:
    def fail(ctx: Ctx) -> None:
        acknowledge(ctx, shown)
        raise RuntimeError("too late")

    with pytest.raises(RuntimeError, match="too late"):
        await world.act("employee").write(fail)
    assert await agrees_with_its_rows(world) == 1
    await world.act("employee").write(acknowledge, shown)
    assert await agrees_with_its_rows(world) == 2


def add_leaf(ctx: Ctx, number: int) -> int:
    return evidence.append(ctx, LeafType.ERASURE, {"index": number})


async def test_many_at_once_lose_nothing_from_the_very_first_leaf_on(world: World) -> None:
    added = await asyncio.gather(*(world.system().write(add_leaf, 10**6 + number) for number in range(64)))
    assert sorted(added) == list(range(64))
    assert await agrees_with_its_rows(world) == 64


async def test_every_leaf_can_be_proven_from_the_stored_nodes(world: World) -> None:
    for number in range(7):
        await world.system().write(add_leaf, 10**6 + number)

    def prove(ctx: Ctx) -> None:
        edge = log.edge(ctx)
        for index in range(edge.size):
            path = tree.inclusion_path(index, edge.size, lambda wanted: log.nodes(ctx, wanted))
            leaf = tree.leaf_hash(log.leaf(ctx, index))
            tree.verify_inclusion(index, edge.size, leaf, path, edge.root())

    await world.system().read(prove)


async def test_the_log_of_a_company_is_its_own(world: World, shown: AcknowledgeIn) -> None:
    await world.act("employee").write(acknowledge, shown)
    theirs = replace(world.work(world.caller("outsider")), company_id=world.other_company_id)
    assert await theirs.read(leaves) == []
    assert (await theirs.read(log.edge)).size == 0
    await theirs.write(add_leaf, 10**6)
    assert [leaf["log"] for leaf in await theirs.read(leaves)] == [origin(world.other_company_id)]
    assert await agrees_with_its_rows(world) == 2


async def test_an_assignment_without_an_answer_has_no_leaf(world: World, shown: AcknowledgeIn) -> None:
    mine = (await world.system().read(acknowledgements.asked, shown.version_id, world.person["employee"])).id
    assert await world.system().read(log.opened, mine, world.person["employee"]) == []
    count = select(func.count(col(LogLeaf.idx)))
    assert await world.system().read(lambda ctx: ctx.session.scalar(count)) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_proof_does_not_read_more_of_a_longer_log(world: World) -> None:
    """Counted in steps of SQLite's virtual machine, in hundreds."""

    def steps(ctx: Ctx, size: int) -> int:
        while log.edge(ctx).size < size:
            add_leaf(ctx, log.edge(ctx).size)
        driver: Any = ctx.session.connection().connection.driver_connection
        taken = 0

        def another() -> None:
            nonlocal taken
            taken += 1

        driver.set_progress_handler(another, 100)
        tree.inclusion_path(3, size, lambda wanted: log.nodes(ctx, wanted))
        driver.set_progress_handler(None, 0)
        return taken

    short, long = [await world.system().write(steps, size) for size in (64, 1024)]
    assert long <= 2 * max(short, 1)
