"""The page of those who still have to finish a course, and what HR does about several of them at once."""

import html
import re
from datetime import timedelta

import httpx
import pytest
from sqlmodel import col, select

from app.context import Ctx
from app.models import Absence, Certificate, CourseVersion, Enrolment, Job, Person
from app.models.types import new_id
from app.people.services import leaving
from app.training.rules.enrolment import EnrolmentState
from app.training.services import enrolling
from tests.crowd import Crew, crew, join
from tests.site import Site
from tests.training.courses import published
from tests.training.pages.test_courses import said, words
from tests.training.pages.test_coverage import pass_course, set_enrolments, table
from tests.training.services.test_enrolling import enrolled, happened
from tests.training.services.test_taking import do_lessons, try_quiz, wrong
from tests.world import TODAY

A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
async def english(site: Site) -> None:
    await site.speak("en")


@pytest.fixture
async def office(site: Site) -> Crew:
    return await crew(site.world, "Uffici", 3)


@pytest.fixture
async def version(site: Site, office: Crew) -> CourseVersion:
    """Ask a course of the cast and the three of the office."""
    assert office.people
    return await published(site.world)


def path(version: CourseVersion, rest: str = "pending") -> str:
    return f"/company/training/courses/{version.course_id}/{rest}"


def names(answer: httpx.Response) -> list[str]:
    """Return the names in the list, in its order."""
    return [html.unescape(name) for name in re.findall(r'data-key="e">([^<]+)</a>', answer.text)]


async def enrolment(site: Site, version: CourseVersion, person_id: str) -> Enrolment:
    wanted = select(Enrolment).where(
        col(Enrolment.course_id) == version.course_id, col(Enrolment.person_id) == person_id
    )
    return await site.world.system().read(lambda ctx: ctx.session.scalars(wanted).one())


async def ids_of(site: Site, version: CourseVersion, *people: str) -> list[str]:
    return [(await enrolment(site, version, one)).id for one in people]


async def reminders(site: Site) -> int:
    wanted = select(Job).where(col(Job.kind) == "mail:course_reminder")
    return len(await site.world.system().read(lambda ctx: list(ctx.session.scalars(wanted))))


async def lose_mail(site: Site, person_id: str) -> None:
    def change(ctx: Ctx) -> None:
        ctx.session.get_one(Person, (ctx.company_id, person_id)).email = None

    await site.world.system().write(change)


async def test_the_list_is_counted_searched_and_sorted(site: Site, version: CourseVersion) -> None:
    hr = await site.signed_in("hr")
    shown = await hr.get(path(version))
    assert '<span class="total" id="list-count">8</span>' in shown.text
    assert "Remind everybody" in shown.text
    found = await hr.get(path(version, "pending?q=uffici&sort=-surname"))
    assert names(found) == ["Uffici 03", "Uffici 02", "Uffici 01"]
    assert "Remind everybody" not in found.text
    assert "to finish by 23 Dec" in found.text
    assert "Nobody who still has to finish it has this name" in (await hr.get(path(version, "pending?q=nobody"))).text
    assert (await hr.get(path(version, "pending?standing=odd"))).status_code == 200
    assert (await hr.get(f"/company/training/courses/{new_id()}/pending")).status_code == 404


async def test_the_list_is_narrowed_by_team_and_lateness(site: Site, version: CourseVersion, office: Crew) -> None:
    hr = await site.signed_in("hr")
    await set_enrolments(site, version.course_id, office.people[:1], due_on=TODAY - A_DAY)
    late = await hr.get(path(version, "pending?standing=overdue"))
    assert names(late) == ["Uffici 01"]
    assert "was due on 22 Nov" in late.text
    team = await hr.get(path(version, f"pending?team={office.team_id}&sort=standing"))
    assert names(team) == ["Uffici 01", "Uffici 02", "Uffici 03"]
    assert "Remind this team" in team.text
    await lose_mail(site, office.people[1])
    assert names(await hr.get(path(version, "pending?standing=no_email"))) == ["Uffici 02"]


