"""Posting records, stored files, and signatures on paper."""

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import func, select

from app.context import Ctx
from app.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from app.models import Acknowledgement, AuditEvent, StoredFile
from app.models.types import new_id
from app.platform.files import MAXIMUM_BYTES, Upload, media_type_of, plain_name
from app.policies.queries import lists as policy_lists
from app.policies.queries import paper, postings
from app.policies.queries.lists import AssignmentFilter
from app.policies.rows import acknowledgements
from app.policies.rules.assignment import AssignmentState
from app.policies.schemas.acknowledgement import AcknowledgeIn, PaperIn
from app.policies.schemas.policy import PolicyIn
from app.policies.schemas.posting import PostingEndIn, PostingIn
from app.policies.services import acknowledging, posting
from app.policies.services import drafting as policy_drafting
from tests.world import NOW, TODAY, World, acknowledge, record_on_paper

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
PHOTO = Upload("foto.png", PNG)
A_DAY = timedelta(days=1)


def at_the_gate(**facts: Any) -> PostingIn:
    return PostingIn(**{"place": "Bacheca all’ingresso", "starts_on": TODAY, **facts})


def sheet_of(world: World, version_id: str, name: str = "employee", signed_on: date = TODAY) -> PaperIn:
    return PaperIn(version_id=version_id, person_id=world.person[name], language="it", signed_on=signed_on)


def count(ctx: Ctx, model: type[Any]) -> int:
    return ctx.session.execute(select(func.count(model.id))).scalar_one()


def trace(ctx: Ctx, subject_id: str) -> dict[str, Any]:
    wanted = select(AuditEvent.data).where(AuditEvent.subject_id == subject_id).order_by(AuditEvent.id.desc())
    return ctx.session.execute(wanted).scalars().first()


async def test_a_posting_says_place_days_who_and_proof(world: World, shown: AcknowledgeIn) -> None:
    made = await world.act("hr").write(posting.record, shown.version_id, at_the_gate(site_id=world.site_id), PHOTO)
    assert (made.recorded_by, made.recorded_at, made.ends_on) == (world.person["hr"], NOW, None)
    row = await world.act("hr").read(postings.of_version, shown.version_id, made.id)
    assert (row.site, row.proof_sha256) == ("Stabilimento", sha256(PNG).hexdigest())
    file = await world.act("hr").read(postings.proof, made.id)
    assert (file.content, file.media_type, file.name) == (PNG, "image/png", "foto.png")
    kept = await world.system().read(trace, made.id)
    assert kept == {
        "version_id": shown.version_id,
        "place": "Bacheca all’ingresso",
        "starts_on": "2026-11-23",
        "ends_on": None,
        "proof_sha256": sha256(PNG).hexdigest(),
    }


