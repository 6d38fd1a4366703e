"""Erasing a person: nothing of them is left, and every other proof stays valid."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.context import Ctx
from app.db import NO_COMPANY, Scope
from app.db.tenancy import tenant_tables
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.evidence import tree
from app.evidence.fsck import Broken
from app.evidence.leaves import parse_leaf
from app.integrations.mail import DevelopmentMailbox
from app.jobs.handlers import JobContext
from app.jobs.loop import Worker
from app.merkle_log.rows import log
from app.merkle_log.rows.fsck import recompute
from app.models import Account, Job, LogEvidence, StoredFile
from app.people.rows import people
from app.people.services import erasure, import_files, leaving
from app.policies.rows import acknowledgements
from app.policies.schemas.acknowledgement import AcknowledgeIn, AnswerIn
from app.policies.services import acknowledging
from app.settings import Settings
from app.worker import HANDLERS
from tests.merkle_log.services.test_evidence import SHEET, agrees_with_its_rows, on_paper, private
from tests.site import SIGNER
from tests.tenancy.canaries import plant
from tests.world import TODAY, World, acknowledge, employ

YESTERDAY = TODAY - timedelta(days=1)


async def leaves_the_company(world: World, name: str = "employee") -> str:
    person_id = world.person[name]
    await world.act("owner").write(leaving.leave, person_id, YESTERDAY)
    return person_id


def everything(ctx: Ctx) -> dict[str, list[Any]]:
    """Return all rows of the company by table."""
    models = tenant_tables()
    return {str(m.__tablename__): [row.model_dump() for row in ctx.session.scalars(select(m))] for m in models}


async def test_erasing_deletes_salt_and_text_and_marks_each_leaf(world: World, shown: AcknowledgeIn) -> None:
    await world.act("employee").write(
        acknowledging.answer, AnswerIn(version_id=shown.version_id, kind="question", note="Vale per WhatsApp?")
    )
    await world.act("employee").write(acknowledge, shown)
    await world.act("colleague").write(acknowledge, shown)
    person_id = await leaves_the_company(world)
    assert await world.act("hr").write(erasure.erase, person_id) == [1, 2]
    assert await agrees_with_its_rows(world) == 6
    markers = [parse_leaf(one.entry) for one in await world.system().read(lambda ctx: list(log.every_leaf(ctx)))][4:]
    assert [(leaf["type"], leaf["index"]) for leaf in markers] == [("erasure", 1), ("erasure", 2)]
    left = select(col(LogEvidence.idx)).order_by(col(LogEvidence.idx))
    assert list(await world.system().read(lambda ctx: list(ctx.session.scalars(left)))) == [0, 3]
    assert (await world.system().read(private, 3))["person"] == world.person["colleague"]


async def test_after_an_erasure_every_leaf_is_still_proven(world: World, shown: AcknowledgeIn) -> None:
    await world.act("employee").write(acknowledge, shown)
    before = await world.system().read(log.edge)
    await world.act("hr").write(erasure.erase, await leaves_the_company(world))

    def prove(ctx: Ctx) -> None:
        edge, read = log.edge(ctx), lambda wanted: log.nodes(ctx, wanted)
        path = tree.consistency_path(before.size, edge.size, read)
        tree.verify_consistency(before.size, edge.size, before.root(), edge.root(), path)
        for index in range(edge.size):
            path = tree.inclusion_path(index, edge.size, read)
            tree.verify_inclusion(index, edge.size, tree.leaf_hash(log.leaf(ctx, index)), path, edge.root())

    await world.system().read(prove)


async def test_nothing_of_the_person_is_left_in_any_table(world: World) -> None:
    """Each personal text of the planted person carries a word; ids may stay, in the trace and where they acted."""
    ids = await plant(world.db, world.company_id, "Unmistakable")
    shown = await world.published()
    await on_paper(world, shown)
    person_id = await leaves_the_company(world)
    await world.act("hr").write(import_files.keep, "people.csv", b"name\nEmployee\n")
    await world.act("hr").write(erasure.erase, person_id)
    await world.act("owner").write(end_planted, ids["person"])
    await world.act("owner").write(erasure.erase, ids["person"])
    found = await world.system().read(everything)
    for table in ("person", "employment", "assignment", "acknowledgement", "role_grant", "invitation", "log_evidence"):
        gone = {person_id, ids["person"]}
        assert not [row for row in found[table] if gone & set(map(str, row.values()))], table
    traces = [row for table, rows in found.items() if table != "audit_event" for row in rows]
    assert "employee@aurora.example" not in repr(traces)
    assert [file for file in found["stored_file"] if file["content"] in {SHEET.content, b"name\nEmployee\n"}] == []


def end_planted(ctx: Ctx, person_id: str) -> None:
    employment = people.employment(ctx, person_id)
    employment.starts_on = employment.ends_on = YESTERDAY


async def test_why_somebody_was_excused_is_gone_from_the_trace_too(world: World, shown: AcknowledgeIn) -> None:
    asked = (await world.system().read(acknowledgements.asked, shown.version_id, world.person["employee"])).id
    excused = await world.act("hr").write(acknowledging.excuse, asked, "Ricovero in ospedale")
    assert excused.excused_because == "Ricovero in ospedale"
    await world.act("hr").write(erasure.erase, await leaves_the_company(world))
    assert "Ricovero" not in repr(await world.system().read(everything))


async def test_a_sheet_that_others_signed_too_stays_for_them(world: World, shown: AcknowledgeIn) -> None:
    await on_paper(world, shown)
    kept = await on_paper(world, shown, "colleague")
    await world.act("hr").write(erasure.erase, await leaves_the_company(world))
    left = select(col(StoredFile.id)).where(col(StoredFile.content) == SHEET.content)
    assert len(await world.system().read(lambda ctx: list(ctx.session.scalars(left)))) == 1
    assert await world.system().read(log.opened, kept.id, kept.person_id)


async def test_who_works_here_cannot_be_erased(world: World) -> None:
    for last_day in (None, TODAY):
        if last_day:
            await world.act("owner").write(leaving.leave, world.person["employee"], last_day)
        with pytest.raises(Conflict) as refused:
            await world.act("hr").write(erasure.erase, world.person["employee"])
        assert refused.value.code == "not_left"


async def test_the_name_typed_to_confirm_must_be_theirs(world: World) -> None:
    person_id = await leaves_the_company(world)
    with pytest.raises(Invalid) as refused:
        await world.act("hr").write(erasure.erase, person_id, "Colleague")
    assert refused.value.errors[0].pointer == "/confirmed_name"
    await world.act("hr").write(erasure.erase, person_id, "employee")
    with pytest.raises(NotFound):
        await world.act("hr").write(erasure.erase, person_id, "employee")


async def test_only_who_looks_after_people_erases(world: World) -> None:
    person_id = await leaves_the_company(world)
    for name in ("marketing_lead", "colleague", "account_manager"):
        with pytest.raises(Forbidden):
            await world.act(name).write(erasure.erase, person_id)


async def test_evidence_deleted_without_a_marker_is_found(world: World, shown: AcknowledgeIn) -> None:
    await world.act("employee").write(acknowledge, shown)
    await world.system().write(lambda ctx: ctx.session.delete(ctx.session.get_one(LogEvidence, (ctx.company_id, 1))))
    with pytest.raises(Broken) as broken:
        await world.system().read_slow(recompute)
    assert (broken.value.code, broken.value.index) == ("evidence_missing", 1)


async def accounts(world: World) -> set[str]:
    ids = select(col(Account.id))
    return set(await world.db.read(NO_COMPANY, lambda session: list(session.scalars(ids))))


async def forget_account(world: World) -> None:
    kind = "account:forget"
    settings = Settings(demo=True)
    await Worker(JobContext(world.db, settings, DevelopmentMailbox(world.db), SIGNER), {kind: HANDLERS[kind]}).run_due()
    states = select(col(Job.state)).where(col(Job.kind) == kind)
    assert list(await world.db.read(NO_COMPANY, lambda session: list(session.scalars(states)))) == ["done"]


async def test_an_account_that_nobody_needs_any_more_goes_too(world: World) -> None:
    await world.act("hr").write(erasure.erase, await leaves_the_company(world))
    await forget_account(world)
    assert world.account["employee"] not in await accounts(world)


async def test_an_account_that_another_company_needs_stays(world: World) -> None:
    def employ_elsewhere(session: Any) -> None:
        employ(session, world, "employee", [])

    await world.db.write(Scope(world.other_company_id), employ_elsewhere)
    await world.act("hr").write(erasure.erase, await leaves_the_company(world))
    await forget_account(world)
    assert world.account["employee"] in await accounts(world)
