"""Approval: checked, frozen, hashed, by somebody other than the only author."""

import ast
import asyncio
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from app.context import Ctx
from app.errors import Conflict, DomainError, Forbidden, Invalid, PreconditionFailed
from app.models import Employment, PolicyVersion
from app.policies import services
from app.policies.queries import review as policy_review
from app.policies.rows import policies
from app.policies.rules.version import VersionState
from app.policies.schemas.acknowledgement import AcknowledgeIn
from app.policies.schemas.policy import DraftIn, PolicyIn, ReturnIn, TextIn, VersionChange
from app.policies.services import approval as policy_approval
from app.policies.services import drafting as policy_drafting
from app.policies.services import publishing as policy_publishing
from tests.world import TODAY, World, employ


async def draft(world: World, author: str = "hr") -> PolicyVersion:
    return await world.act(author).write(policy_drafting.start_policy, PolicyIn(name="Social media policy"))


async def submitted(world: World, author: str = "hr") -> PolicyVersion:
    version = await draft(world, author)
    return await world.act(author).write(policy_approval.submit, version.id)


async def state(world: World, version_id: str) -> VersionState:
    return (await world.system().read(policies.version, version_id)).state


def frozen(ctx: Ctx, version_id: str) -> Any:
    version = policies.version(ctx, version_id)
    texts = {
        language: (text.title, text.body, text.statement, text.summary, text.statement_sha256)
        for language, text in policies.texts(ctx, version_id).items()
    }
    return version.content_sha256, version.label, texts


async def test_a_version_goes_to_approval_and_comes_back_with_a_reason(world: World) -> None:
    version = await submitted(world)
    assert await state(world, version.id) is VersionState.IN_APPROVAL
    await world.act("owner").write(policy_approval.request_changes, version.id, ReturnIn(reason="Più breve."))
    assert await state(world, version.id) is VersionState.DRAFT
    changed = VersionChange(grace_days=30)
    returned = await world.act("hr").read(policies.version, version.id)
    await world.act("hr").write(policy_drafting.change_version, version.id, returned.row_version, changed)
    await world.act("hr").write(policy_approval.submit, version.id)
    assert await state(world, version.id) is VersionState.IN_APPROVAL


async def test_what_waits_for_approval_cannot_be_written_on(world: World) -> None:
    version = await submitted(world)
    with pytest.raises(Conflict) as refused:
        await world.act("hr").write(policy_drafting.change_version, version.id, 2, VersionChange(grace_days=1))
    assert refused.value.code == "not_a_draft"


async def test_a_draft_without_a_guarantee_is_refused_with_each_one_named(world: World) -> None:
    version = await draft(world)
    words = TextIn(title="T", body="Solo parole.", statement="Ho letto.")
    await world.act("hr").write(policy_drafting.write_text, version.id, "it", 1, words)
    with pytest.raises(Invalid) as refused:
        await world.act("hr").write(policy_approval.submit, version.id)
    assert refused.value.code == "incomplete_policy"
    assert {error.pointer for error in refused.value.errors} == {"/texts/it/body"}
    assert {error.code for error in refused.value.errors} == {
        "guarantee_voluntary",
        "guarantee_no_reprisal",
        "guarantee_own_opinions",
        "guarantee_no_monitoring",
        "guarantee_paid_time",
    }


async def test_empty_words_are_refused(world: World) -> None:
    version = await draft(world)
    words = TextIn(title="T", body=" \n ", statement="Ho letto.")
    await world.act("hr").write(policy_drafting.write_text, version.id, "it", 1, words)
    with pytest.raises(Invalid) as refused:
        await world.act("hr").write(policy_approval.submit, version.id)
    assert "text_missing" in {error.code for error in refused.value.errors}


async def test_a_public_policy_needs_no_guarantees(world: World) -> None:
    made = PolicyIn(name="Netiquette", kind="external")
    version = await world.act("hr").write(policy_drafting.start_policy, made)
    assert (await world.act("hr").write(policy_approval.submit, version.id)).state is VersionState.IN_APPROVAL


