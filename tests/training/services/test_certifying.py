"""Certificates: one for each pass, kept with its course, gone with its person."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from app.context import Ctx
from app.errors import Conflict
from app.evidence.leaves import commitment, parse_leaf, read_json
from app.merkle_log.rows import log
from app.models import Certificate, CertifiedPolicy, Course, CourseVersion
from app.people.services import erasure, leaving
from app.policies.schemas.acknowledgement import AcknowledgeIn
from app.rules.instants import canonical
from app.training.rules.course import Asks
from app.training.services import enrolling
from tests.training.courses import next_version, published
from tests.training.services.test_enrolling import enrolled
from tests.training.services.test_taking import do_lessons, try_quiz
from tests.world import NOW, TODAY, World

YEAR = 12


async def certificates(world: World) -> list[Certificate]:
    wanted = select(Certificate).order_by(col(Certificate.id))
    return await world.system().read(lambda ctx: list(ctx.session.scalars(wanted)))


async def named_policies(world: World) -> list[str]:
    wanted = select(CertifiedPolicy.policy_version_id)
    return await world.system().read(lambda ctx: list(ctx.session.scalars(wanted)))


async def passes(world: World, version: CourseVersion, who: str = "employee") -> None:
    await do_lessons(world, version, who=who)
    await try_quiz(world, version, who=who)


async def test_passing_issues_a_certificate_that_names_course_and_policy_version(
    world: World, shown: AcknowledgeIn
) -> None:
    version = await published(world, valid_months=YEAR)
    await passes(world, version)
    (one,) = await certificates(world)
    assert (one.person_id, one.course_id) == (world.person["employee"], version.course_id)
    assert (one.version_id, one.cycle, one.issued_at) == (version.id, 1, NOW)
    assert one.expires_on == date(TODAY.year + 1, TODAY.month, TODAY.day)
    assert await named_policies(world) == [shown.version_id]


async def test_a_certificate_without_an_end_or_a_policy_names_neither(world: World) -> None:
    await passes(world, await published(world))
    (one,) = await certificates(world)
    assert one.expires_on is None
    assert await named_policies(world) == []


async def test_a_renewal_is_a_new_certificate_and_the_earlier_one_stays(world: World) -> None:
    version = await published(world, valid_months=YEAR)
    await passes(world, version)
    (first,) = await certificates(world)
    await world.system().write(enrolling.renew, first.enrolment_id, TODAY)
    await passes(world, version)
    before, after = await certificates(world)
    assert (before.id, before.issued_at, before.expires_on) == (first.id, first.issued_at, first.expires_on)
    assert (after.version_id, after.cycle) == (version.id, 2)


async def test_a_retake_of_a_new_version_has_a_certificate_of_its_own(world: World) -> None:
    first = await published(world)
    await passes(world, first)
    second = await next_version(world, first.course_id, asks=Asks.RETAKE)
    await passes(world, second)
    assert [one.version_id for one in await certificates(world)] == [first.id, second.id]


async def test_the_database_refuses_to_delete_a_course_that_somebody_has_a_certificate_of(world: World) -> None:
    version = await published(world)
    await passes(world, version)

    def remove(ctx: Ctx) -> None:
        own = (col(Course.company_id) == ctx.company_id, col(Course.id) == version.course_id)
        ctx.session.execute(delete(Course).where(*own))

    with pytest.raises((IntegrityError, Conflict)):
        await world.system().write(remove)
    assert len(await certificates(world)) == 1


async def test_erasing_a_person_removes_their_certificates_and_leaves_those_of_others(
    world: World, shown: AcknowledgeIn
) -> None:
    version = await published(world)
    for who in ("employee", "colleague"):
        await passes(world, version, who)
    person_id = world.person["employee"]
    await world.act("owner").write(leaving.leave, person_id, TODAY - timedelta(days=1))
    await world.act("hr").write(erasure.erase, person_id)
    (left,) = await certificates(world)
    assert left.person_id == world.person["colleague"]
    assert await named_policies(world) == [shown.version_id]
    assert "employee" not in await enrolled(world, version.course_id)


async def test_a_certificate_is_an_entry_of_the_evidence_log_that_names_nobody(
    world: World, shown: AcknowledgeIn
) -> None:
    version = await published(world, valid_months=YEAR)
    await passes(world, version)
    (issued,) = await certificates(world)
    (entry,) = await world.system().read(log.opened, issued.id, issued.person_id)
    leaf, private = parse_leaf(entry.entry), read_json(entry.private or "")
    assert (leaf["type"], leaf["course"], leaf["course_version"]) == ("certificate", version.course_id, version.id)
    assert (leaf["content_sha256"], leaf["policies"]) == (
        version.content_sha256,
        {shown.version_id: shown.content_sha256},
    )
    assert leaf["commitment"] == commitment(entry.salt or b"", entry.private or "")
    assert (private["person"], private["expires_on"]) == (issued.person_id, str(issued.expires_on))
    assert private["issued_at"] == canonical(issued.issued_at)


async def test_the_evidence_of_a_certificate_without_an_end_leaves_no_blank(world: World) -> None:
    await passes(world, await published(world))
    (issued,) = await certificates(world)
    (entry,) = await world.system().read(log.opened, issued.id, issued.person_id)
    assert read_json(entry.private or "")["expires_on"] == "not_collected"
