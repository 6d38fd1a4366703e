"""/company/training: how far courses have come, for HR, for the agency, and who has no business there."""

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from app.context import Ctx
from app.models import Absence, Certificate, CourseVersion, Enrolment
from app.training.rules.enrolment import EnrolmentState
from app.training.services import enrolling
from tests.crowd import Crew, crew
from tests.site import Site
from tests.training.courses import published
from tests.training.pages.test_courses import words
from tests.training.services.test_enrolling import enrolled
from tests.training.services.test_taking import do_lessons, try_quiz
from tests.world import TODAY

A_DAY = timedelta(days=1)
PATH = "/company/training"


@pytest.fixture(autouse=True)
async def english(site: Site) -> None:
    await site.speak("en")


@pytest.fixture
async def office(site: Site) -> Crew:
    return await crew(site.world, "Uffici", 6)


async def pass_course(site: Site, version: CourseVersion, who: str) -> None:
    await do_lessons(site.world, version, 0, 1, 2, who=who)
    await try_quiz(site.world, version, who=who)


async def set_enrolments(site: Site, course_id: str, people: list[str], **values: Any) -> None:
    """Change the enrolments of these people, as if time had passed."""

    def change(ctx: Ctx) -> None:
        theirs = (col(Enrolment.course_id) == course_id, col(Enrolment.person_id).in_(people))
        for row in ctx.session.scalars(select(Enrolment).where(*theirs)):
            for name, value in values.items():
                setattr(row, name, value)

    await site.world.system().write(change)


def table(answer: httpx.Response) -> list[list[str]]:
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


async def test_the_overview_tells_how_far_each_course_has_come(site: Site, office: Crew) -> None:
    version = await published(site.world, due_days=20)
    await published(site.world, name="Fotografare", mandatory=False, open_to_all=True)
    await pass_course(site, version, "employee")
    await set_enrolments(site, version.course_id, office.people[:2], due_on=TODAY - A_DAY)
    exempt = (await enrolled(site.world, version.course_id))["colleague"]
    await site.world.act("hr").write(enrolling.exempt, exempt.id, "Took it elsewhere.")
    away = Absence(person_id=office.people[5], starts_on=TODAY)
    await site.world.system().write(lambda ctx: ctx.session.add(away))
    shown = await words(await site.signed_in("hr"), PATH)
    assert "Parlare dell’azienda not counted now: 1 1 of 9 8 2 0 1 13 Dec" in shown
    assert "Fotografare free to take" in shown


async def test_without_a_course_the_page_says_what_will_be_here(site: Site) -> None:
    assert "No course yet" in await words(await site.signed_in("hr"), PATH)


async def test_a_course_shows_its_figures_by_team(site: Site, office: Crew) -> None:
    version = await published(site.world)
    await pass_course(site, version, "employee")
    await set_enrolments(site, version.course_id, office.people[:2], due_on=TODAY - A_DAY)
    page = await words(await site.signed_in("hr"), f"{PATH}/courses/{version.course_id}")
    assert "Ten people still have to finish the course" in page
    assert "1 have passed, of 11" in page
    assert "8 still to finish, in time 2 overdue" in page
    assert "Uffici 0 of 6 4 2 0 0 Remind now" in page


async def test_people_whose_certificate_ended_are_told_apart_from_those_who_never_passed(site: Site) -> None:
    version = await published(site.world, valid_months=1)
    await pass_course(site, version, "employee")

    def end(ctx: Ctx) -> None:
        ctx.session.scalars(select(Certificate)).one().expires_on = TODAY - A_DAY

    await site.world.system().write(end)
    page = await words(await site.signed_in("hr"), f"{PATH}/courses/{version.course_id}")
    assert "0 have passed, of 5" in page
    assert "1 certificate has expired" in page


async def test_a_renewed_certificate_counts_and_the_ended_one_does_not(site: Site) -> None:
    version = await published(site.world, valid_months=1)
    await pass_course(site, version, "employee")

    def renew(ctx: Ctx) -> None:
        old = ctx.session.scalars(select(Certificate)).one()
        old.expires_on = TODAY - A_DAY
        facts = old.model_dump(exclude={"id", "cycle", "expires_on"})
        ctx.session.add(Certificate(**facts, cycle=2, expires_on=TODAY + A_DAY))

    await site.world.system().write(renew)
    assert "1 have passed, of 5" in await words(await site.signed_in("hr"), f"{PATH}/courses/{version.course_id}")


@pytest.mark.parametrize(("size", "headline"), [(0, "Nobody is asked"), (1, "One person still has to finish")])
async def test_the_headline_counts_as_people_speak(site: Site, size: int, headline: str) -> None:
    version = await published(site.world)
    everybody = [one for name, one in site.world.person.items() if name != "outsider"]
    await set_enrolments(site, version.course_id, everybody[size:], state=EnrolmentState.CANCELLED)
    assert headline in await words(await site.signed_in("hr"), f"{PATH}/courses/{version.course_id}")