async def test_whoever_has_begun_or_failed_looks_like_whoever_has_not(site: Site, version: CourseVersion) -> None:
    hr = await site.signed_in("hr")
    search = path(version, "pending?q=")
    before = {name: said(await hr.get(search + name)).replace(name, "") for name in ("Employee", "Colleague")}
    await do_lessons(site.world, version, 0, 1, 2)
    await try_quiz(site.world, version, wrong)
    for name, then in before.items():
        assert said(await hr.get(search + name)).replace(name, "") == then
    rows = table(await hr.get(path(version, "people.csv")))
    theirs = {row[0]: row[1:] for row in rows}
    assert theirs["Employee"] == theirs["Colleague"] == ["Produzione", "not yet", "2026-12-23", "0"]
    assert "Employee" not in (await hr.get(f"{path(version, '')[:-1]}")).text


async def test_who_finished_is_absent_or_exempt_is_not_in_the_list(
    site: Site, version: CourseVersion, office: Crew
) -> None:
    await pass_course(site, version, "employee")
    away = Absence(person_id=office.people[2], starts_on=TODAY)
    await site.world.system().write(lambda ctx: ctx.session.add(away))
    exempt = await ids_of(site, version, office.people[1])
    await site.world.act("hr").write(enrolling.exempt, exempt[0], "Took it elsewhere.")
    listed = names(await (await site.signed_in("hr")).get(path(version)))
    assert not {"Employee", "Uffici 02", "Uffici 03"} & set(listed)
    assert "Uffici 01" in listed


async def test_nobody_is_missing_once_all_have_finished(site: Site, version: CourseVersion) -> None:
    rows = await site.world.system().read(lambda ctx: ctx.session.scalars(select(Enrolment)).all())
    await set_enrolments(site, version.course_id, [row.person_id for row in rows], state=EnrolmentState.PASSED)
    assert "Nobody is missing" in await words(await site.signed_in("hr"), path(version))


async def test_nobody_owes_a_course_that_is_free_to_take(site: Site, office: Crew) -> None:
    version = await published(site.world, mandatory=False)
    browser = await site.signed_in("hr")
    assert "Nobody is missing" in await words(browser, path(version))
    assert "Who still has to finish it" not in await words(browser, path(version, "")[:-1])
    assert office.people


async def test_an_expired_certificate_is_told_in_the_list(site: Site, office: Crew) -> None:
    version = await published(site.world, valid_months=1)
    await pass_course(site, version, "employee")
    theirs = (await enrolled(site.world, version.course_id))["employee"]
    await site.world.system().write(enrolling.renew, theirs.id, TODAY + A_DAY)

    def end(ctx: Ctx) -> None:
        ctx.session.scalars(select(Certificate)).one().expires_on = TODAY - A_DAY

    await site.world.system().write(end)
    shown = await (await site.signed_in("hr")).get(path(version, "pending?standing=expired"))
    assert names(shown) == ["Employee"]
    assert "expired, to take again by 24 Nov" in shown.text
    assert office.people


async def test_who_reads_none_of_its_languages_is_shown_before_the_due_date(site: Site) -> None:
    await site.world.system().write(join, "Ioana Pop", site.world.team_id, language="ro")
    version = await published(site.world)
    browser = await site.signed_in("hr")
    base = path(version, "")[:-1]
    assert "1 person reads none of its languages" in await words(browser, "/company/training")
    assert "1 person reads none of its languages" in await words(browser, base)
    assert "1 person reads none of a course’s languages" in await words(browser, "/company")
    shown = await browser.get(path(version, "pending?standing=language"))
    assert names(shown) == ["Ioana Pop"]
    assert "the course is only in: Italiano, English" in said(shown)
    agency = await site.signed_in("trainer", site.world.company_id)
    assert "none of its languages" not in await words(agency, "/company/training")