async def test_a_posting_ends_once(world: World, shown: AcknowledgeIn) -> None:
    made = await world.act("hr").write(posting.record, shown.version_id, at_the_gate())
    later = world.act("hr", NOW + 3 * A_DAY)
    ended = await later.write(posting.end, made.version_id, made.id, PostingEndIn(ends_on=TODAY + A_DAY))
    assert ended.ends_on == TODAY + A_DAY
    with pytest.raises(Conflict) as refused:
        await later.write(posting.end, made.version_id, made.id, PostingEndIn(ends_on=TODAY + 2 * A_DAY))
    assert refused.value.code == "posting_ended"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"starts_on": TODAY + A_DAY}, "in_the_future"),
        ({"ends_on": TODAY + A_DAY}, "in_the_future"),
        ({"starts_on": TODAY - A_DAY}, "before_approval"),
        ({"ends_on": TODAY - A_DAY}, "ends_before_start"),
        ({"site_id": new_id()}, "unknown_site"),
    ],
)
async def test_what_cannot_have_been_is_refused(
    world: World, shown: AcknowledgeIn, facts: dict[str, Any], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await world.act("hr").write(posting.record, shown.version_id, at_the_gate(**facts))
    assert [error.code for error in refused.value.errors] == [code]


@pytest.mark.parametrize(("days", "code"), [(-1, "ends_before_start"), (1, "in_the_future")])
async def test_a_posting_cannot_end_before_it_began_nor_in_future(
    world: World, shown: AcknowledgeIn, days: int, code: str
) -> None:
    made = await world.act("hr").write(posting.record, shown.version_id, at_the_gate())
    with pytest.raises(Invalid) as refused:
        await world.act("hr").write(posting.end, made.version_id, made.id, PostingEndIn(ends_on=TODAY + days * A_DAY))
    assert [error.code for error in refused.value.errors] == [code]


async def test_a_draft_cannot_be_posted(world: World) -> None:
    version = await world.act("hr").write(policy_drafting.start_policy, PolicyIn(name="P"))
    with pytest.raises(Conflict) as refused:
        await world.act("hr").write(posting.record, version.id, at_the_gate())
    assert refused.value.code == "not_approved"


async def test_only_who_publishes_records_postings_and_only_in_their_company(
    world: World, shown: AcknowledgeIn
) -> None:
    made = await world.act("hr").write(posting.record, shown.version_id, at_the_gate())
    end = PostingEndIn(ends_on=TODAY)
    with pytest.raises(Forbidden):
        await world.act("marketing_lead").write(posting.record, shown.version_id, at_the_gate())
    with pytest.raises(Forbidden):
        await world.act("account_manager").write(posting.end, made.version_id, made.id, end)
    with pytest.raises(NotFound):
        await world.act("hr").write(posting.end, made.version_id, new_id(), end)
    with pytest.raises(NotFound):
        await world.act("hr").write(posting.end, new_id(), made.id, end)
    with pytest.raises(NotFound):
        await world.act("hr").read(postings.proof, made.id)
    with pytest.raises(NotFound):
        await world.act("hr").read(postings.of_version, shown.version_id, new_id())
    with pytest.raises(Forbidden):
        await world.act("employee").read(postings.proof, made.id)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0....", "image/jpeg"),
        (b"RIFF\x01\x02\n\x04WEBPVP8 ", "image/webp"),
        ("Affissa il 23 novembre, città.".encode(), "text/plain"),
        (b"\xef\xbb\xbfcon BOM", "text/plain"),
        (b"", None),
        (b" \n", None),
        (b"PK\x03\x04zip", None),
        (b"MZ\x90\x00\x03", None),
        (b"GIF89a\x01\x00\x01\x00", None),
        (b"\x00\x01\x02", None),
        (b"latin \xe8 text", None),
        (b"<!doctype html><script>alert(1)</script>", None),
        (b"  <svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", None),
    ],
)
def test_what_a_file_is_is_told_by_its_bytes(content: bytes, media_type: str | None) -> None:
    assert media_type_of(content) == media_type


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("foto.png", "foto.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\foglio 1.pdf", "foglio 1.pdf"),
        ('a"b\r\nc.pdf', "a b c.pdf"),
        ("...", "file"),
        ("", "file"),
        ("a" * 500, "a" * 200),
    ],
)
def test_a_file_name_loses_what_could_do_harm(name: str, plain: str) -> None:
    assert plain_name(name) == plain


async def test_a_wrong_or_too_large_proof_is_refused_and_nothing_is_stored(world: World, shown: AcknowledgeIn) -> None:
    with pytest.raises(Invalid) as refused:
        await world.act("hr").write(posting.record, shown.version_id, at_the_gate(), Upload("x.png", b"MZ\x90\x00"))
    assert refused.value.errors[0].pointer == "/proof"
    huge = Upload("x.png", PNG + b"0" * MAXIMUM_BYTES)
    with pytest.raises(TooLarge):
        await world.act("hr").write(posting.record, shown.version_id, at_the_gate(), huge)
    assert await world.system().read(count, StoredFile) == 0


async def test_a_signature_on_paper_is_kept_with_its_scan_and_its_day(world: World, shown: AcknowledgeIn) -> None:
    later = world.act("hr", NOW + 2 * A_DAY)
    sheet = sheet_of(world, shown.version_id, signed_on=TODAY + A_DAY)
    done = await later.write(record_on_paper, sheet, PHOTO)
    assert (done.method, done.content_sha256) == ("paper", shown.content_sha256)
    kept = await world.system().read(trace, done.id)
    assert (kept["signed_on"], kept["scan_sha256"]) == ("2026-11-24", sha256(PNG).hexdigest())
    assert (await later.read(postings.scan, done.id)).content == PNG
    assigned = (await world.system().read(acknowledgements.asked, shown.version_id, world.person["employee"])).id
    assignment = await world.system().read(acknowledgements.assignment, assigned)
    assert assignment.state is AssignmentState.RECORDED_ON_PAPER


