"""/enrolments and /training/progress: what programs may know and record, and what nobody learns of a person."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from app.context import Ctx
from app.models import CourseVersion, TrainingEvent
from app.people.services import leaving
from app.training.rules.course import Asks, CourseState
from app.training.rules.enrolment import EnrolmentState
from tests.site import Site
from tests.training.courses import next_version, published
from tests.training.services.test_enrolling import enrolled, happened, set_state
from tests.training.services.test_taking import do_lessons, keys, progress, state_of, try_quiz, wrong
from tests.world import NOW, TODAY

A_DAY = timedelta(days=1)
SECRETS = ("score", "answer", "attempt", "right", "minutes", "started", "at", "in_progress", "begun", "percent")


def moment(days: float = 0) -> str:
    return (NOW + days * A_DAY).isoformat().replace("+00:00", "Z")


async def told(site: Site, *records: dict[str, Any]) -> list[dict[str, Any]]:
    machine = await site.machine(frozenset({"training:progress"}))
    answer = await machine.post(f"{site.company}/training/progress", json={"records": list(records)})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def a_record(site: Site, version: CourseVersion, **other: Any) -> dict[str, Any]:
    plain = {"course_id": version.course_id, "person_id": site.world.person["employee"], "external_id": "lms-1"}
    return {**plain, "kind": "passed", "at": moment(-1), **other}


async def test_enrolments_are_listed_with_nothing_but_passed_or_not_yet(site: Site) -> None:
    version = await published(site.world)
    await do_lessons(site.world, version)
    await try_quiz(site.world, version, wrong)
    machine = await site.machine(frozenset({"enrolments:read"}))
    listed = (await machine.get(f"{site.company}/enrolments", params={"course_id": version.course_id})).json()
    assert {one["standing"] for one in listed["items"]} == {"not_yet"}
    for one in listed["items"]:
        assert set(one) == {"id", "course_id", "person_id", "standing", "due_on", "voluntary"}
        assert not any(secret in one for secret in SECRETS)
    await try_quiz(site.world, version)
    query = {"standing": "passed", "person_id": site.world.person["employee"], "limit": "1"}
    passed = (await machine.get(f"{site.company}/enrolments", params=query)).json()
    assert [one["person_id"] for one in passed["items"]] == [site.world.person["employee"]]
    part = (await machine.get(f"{site.company}/enrolments", params={"limit": "3"})).json()
    rest = (await machine.get(f"{site.company}/enrolments", params={"cursor": part["next_cursor"]})).json()
    assert (len(part["items"]), len(rest["items"])) == (3, 2)


@pytest.mark.parametrize("scope", ["training:read", "training:write"])
async def test_an_agency_sees_no_names_of_enrolments(site: Site, scope: str) -> None:
    machine = await site.machine(frozenset({scope, "enrolments:read"}), agency_id=site.world.agency_id)
    assert (await machine.get(f"{site.company}/enrolments")).status_code == 403


async def test_people_are_enrolled_each_on_its_own_exempted_and_cancelled(site: Site) -> None:
    version = await published(site.world, audience=[{"role": "owner"}])
    machine = await site.machine(frozenset({"training:write", "enrolments:read"}))
    wanted = [site.world.person[name] for name in ("employee", "colleague", "outsider")]
    body = {"course_id": version.course_id, "person_ids": wanted}
    items = (await machine.post(f"{site.company}/enrolments", json=body)).json()["items"]
    assert [one["status"] for one in items] == [200, 200, 404]
    first, second = items[0]["id"], items[1]["id"]
    reason = {"reason": "Lo ha già seguito."}
    exempt = await machine.post(f"{site.company}/enrolments/{first}/exempt", json=reason)
    assert exempt.json()["standing"] == "exempt"
    cancelled = await machine.post(f"{site.company}/enrolments/{second}/cancel")
    assert cancelled.json()["standing"] == "not_asked"
    assert (await machine.post(f"{site.company}/enrolments/{second}/cancel")).status_code == 409


async def test_progress_is_recorded_and_the_same_record_changes_nothing(site: Site) -> None:
    version = await published(site.world)
    first, *_rest = await keys(site.world, version)
    lesson = a_record(site, version, kind="lesson_done", lesson_key=first, external_id="lms-2", language="en")
    items = await told(site, lesson, lesson, a_record(site, version), a_record(site, version))
    assert [one["status"] for one in items] == [201, 200, 201, 200]
    assert await state_of(site.world, version.course_id) is EnrolmentState.PASSED
    row = (await enrolled(site.world, version.course_id))["employee"]
    assert row.answered_at == NOW - A_DAY
    later = a_record(site, version, external_id="lms-3", at=moment())
    late_lesson = {**lesson, "external_id": "lms-4"}
    assert [one["status"] for one in await told(site, later, late_lesson)] == [200, 200]
    row = (await enrolled(site.world, version.course_id))["employee"]
    assert row.answered_at == NOW - A_DAY
    assert (await happened(site.world, row.id)).count("passed") == 1
    sources = await site.world.system().read(
        lambda ctx: {one.source.value for one in ctx.session.scalars(select(TrainingEvent)) if one.external_id}
    )
    assert sources == {"api"}


async def test_records_out_of_order_come_to_the_same(site: Site) -> None:
    version = await published(site.world, questions=())
    known = await keys(site.world, version)
    records = [
        a_record(site, version, kind="lesson_done", lesson_key=key, external_id=f"lms-{number}", at=moment(-number))
        for number, key in enumerate(known, 1)
    ]
    items = await told(site, *reversed(records))
    assert [one["status"] for one in items] == [201, 201, 201]
    assert await state_of(site.world, version.course_id) is EnrolmentState.PASSED
    assert (await progress(site.world, version.course_id)).percent == 100


async def test_each_bad_record_says_what_is_wrong_and_harms_no_other(site: Site) -> None:
    version = await published(site.world)
    withdrawn = await published(site.world)
    await site.world.act("hr").write(leaving.leave, site.world.person["colleague"], TODAY - A_DAY)
    other, stranger = site.world.person["hr"], site.world.person["outsider"]

    def withdraw(ctx: Ctx) -> None:
        ctx.session.get_one(CourseVersion, (ctx.company_id, withdrawn.id)).state = CourseState.WITHDRAWN

    await site.world.system().write(withdraw)
    items = await told(
        site,
        a_record(site, version, at=moment(1)),
        a_record(site, version, person_id=site.world.person["colleague"]),
        a_record(site, version, person_id=stranger),
        a_record(site, version, course_id=stranger),
        a_record(site, withdrawn),
        a_record(site, version, kind="lesson_done", lesson_key=stranger),
        a_record(site, version, kind="lesson_done"),
        {**a_record(site, version), "kind": "won"},
        a_record(site, version),
        a_record(site, version, person_id=other),
    )
    codes = [one["errors"][0]["code"] if one["errors"] else one["status"] for one in items]
    assert codes == [
        "in_the_future",
        "not_employed",
        "unknown_person",
        "unknown_course",
        "course_withdrawn",
        "unknown_lesson",
        "unknown_lesson",
        "literal_error",
        201,
        "external_id_taken",
    ]


async def test_the_first_record_enrols_whoever_was_not(site: Site) -> None:
    version = await published(site.world, audience=[{"role": "owner"}])
    assert [one["status"] for one in await told(site, a_record(site, version))] == [201]
    assert await state_of(site.world, version.course_id) is EnrolmentState.PASSED


async def test_what_was_done_before_a_course_was_asked_again_counts_for_the_time_before(site: Site) -> None:
    version = await published(site.world)
    await told(site, a_record(site, version))
    await next_version(site.world, version.course_id, asks=Asks.RETAKE)
    (item,) = await told(site, a_record(site, version, external_id="late", at=moment(-2)))
    assert item["errors"][0]["code"] == "before_renewal"
    row = (await enrolled(site.world, version.course_id))["employee"]
    await set_state(site.world, row.id, EnrolmentState.CANCELLED)


async def test_progress_needs_its_own_scope_even_without_a_good_record(site: Site) -> None:
    machine = await site.machine(frozenset({"training:write", "enrolments:read"}))
    answer = await machine.post(f"{site.company}/training/progress", json={"records": [{}]})
    assert answer.status_code == 403
