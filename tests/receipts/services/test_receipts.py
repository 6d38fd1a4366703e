"""Receipts, built from the rows and checked by the verifier that knows no database."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete
from sqlmodel import col

from app.context import Ctx
from app.db import Database
from app.errors import Forbidden, Gone, NotFound
from app.evidence import receipts as evidence
from app.evidence.checkpoints import Checkpoint, cosign
from app.evidence.notes import COSIGNATURE, Signer, split_note
from app.merkle_log.rules.leaf_type import LeafType
from app.merkle_log.services import evidence as log_evidence
from app.merkle_log.services import log_key
from app.merkle_log.services.evidence import Private
from app.models import LogCosignature, LogEvidence, LogTimestamp
from app.models.types import new_id
from app.people.services import erasure, leaving
from app.policies.rows import policies
from app.policies.schemas.acknowledgement import AcknowledgeIn
from app.policies.schemas.policy import VersionIn
from app.policies.schemas.posting import PostingIn
from app.policies.services import drafting as policy_drafting
from app.policies.services import posting
from app.receipts.rules.kinds import KINDS
from app.receipts.services import receipts
from app.receipts.web.verification import judge
from app.rules.log_name import origin
from tests.site import SIGNER
from tests.world import NOW, TODAY, World, acknowledge


def outcomes(receipt: dict[str, Any], **known: Any) -> dict[str, str]:
    return {
        one.check: one.outcome if one.outcome != "fail" else one.reason
        for one in evidence.verify(receipt, KINDS, **known)
    }


async def acknowledged(world: World, shown: AcknowledgeIn, name: str = "employee") -> str:
    return (await world.act(name).write(acknowledge, shown)).id


async def vkey(world: World) -> str:
    return await world.system().read(lambda ctx: log_key.of_log(ctx, SIGNER).verifier.vkey())


async def test_a_receipt_holds_with_the_key_of_the_log_alone(world: World) -> None:
    recorded = await acknowledged(world, await world.published())
    receipt = await world.act("employee").write(receipts.of_acknowledgement, SIGNER, recorded)
    found = outcomes(receipt, vkeys=[await vkey(world)])
    passed = {"kind", "statement", "evidence", "inclusion", "signature", "log", "published"}
    assert {name for name, outcome in found.items() if outcome == "pass"} == passed
    assert set(found.values()) == {"pass", "absent"}
    assert receipt["label"] == "1.0"
    assert receipt["evidence"]["name"] == "Employee"


async def test_a_receipt_of_another_log_does_not_hold(world: World) -> None:
    recorded = await acknowledged(world, await world.published())
    receipt = await world.act("employee").write(receipts.of_acknowledgement, SIGNER, recorded)
    other = Signer.generate(origin(world.other_company_id)).verifier.vkey()
    assert outcomes(receipt, vkeys=[other])["signature"] == "key_not_trusted"


async def test_what_was_handed_out_once_comes_out_the_same_however_the_log_grows(
    world: World, shown: AcknowledgeIn
) -> None:
    recorded = await acknowledged(world, shown)
    first = await world.act("employee").write(receipts.of_acknowledgement, SIGNER, recorded, alone=True)
    await acknowledged(world, shown, "colleague")
    await world.system().write(log_key.sign_head, SIGNER)
    assert await world.act("hr").write(receipts.of_acknowledgement, SIGNER, recorded, alone=True) == first
    assert outcomes(first)["inclusion"] == "pass"


async def test_witnesses_and_time_stamps_come_with_the_receipt_unless_it_stands_alone(
    world: World, shown: AcknowledgeIn
) -> None:
    recorded = await acknowledged(world, shown)
    alone = await world.act("employee").write(receipts.of_acknowledgement, SIGNER, recorded, alone=True)
    await acknowledged(world, shown, "colleague")
    note = await world.system().write(log_key.sign_head, SIGNER)
    witness = Signer.generate("witness.example", COSIGNATURE)
    await world.system().write(state, note, cosign(Checkpoint.parse(split_note(note).text), witness, 1_800_000_000))
    receipt = await world.act("employee").write(receipts.of_acknowledgement, SIGNER, recorded)
    found = outcomes(receipt, witnesses=[witness.verifier.vkey()])
    assert (found["witnesses"], found["inclusion"], receipt["timestamp"]) == ("pass", "pass", "dG9rZW4=")
    again = await world.act("employee").write(receipts.of_acknowledgement, SIGNER, recorded, alone=True)
    assert again == alone


def state(ctx: Ctx, note: str, line: str) -> None:
    size = Checkpoint.parse(split_note(note).text).size
    ctx.session.add(LogCosignature(size=size, witness="witness.example", line=line, at=NOW))
    ctx.session.add(LogTimestamp(size=size, day=TODAY, token=b"token", at=NOW))


async def test_after_a_rotation_receipts_are_signed_with_the_new_key(world: World, seam: Database) -> None:
    recorded = await acknowledged(world, await world.published())
    await world.act("employee").write(receipts.of_acknowledgement, SIGNER, recorded)
    new = Signer.generate(SIGNER.name)
    rotating = world.system()
    await rotating.write(lambda ctx: log_key.hold_to(ctx.session, SIGNER, ctx.now))
    later = world.system(NOW.replace(hour=12))
    await later.write(log_key.rotate, SIGNER, new)
    await later.write(lambda ctx: log_key.replace_key(ctx.session, SIGNER, new, ctx.now))
    receipt = await world.act("employee").write(receipts.of_acknowledgement, new, recorded)
    own = await later.read(lambda ctx: log_key.of_log(ctx, new).verifier.vkey())
    assert outcomes(receipt, vkeys=[own])["signature"] == "pass"


async def test_only_the_person_and_whoever_sees_names_get_it(world: World) -> None:
    recorded = await acknowledged(world, await world.published())
    await world.act("hr").write(receipts.of_acknowledgement, SIGNER, recorded)
    for stranger in ("colleague", "marketing_lead", "account_manager"):
        with pytest.raises(Forbidden):
            await world.act(stranger).write(receipts.of_acknowledgement, SIGNER, recorded)


async def test_there_is_none_of_what_was_never_recorded(world: World) -> None:
    with pytest.raises(NotFound):
        await world.act("hr").write(receipts.of_acknowledgement, SIGNER, new_id())


async def test_a_receipt_of_an_erased_person_is_refused_with_the_reason_and_theirs_still_holds(world: World) -> None:
    recorded = await acknowledged(world, await world.published())
    kept = await world.act("employee").write(receipts.of_acknowledgement, SIGNER, recorded)
    who, last = world.person["employee"], date(2026, 11, 22)
    await world.act("hr").write(leaving.leave, who, last)
    await world.act("hr").write(erasure.erase, who)
    with pytest.raises(Gone, match="erased"):
        await world.act("hr").write(receipts.of_acknowledgement, SIGNER, recorded)
    assert outcomes(kept, vkeys=[await vkey(world)])["evidence"] == "pass"


async def test_the_publication_of_a_version_has_a_receipt(world: World) -> None:
    version_id = (await world.published()).version_id
    receipt = await world.act("hr").write(receipts.of_version, version_id, SIGNER)
    found = outcomes(receipt)
    assert (found["inclusion"], found["evidence"], found["statement"], found["published"]) == (
        "pass",
        "pass",
        "absent",
        "pass",
    )
    assert receipt["leaf"]["type"] == "version_published"


async def test_a_posting_record_has_a_receipt(world: World) -> None:
    version_id = (await world.published()).version_id
    hangs = PostingIn(place="Bacheca", starts_on=TODAY)
    record = await world.act("hr").write(posting.record, version_id, hangs)
    receipt = await world.act("hr").write(receipts.of_posting, version_id, record.id, SIGNER)
    assert (outcomes(receipt)["published"], receipt["evidence"]["place"]) == ("pass", "Bacheca")


async def test_a_receipt_is_of_the_act_it_was_asked_for(world: World, shown: AcknowledgeIn) -> None:
    """Whatever else the log has of the same row, and had before."""
    policy_id = (await world.system().read(policies.version, shown.version_id)).policy_id
    change = VersionIn(effective_on=TODAY)
    draft = await world.act("hr").write(policy_drafting.create_version, policy_id, change)
    about = {"policy": policy_id, "version": draft.id, "content_sha256": shown.content_sha256}
    hung = (LeafType.POSTING, {**about, "posting": draft.id}, Private({"place": "Bacheca"}, draft.id))
    await world.system().write(log_evidence.append, *hung)
    with pytest.raises(NotFound, match="no_receipt"):
        await world.act("hr").write(receipts.of_version, draft.id, SIGNER)


def forget_publication(ctx: Ctx, version_id: str) -> None:
    """Leave the log as if it had begun after the version was published; it has something else of that version."""
    ctx.session.execute(
        delete(LogEvidence).where(
            col(LogEvidence.company_id) == ctx.company_id, col(LogEvidence.subject_id) == version_id
        )
    )
    log_evidence.append(ctx, LeafType.CORRECTION, {"index": 0}, Private({"reason": "Typing mistake."}, version_id))


async def test_without_its_publication_a_receipt_holds_and_proves_no_number(world: World, shown: AcknowledgeIn) -> None:
    await world.system().write(forget_publication, shown.version_id)
    recorded = await acknowledged(world, shown)
    receipt = await world.act("employee").write(receipts.of_acknowledgement, SIGNER, recorded)
    judged = judge(receipt, [await vkey(world)])
    assert (judged.verdict, judged.kind) == ("holds", "acknowledgement")
    assert judged.stated.printed == {"title": receipt["title"], "label": "1.0"}


async def test_a_version_that_is_not_published_has_no_receipt(world: World, shown: AcknowledgeIn) -> None:
    policy_id = (await world.system().read(policies.version, shown.version_id)).policy_id
    draft = await world.act("hr").write(policy_drafting.create_version, policy_id, VersionIn(effective_on=TODAY))
    with pytest.raises(NotFound):
        await world.act("hr").write(receipts.of_version, draft.id, SIGNER)