async def test_people_who_were_ticked_are_exempt_for_one_reason(
    site: Site, version: CourseVersion, office: Crew
) -> None:
    hr, ids = await site.signed_in("hr"), await ids_of(site, version, *office.people[:2])
    choice = {"ids": ids, "q": "uffici"}
    first = await hr.post(path(version, "pending/chosen/exempt"), data=choice)
    assert "Uffici 01, Uffici 02." in first.text
    assert "Exempt 2 people" in first.text
    empty = await hr.post(path(version, "pending/chosen/exempt"), data=choice | {"reason": " "})
    assert empty.status_code == 422
    assert 'id="field-reason-error"' in empty.text
    done = await hr.post(path(version, "pending/chosen/exempt"), data=choice | {"reason": "Took it elsewhere."})
    assert (done.status_code, done.headers["location"]) == (303, path(version, "pending?q=uffici"))
    assert "2 people are exempt." in await words(hr, path(version))
    exempt = await enrolment(site, version, office.people[0])
    assert (exempt.state, exempt.exempted_because) == (EnrolmentState.EXEMPTED, "Took it elsewhere.")


async def test_who_passed_meanwhile_is_not_exempt_and_it_is_said(site: Site, version: CourseVersion) -> None:
    employee = site.world.person["employee"]
    hr, ids = await site.signed_in("hr"), await ids_of(site, version, employee, site.world.person["colleague"])
    await pass_course(site, version, "employee")
    answer = await hr.post(path(version, "pending/chosen/exempt"), data={"ids": ids, "reason": "Elsewhere."})
    assert "One could not be done" in answer.text
    assert "One person is exempt." in answer.text
    assert (await enrolment(site, version, employee)).state is EnrolmentState.PASSED


async def test_enrolments_are_cancelled_and_people_enrolled_again_by_hand(
    site: Site, version: CourseVersion, office: Crew
) -> None:
    hr, ids = await site.signed_in("hr"), await ids_of(site, version, *office.people)
    done = await hr.post(path(version, "pending/chosen/cancel"), data={"ids": ids})
    assert done.headers["location"] == path(version)
    assert "3 people are no longer enrolled." in await words(hr, path(version))
    offered = await words(hr, path(version, "enrol?q=uffici"))
    assert "Uffici 01 Uffici Uffici 02 Uffici Uffici 03" in offered
    again = await hr.post(path(version, "enrol"), data={"person_ids": office.people[:1]})
    assert again.headers["location"] == path(version, "enrol")
    assert "One person is enrolled." in await words(hr, path(version, "enrol"))
    assert (await enrolment(site, version, office.people[0])).state is EnrolmentState.ASSIGNED
    assert await happened(site.world, ids[0]) == ["enrolled", "cancelled", "enrolled"]


async def test_who_left_meanwhile_is_not_enrolled_and_it_is_said(
    site: Site, version: CourseVersion, office: Crew
) -> None:
    ids = await ids_of(site, version, *office.people[:2])
    for one in ids:
        await site.world.act("hr").write(enrolling.cancel, one)
    await site.world.act("hr").write(leaving.leave, office.people[0], TODAY - A_DAY)
    hr = await site.signed_in("hr")
    answer = await hr.post(path(version, "enrol"), data={"person_ids": office.people[:2]})
    assert "One person is enrolled." in answer.text
    assert re.search('<th scope="row">Uffici 01</th><td>This person does not work here any more', answer.text)


async def test_enrolling_nobody_says_what_to_do(site: Site, version: CourseVersion) -> None:
    hr = await site.signed_in("hr")
    await crew(site.world, "Magazzino", 21)
    assert "There are more people: search by name." in await words(hr, path(version, "enrol"))
    refused = await hr.post(path(version, "enrol"), data={"q": "magazzino"})
    assert refused.status_code == 422
    assert 'id="field-person_ids-error"' in refused.text
    assert "Nobody to enrol" in await words(hr, path(version, "enrol?q=uffici"))


async def test_whoever_chose_a_course_is_offered_like_anybody_else(site: Site) -> None:
    version = await published(site.world, open_to_all=True, audience=[{"role": "owner"}])
    await site.world.act("employee").write(enrolling.join, version.course_id)
    offered = await words(await site.signed_in("hr"), path(version, "enrol"))
    assert "Employee" in offered
    assert "Owner" not in offered
    rows = table(await (await site.signed_in("hr")).get(path(version, "people.csv")))
    assert [row[0] for row in rows] == ["Name", "Owner"]