async def test_a_sheet_recorded_twice_is_once(world: World, shown: AcknowledgeIn) -> None:
    sheet = sheet_of(world, shown.version_id)
    first = await world.act("hr").write(record_on_paper, sheet, PHOTO)
    second = await world.act("hr").write(record_on_paper, sheet, PHOTO)
    assert first.id == second.id
    assert await world.system().read(count, StoredFile) == await world.system().read(count, Acknowledgement) == 1


@pytest.mark.parametrize(("days", "code"), [(1, "in_the_future"), (-1, "before_publication")])
async def test_a_signature_is_of_a_day_that_can_be(world: World, shown: AcknowledgeIn, days: int, code: str) -> None:
    sheet = sheet_of(world, shown.version_id, signed_on=TODAY + days * A_DAY)
    with pytest.raises(Invalid) as refused:
        await world.act("hr").write(record_on_paper, sheet, PHOTO)
    assert [error.code for error in refused.value.errors] == [code]
    assert await world.system().read(count, StoredFile) == 0


async def test_a_sheet_of_a_version_that_was_replaced_is_refused(world: World) -> None:
    first = await world.published()
    policy_id = (await world.act("hr").read(paper.sheet, first.version_id, "", "")).policy.id
    await world.next_version(policy_id)
    with pytest.raises(Conflict) as refused:
        await world.act("hr").write(record_on_paper, sheet_of(world, first.version_id), PHOTO)
    assert refused.value.code == "not_on_show"
    with pytest.raises(Conflict):
        await world.act("hr").read(paper.sheet, first.version_id, "", "")


async def test_a_sheet_is_recorded_under_its_own_policy_by_who_may(world: World, shown: AcknowledgeIn) -> None:
    sheet = sheet_of(world, shown.version_id)
    with pytest.raises(NotFound):
        await world.act("hr").write(acknowledging.record_on_paper, new_id(), sheet, PHOTO)
    stranger = sheet.model_copy(update={"person_id": world.person["outsider"]})
    with pytest.raises(NotFound):
        await world.act("hr").write(record_on_paper, stranger, PHOTO)
    with pytest.raises(Forbidden):
        await world.act("marketing_lead").write(record_on_paper, sheet, PHOTO)


async def test_only_who_has_not_answered_is_offered_for_signing(world: World, shown: AcknowledgeIn) -> None:
    await world.act("employee").write(acknowledge, shown)
    hr = world.act("hr")
    everybody = await hr.read(paper.sheet, shown.version_id, "", "")
    assert [person.name for person in everybody.people] == ["Colleague", "Hr", "Marketing Lead", "Owner"]
    assert not everybody.more
    found = await hr.read(paper.sheet, shown.version_id, "MARK", "")
    assert [person.name for person in found.people] == ["Marketing Lead"]
    assert not (await hr.read(paper.sheet, shown.version_id, "%", "")).people
    chosen = await hr.read(paper.sheet, shown.version_id, "", world.person["owner"])
    assert [person.name for person in chosen.people] == ["Owner"]


async def test_scans_are_of_this_company_and_for_who_reads_acknowledgements(world: World, shown: AcknowledgeIn) -> None:
    done = await world.act("employee").write(acknowledge, shown)
    with pytest.raises(NotFound):
        await world.act("hr").read(postings.scan, done.id)
    with pytest.raises(NotFound):
        await world.act("hr").read(postings.scan, new_id())
    with pytest.raises(Forbidden):
        await world.act("account_manager").read(postings.scan, done.id)


async def test_whoever_sees_no_names_gets_no_list_of_people(world: World, shown: AcknowledgeIn) -> None:
    def without_names(ctx: Ctx) -> None:
        blind = replace(ctx, actor=replace(ctx.actor, sees_names=False))
        policy_lists.assignments_part(blind, AssignmentFilter(version_id=shown.version_id), None, 10)

    with pytest.raises(Forbidden):
        await world.act("hr").read(without_names)


async def test_nobody_signs_a_draft(world: World) -> None:
    version = await world.act("hr").write(policy_drafting.start_policy, PolicyIn(name="P"))
    with pytest.raises(NotFound):
        await world.act("hr").write(record_on_paper, sheet_of(world, version.id), PHOTO)
    with pytest.raises(Conflict):
        await world.act("hr").read(paper.sheet, version.id, "", "")
