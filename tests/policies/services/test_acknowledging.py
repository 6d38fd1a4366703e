"""What people answer to a policy version."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.context import Ctx
from app.errors import Conflict, Forbidden, NotFound
from app.models import Acknowledgement, AuditEvent, Job, StoredFile
from app.models.types import new_id
from app.people.services import leaving
from app.platform.files import Upload
from app.policies.rows import acknowledgements, policies
from app.policies.rules.assignment import AssignmentState
from app.policies.schemas.acknowledgement import AcknowledgeForIn, AcknowledgeIn, AnswerIn, PaperIn, ReplyIn
from app.policies.services import acknowledging
from app.rules.instants import canonical
from app.web.errors import worded
from tests.world import NOW, TODAY, World, acknowledge, record_on_paper


def count(ctx: Ctx, model: type[Any]) -> int:
    return ctx.session.execute(select(func.count(model.id))).scalar_one()


async def test_an_acknowledgement_holds_exactly_what_was_shown(world: World, shown: AcknowledgeIn) -> None:
    done = await world.act("employee").write(acknowledge, shown)
    assert (done.version_id, done.content_sha256, done.statement_sha256, done.language) == (
        shown.version_id,
        shown.content_sha256,
        shown.statement_sha256,
        "it",
    )
    assert done.at == canonical(NOW)
    assert done.person_id == world.person["employee"]
    assert done.sign_in_method == "password"


async def test_acknowledging_twice_is_once(world: World, shown: AcknowledgeIn) -> None:
    first = await world.act("employee").write(acknowledge, shown)
    second = await world.act("employee").write(acknowledge, shown)
    assert first.id == second.id
    assert await world.system().read(count, Acknowledgement) == 1


async def test_sixteen_at_once_are_one(world: World, shown: AcknowledgeIn) -> None:
    tries = [world.act("employee").write(acknowledge, shown) for _ in range(16)]
    done = await asyncio.gather(*tries)
    assert len({one.id for one in done}) == 1
    assert await world.system().read(count, Acknowledgement) == 1
    mails = select(func.count(Job.id)).where(Job.kind == "mail:acknowledged")
    assert await world.system().read(lambda ctx: ctx.session.execute(mails).scalar_one()) == 1


@pytest.mark.parametrize("field", ["content_sha256", "statement_sha256"])
async def test_another_hash_than_the_one_in_force_is_refused_and_leaves_nothing(
    world: World, shown: AcknowledgeIn, field: str
) -> None:
    changed = shown.model_copy(update={field: "0" * 64})
    with pytest.raises(Conflict) as refused:
        await world.act("employee").write(acknowledge, changed)
    assert refused.value.code == "text_changed"
    assert await world.system().read(count, Acknowledgement) == 0


async def test_a_version_published_in_between_is_refused_and_leaves_nothing(world: World, shown: AcknowledgeIn) -> None:
    policy_id = await world.system().read(policy_of, shown.version_id)
    await world.next_version(policy_id)
    with pytest.raises(Conflict) as refused:
        await world.act("employee").write(acknowledge, shown)
    assert refused.value.code == "text_changed"
    assert await world.system().read(count, Acknowledgement) == 0


def policy_of(ctx: Ctx, version_id: str) -> str:
    return policies.version(ctx, version_id).policy_id


async def test_whoever_is_of_another_company_finds_nothing(world: World, shown: AcknowledgeIn) -> None:
    with pytest.raises(NotFound):
        await world.act("outsider").write(acknowledge, shown)


async def test_the_agency_cannot_acknowledge(world: World, shown: AcknowledgeIn) -> None:
    with pytest.raises(Forbidden):
        await world.act("account_manager").write(acknowledge, shown)


async def test_a_question_reaches_hr_and_its_answer_asks_again(world: World, shown: AcknowledgeIn) -> None:
    question = AnswerIn(version_id=shown.version_id, kind="question", note="Vale anche per WhatsApp?")
    asked = await world.act("employee").write(acknowledging.answer, question)
    assert asked.state is AssignmentState.QUESTION
    answered = await world.act("hr").write(acknowledging.reply, asked.id, ReplyIn(reply="Sì."))
    assert (answered.state, answered.reply) == (AssignmentState.OPEN, "Sì.")


async def test_every_answer_leaves_a_trace_in_the_same_transaction(world: World, shown: AcknowledgeIn) -> None:
    await world.act("employee").write(acknowledge, shown)
    trace = select(AuditEvent.actor_id).where(AuditEvent.action == "acknowledgement:recorded")
    assert await world.system().read(lambda ctx: ctx.session.execute(trace).scalar()) == world.person["employee"]


async def test_the_assignment_shows_that_it_is_done(world: World, shown: AcknowledgeIn) -> None:
    await world.act("employee").write(acknowledge, shown)
    assignment_id = (await world.system().read(acknowledgements.asked, shown.version_id, world.person["employee"])).id
    assignment = await world.system().read(acknowledgements.assignment, assignment_id)
    assert assignment.state is AssignmentState.ACKNOWLEDGED


async def test_what_another_system_reports_belongs_to_its_policy(world: World, shown: AcknowledgeIn) -> None:
    reported = AcknowledgeForIn(**shown.model_dump(), person_id=world.person["employee"])
    with pytest.raises(NotFound):
        await world.act("hr").write(acknowledging.acknowledge_for, new_id(), reported)
    assert await world.system().read(count, Acknowledgement) == 0


async def of_leaver(world: World, shown: AcknowledgeIn) -> AcknowledgeForIn:
    """Return what another system reports of somebody who left without answering."""
    await world.act("owner").write(leaving.leave, world.person["employee"], TODAY - timedelta(days=1))
    return AcknowledgeForIn(**shown.model_dump(), person_id=world.person["employee"])


async def test_what_is_not_asked_any_more_cannot_be_confirmed(world: World, shown: AcknowledgeIn) -> None:
    policy_id, reported = await world.system().read(policy_of, shown.version_id), await of_leaver(world, shown)
    with pytest.raises(Conflict) as refused:
        await world.act("hr").write(acknowledging.acknowledge_for, policy_id, reported)
    assert "not asked any more" in worded("en", refused.value)
    assert await world.system().read(count, Acknowledgement) == 0


async def test_nor_on_paper(world: World, shown: AcknowledgeIn) -> None:
    reported = await of_leaver(world, shown)
    paper = PaperIn(version_id=shown.version_id, person_id=reported.person_id, language="it", signed_on=TODAY)
    with pytest.raises(Conflict) as refused:
        await world.act("hr").write(record_on_paper, paper, Upload("foglio.pdf", b"%PDF-1.7 firmato"))
    assert refused.value.params["state"] is AssignmentState.CANCELLED
    assert await world.system().read(count, StoredFile) == 0


async def test_a_version_in_force_that_a_published_one_replaces_is_not_confirmed_any_more(
    world: World, shown: AcknowledgeIn
) -> None:
    policy_id = await world.system().read(policy_of, shown.version_id)
    await world.next_version(policy_id, effective_on=TODAY + timedelta(days=7))
    with pytest.raises(Conflict) as refused:
        await world.act("employee").write(acknowledge, shown)
    assert refused.value.params["state"] is AssignmentState.SUPERSEDED


async def test_the_service_itself_acknowledges_nothing(world: World, shown: AcknowledgeIn) -> None:
    with pytest.raises(Forbidden):
        await world.system().write(acknowledge, shown)