async def test_a_course_that_all_have_passed_says_so(site: Site) -> None:
    version = await published(site.world)
    everybody = [one for name, one in site.world.person.items() if name != "outsider"]
    await set_enrolments(site, version.course_id, everybody, state=EnrolmentState.PASSED)
    page = await words(await site.signed_in("hr"), f"{PATH}/courses/{version.course_id}")
    assert "Everybody has passed the course" in page
    assert "Produzione 5 of 5 0 0 0 0 Done" in page


async def test_what_somebody_chose_and_has_not_finished_is_not_counted(site: Site) -> None:
    version = await published(site.world, mandatory=False, open_to_all=True, audience=[{"role": "owner"}])
    for name in ("employee", "colleague"):
        await site.world.act(name).write(enrolling.join, version.course_id)
    browser = await site.signed_in("hr")
    assert "0 have passed, of 1" in await words(browser, f"{PATH}/courses/{version.course_id}")
    await pass_course(site, version, "employee")
    page = await words(browser, f"{PATH}/courses/{version.course_id}")
    assert "One person has passed this course" in page
    assert "1 have passed, of 2" in page
    assert "overdue" not in page


async def test_the_line_of_days_is_hidden_where_few_are_asked_for_it_would_tell_who_passed_when(site: Site) -> None:
    version = await published(site.world, audience=[{"role": "owner"}, {"role": "hr"}])
    await pass_course(site, version, "hr")
    page = await words(await site.signed_in("hr"), f"{PATH}/courses/{version.course_id}")
    assert "23 Nov fewer than 5" in page


async def test_the_agency_sees_groups_of_five_and_nobody_by_name(site: Site, office: Crew) -> None:
    store = await crew(site.world, "Magazzino", 3)
    version = await published(site.world)
    away = Absence(person_id=office.people[5], starts_on=TODAY)
    await site.world.system().write(lambda ctx: ctx.session.add(away))
    browser = await site.signed_in("trainer", site.world.company_id)
    page = await words(browser, f"{PATH}/courses/{version.course_id}")
    assert "Magazzino not shown, to protect people" in page
    assert "Remind now" not in page
    assert "not counted now" not in page
    for name in ("Uffici 01", "Magazzino 01", "Employee"):
        assert name not in page
    rows = table(await browser.get(f"{PATH}/courses/{version.course_id}/teams.csv"))
    assert rows[0] == ["Team", "Asked", "Have passed", "In time", "Overdue", "Expired", "Exempt"]
    assert ["Magazzino", *["not shown, to protect people"] * 6] in rows
    assert len(store.people) == 3


async def test_in_a_company_of_few_the_agency_is_told_no_figure(site: Site) -> None:
    version = await published(site.world, audience=[{"role": "owner"}])
    browser = await site.signed_in("trainer", site.world.company_id)
    assert "not shown, to protect people" in await words(browser, PATH)
    page = await words(browser, f"{PATH}/courses/{version.course_id}")
    assert "Too few people to show figures" in page


async def test_hr_saves_the_teams_as_a_table(site: Site, office: Crew) -> None:
    version = await published(site.world)
    browser = await site.signed_in("hr")
    rows = table(await browser.get(f"{PATH}/courses/{version.course_id}/teams.csv"))
    assert rows[1:] == [["Produzione", "5", "0", "5", "0", "0", "0"], ["Uffici", "6", "0", "6", "0", "0", "0"]]


async def test_a_team_is_reminded_from_the_page(site: Site, office: Crew) -> None:
    version = await published(site.world, due_days=2)
    browser = await site.signed_in("hr")
    sent = await browser.post(f"{PATH}/courses/{version.course_id}/remind", data={"team_id": office.team_id})
    assert sent.headers["location"] == f"{PATH}/courses/{version.course_id}"
    assert "A reminder goes to 6 people" in await words(browser, sent.headers["location"])
    again = await browser.post(f"{PATH}/courses/{version.course_id}/remind", data={"team_id": office.team_id})
    assert "No reminder was sent." in await words(browser, again.headers["location"])
    odd = await browser.post(f"{PATH}/courses/{version.course_id}/remind", data={"team_id": "x"})
    assert odd.status_code == 422


@pytest.mark.parametrize("who", ["employee", "colleague"])
async def test_employees_have_no_business_there(site: Site, who: str) -> None:
    version = await published(site.world)
    browser = await site.signed_in(who)
    for path in (PATH, f"{PATH}/courses/{version.course_id}", f"{PATH}/courses/{version.course_id}/teams.csv"):
        assert (await browser.get(path)).status_code == 403


async def test_a_course_that_cannot_be_taken_has_no_page(site: Site) -> None:
    browser = await site.signed_in("hr")
    assert (await browser.get(f"{PATH}/courses/00000000-0000-7000-8000-000000000000")).status_code == 404


async def test_the_days_of_the_line_grow(site: Site) -> None:
    version = await published(site.world)
    await pass_course(site, version, "employee")
    page = await words(await site.signed_in("hr"), f"{PATH}/courses/{version.course_id}")
    assert "Day Have passed 23 Nov 1" in page