async def test_people_who_were_ticked_are_reminded(site: Site, version: CourseVersion, office: Crew) -> None:
    hr, ids = await site.signed_in("hr"), await ids_of(site, version, *office.people[:2])
    done = await hr.post(path(version, "pending/chosen/remind"), data={"ids": ids})
    assert (done.status_code, done.headers["location"]) == (303, path(version))
    assert "A reminder goes to 2 people, in their working hours." in await words(hr, path(version))
    again = await hr.post(path(version, "pending/chosen/remind"), data={"ids": ids})
    assert "Already written to on the same day." in again.text
    assert await reminders(site) == 2


async def test_everybody_who_matches_is_chosen_at_once(site: Site, version: CourseVersion, office: Crew) -> None:
    hr = await site.signed_in("hr")
    await set_enrolments(site, version.course_id, office.people[:2], due_on=TODAY - A_DAY)
    choice = {"everything": "yes", "standing": "overdue"}
    await hr.post(path(version, "pending/chosen/remind"), data=choice)
    assert await reminders(site) == 2


async def test_without_a_tick_the_list_says_what_to_do(site: Site, version: CourseVersion) -> None:
    hr = await site.signed_in("hr")
    for act in ("exempt", "remind", "cancel"):
        answer = await hr.post(path(version, f"pending/chosen/{act}"), data={"team": site.world.team_id})
        assert answer.headers["location"] == path(version, f"pending?team={site.world.team_id}")
        assert "Tick the people in the list first" in (await hr.get(path(version))).text


async def test_a_long_export_goes_on_from_part_to_part(
    site: Site, version: CourseVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.routers.pages.training.pending._PART", 3)
    rows = table(await (await site.signed_in("hr")).get(path(version, "people.csv")))
    assert len(rows) == 1 + 8


async def test_late_people_wait_for_hr_in_the_list_of_their_course(
    site: Site, version: CourseVersion, office: Crew
) -> None:
    await set_enrolments(site, version.course_id, office.people[:2], due_on=TODAY - A_DAY)
    start = await (await site.signed_in("hr")).get("/company")
    assert "2 people are late with a course" in said(start)
    assert path(version, "pending?standing=overdue") in start.text
    assert "late with a course" not in said(await (await site.signed_in("marketing_lead")).get("/company"))


async def test_people_late_with_several_courses_lead_to_the_overview(
    site: Site, version: CourseVersion, office: Crew
) -> None:
    other = await published(site.world, name="Foto")
    for one in (version, other):
        await set_enrolments(site, one.course_id, office.people[:2], due_on=TODAY - A_DAY)
    start = await (await site.signed_in("hr")).get("/company")
    assert "4 people are late with a course" in said(start)
    assert "pending?standing=overdue" not in start.text


@pytest.mark.parametrize("who", ["employee", "marketing_lead", "trainer", "account_manager"])
async def test_whoever_sees_no_names_neither_reads_nor_acts(site: Site, version: CourseVersion, who: str) -> None:
    agency = who in {"trainer", "account_manager"}
    browser = await site.signed_in(who, site.world.company_id if agency else None)
    for answer in (
        await browser.get(path(version, "pending?sort=team")),
        await browser.get(path(version, "people.csv")),
        await browser.get(path(version, "enrol?q=uffici")),
        await browser.post(path(version, "enrol"), data={"person_ids": [site.world.person["employee"]]}),
        await browser.post(path(version, "pending/chosen/exempt"), data={"everything": "yes", "reason": "No"}),
        await browser.post(path(version, "pending/chosen/remind"), data={"everything": "yes"}),
        await browser.post(path(version, "pending/chosen/cancel"), data={"everything": "yes"}),
        await browser.post(path(version, "remind"), data={}),
    ):
        assert answer.status_code == 403
        assert "Uffici 01" not in answer.text