async def test_a_second_version_says_what_changed(world: World, shown: AcknowledgeIn) -> None:
    policy_id = (await world.system().read(policies.version, shown.version_id)).policy_id
    version = await world.act("hr").write(policy_drafting.start_version, policy_id)
    with pytest.raises(Invalid) as refused:
        await world.act("hr").write(policy_approval.submit, version.id)
    assert {error.pointer for error in refused.value.errors} == {"/texts/en/summary", "/texts/it/summary"}


async def test_approval_names_freezes_and_hashes_the_exact_bytes(world: World) -> None:
    version = await submitted(world)
    approved = await world.act("owner").write(policy_approval.approve, version.id)
    texts = await world.system().read(policies.texts, version.id)
    bodies = [f"# {text.title}\n\n{text.body}".encode() for text in texts.values()]
    lines = "".join(f"{digest}\n" for digest in sorted(sha256(body).hexdigest() for body in bodies))
    assert approved.content_sha256 == sha256(lines.encode()).hexdigest()
    assert (approved.label, approved.state, approved.approved_by) == (
        "1.0",
        VersionState.APPROVED,
        world.person["owner"],
    )
    for text in texts.values():
        assert "1.0" in text.statement
        assert text.statement_sha256 == sha256(text.statement.encode()).hexdigest()


async def test_after_approval_no_service_can_change_a_text(world: World) -> None:
    version = await submitted(world)
    approved = await world.act("owner").write(policy_approval.approve, version.id)
    before = await world.system().read(frozen, version.id)
    words = TextIn(title="Altro", body="Altro.", statement="Altro.")
    page = DraftIn(**words.model_dump(), effective_on=TODAY, grace_days=1, seen="0" * 64)
    row_version = approved.row_version
    tries: list[tuple[Any, ...]] = [
        (policy_drafting.write_text, "it", row_version, words),
        (policy_drafting.save_draft, "it", page),
        (policy_drafting.change_version, row_version, VersionChange(material=False)),
        (policy_drafting.add_text, "en"),
        (policy_drafting.remove_text, "it", row_version),
        (policy_drafting.discard,),
        (policy_approval.submit,),
        (policy_approval.request_changes, ReturnIn(reason="Ancora.")),
        (policy_approval.approve,),
    ]
    for published in (False, True):
        if published:
            await world.act("owner").write(policy_publishing.publish, version.id)
        for verb, *arguments in tries:
            with pytest.raises(Conflict):
                await world.act("owner").write(verb, version.id, *arguments)
        assert await world.system().read(frozen, version.id) == before


def test_texts_are_only_written_where_drafts_are_and_where_they_are_frozen() -> None:
    folder = Path(services.__path__[0])
    writers = {path.stem for path in folder.glob("*.py") if names_the_text_table(path)}
    assert writers == {"drafting"}  # approval freezes what a query hands it


def names_the_text_table(path: Path) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == "PolicyText"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


async def test_the_sole_author_cannot_approve_and_is_told_why(world: World) -> None:
    version = await submitted(world, "hr")
    with pytest.raises(Forbidden) as refused:
        await world.act("hr").write(policy_approval.approve, version.id)
    assert refused.value.code == "sole_author"
    assert (await world.act("hr").read(policy_review.review, version.id)).sole_author
    assert not (await world.act("owner").read(policy_review.review, version.id)).sole_author


async def test_the_only_owner_of_a_small_firm_approves_what_they_wrote(world: World) -> None:
    version = await submitted(world, "owner")
    approved = await world.act("owner").write(policy_approval.approve, version.id)
    assert approved.state is VersionState.APPROVED


async def test_with_a_second_owner_the_first_cannot_approve_alone(world: World) -> None:
    await world.system().write(lambda ctx: employ(ctx.session, world, "second_owner", ["owner"]))
    version = await submitted(world, "owner")
    with pytest.raises(Forbidden):
        await world.act("owner").write(policy_approval.approve, version.id)


async def test_an_owner_who_left_does_not_count(world: World) -> None:
    gone = await world.system().write(lambda ctx: employ(ctx.session, world, "second_owner", ["owner"]))
    last_day = (
        update(Employment)
        .where(col(Employment.company_id) == world.company_id, col(Employment.person_id) == gone)
        .values(ends_on=TODAY - timedelta(days=1))
    )
    await world.system().write(lambda ctx: ctx.session.execute(last_day).rowcount)
    version = await submitted(world, "owner")
    assert (await world.act("owner").write(policy_approval.approve, version.id)).label == "1.0"


async def test_nobody_approves_another_text_than_the_one_they_looked_at(world: World) -> None:
    version = await submitted(world)
    looked_at = version.row_version
    await world.act("owner").write(policy_approval.request_changes, version.id, ReturnIn(reason="Ancora."))
    await world.act("hr").write(policy_approval.submit, version.id)
    with pytest.raises(PreconditionFailed):
        await world.act("owner").write(policy_approval.approve, version.id, looked_at)
    assert await state(world, version.id) is VersionState.IN_APPROVAL


async def checked(world: World, version_id: str) -> policy_review.Checked:
    """Check a version as pages and API do, before the transaction."""
    return policy_review.checked(await world.act("hr").read(policy_review.judged, version_id))


async def rewrite(world: World, version_id: str) -> None:
    text = (await world.system().read(policies.texts, version_id))["it"]
    words = TextIn(title="Altro titolo", body=text.body, statement=text.statement)
    seen = (await world.system().read(policies.version, version_id)).row_version
    await world.act("hr").write(policy_drafting.write_text, version_id, "it", seen, words)


async def test_a_text_that_changed_since_it_was_checked_is_not_submitted(world: World) -> None:
    version = await draft(world)
    before = await checked(world, version.id)
    await rewrite(world, version.id)
    with pytest.raises(Conflict) as refused:
        await world.act("hr").write(policy_approval.submit, version.id, before)
    assert refused.value.code == "checked_text_changed"
    assert await state(world, version.id) is VersionState.DRAFT
    await world.act("hr").write(policy_approval.submit, version.id, await checked(world, version.id))
    assert await state(world, version.id) is VersionState.IN_APPROVAL


async def test_a_text_that_changed_since_it_was_checked_is_not_approved(world: World) -> None:
    version = await submitted(world)
    before = await checked(world, version.id)
    await world.act("owner").write(policy_approval.request_changes, version.id, ReturnIn(reason="Ancora."))
    await rewrite(world, version.id)
    await world.act("hr").write(policy_approval.submit, version.id)
    with pytest.raises(Conflict) as refused:
        await world.act("owner").write(policy_approval.approve, version.id, None, before)
    assert refused.value.code == "checked_text_changed"
    assert await state(world, version.id) is VersionState.IN_APPROVAL


async def test_two_approvers_at_once_approve_once(world: World) -> None:
    version = await submitted(world, "marketing_lead")
    tries = [world.act(name).write(policy_approval.approve, version.id) for name in ("owner", "hr") * 4]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 1
    assert all(isinstance(outcome, DomainError) for outcome in outcomes if isinstance(outcome, BaseException))


async def test_a_text_is_never_written_while_it_is_sent_for_approval(world: World) -> None:
    version = await draft(world)
    words = TextIn(title="T", body="Solo parole.", statement="Ho letto.")
    outcomes = await asyncio.gather(
        world.act("hr").write(policy_approval.submit, version.id),
        world.act("marketing_lead").write(policy_drafting.write_text, version.id, "it", 1, words),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, DomainError) for outcome in outcomes) == 1


async def test_a_review_shows_what_is_replaced_and_the_label_to_come(world: World, shown: AcknowledgeIn) -> None:
    policy_id = (await world.system().read(policies.version, shown.version_id)).policy_id
    version = await world.act("hr").write(policy_drafting.start_version, policy_id)
    review = await world.act("owner").read(policy_review.review, version.id)
    assert (review.label, review.before and review.before.label, review.authors) == ("2.0", "1.0", ["Hr"])
    assert set(review.texts_before) == {"it", "en"}
    assert (await world.act("owner").read(policy_review.review, shown.version_id)).before is None


async def test_roles_without_the_permission_are_refused(world: World) -> None:
    version = await submitted(world)
    for verb, arguments in ((policy_approval.approve, ()), (policy_approval.request_changes, (ReturnIn(reason="X"),))):
        with pytest.raises(Forbidden):
            await world.act("marketing_lead").write(verb, version.id, *arguments)
