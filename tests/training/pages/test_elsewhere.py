"""What the other pages say of training: a person's own page, the company's overview, the agency's clients."""

import pytest

from app.authz import EngagementScope
from app.organisations.queries import client_companies
from app.organisations.schemas.company import EngagementChange
from app.organisations.services import engagements
from app.training.rules.enrolment import EnrolmentState
from app.training.services import enrolling
from tests.organisations.services.test_companies import engagement_of
from tests.site import Site
from tests.training.courses import published
from tests.training.pages.test_courses import words
from tests.training.pages.test_coverage import pass_course, set_enrolments, table
from tests.training.services.test_enrolling import enrolled
from tests.training.services.test_taking import do_lessons


@pytest.fixture(autouse=True)
async def english(site: Site) -> None:
    await site.speak("en")


async def test_hr_reads_the_courses_of_a_person_on_their_page(site: Site) -> None:
    version = await published(site.world)
    await published(site.world, name="Foto", mandatory=False, open_to_all=True, audience=[{"role": "owner"}])
    browser, page = await site.signed_in("hr"), f"/company/people/{site.world.person['employee']}"
    assert "Courses Parlare dell’azienda not yet · last day: 23 December 2026" in await words(browser, page)
    await do_lessons(site.world, version, 0)
    assert "Courses Parlare dell’azienda not yet · last day: 23 December 2026" in await words(browser, page)
    await pass_course(site, version, "employee")
    shown = await words(browser, page)
    assert "Courses Parlare dell’azienda passed" in shown
    assert "Foto" not in shown


async def test_that_somebody_leaves_out_a_course_they_are_free_to_take_is_told_nowhere_by_name(site: Site) -> None:
    version = await published(site.world, mandatory=False)
    browser = await site.signed_in("hr")
    export = f"/company/training/courses/{version.course_id}/people.csv"
    page = f"/company/people/{site.world.person['employee']}"
    assert [row[0] for row in table(await browser.get(export))] == ["Name"]
    assert "Parlare" not in await words(browser, page)
    await pass_course(site, version, "employee")
    assert [row[0] for row in table(await browser.get(export))] == ["Name", "Employee"]
    assert "Parlare dell’azienda passed" in await words(browser, page)


async def test_a_person_without_courses_has_no_such_part(site: Site) -> None:
    page = await words(await site.signed_in("hr"), f"/company/people/{site.world.person['employee']}")
    assert "Courses" not in page.split("Sign out")[-1]


async def test_the_companys_first_page_shows_how_far_each_mandatory_course_is(site: Site) -> None:
    version = await published(site.world)
    await published(site.world, name="Foto", mandatory=False)
    await pass_course(site, version, "employee")
    page = await words(await site.signed_in("hr"), "/company")
    assert "Training Parlare dell’azienda 1 of 5" in page.split("Sign out")[-1]
    assert "Foto" not in page


async def test_the_agency_sees_the_course_that_has_come_least_far(site: Site) -> None:
    manager = site.world.act("account_manager")

    async def standing() -> tuple[int, int | None, str]:
        found = (await manager.read(client_companies.inside)).standings[1]
        return found.asked, found.done, found.waits[0]

    assert await standing() == (0, None, "No course is published yet")
    small = await published(site.world, audience=[{"role": "owner"}])
    assert await standing() == (0, None, "A course is published")
    version = await published(site.world, name="Foto")
    assert await standing() == (5, 0, "Not everybody has passed the course yet")
    everybody = [one for name, one in site.world.person.items() if name != "outsider"]
    await set_enrolments(site, version.course_id, everybody, state=EnrolmentState.PASSED)
    owner = (await enrolled(site.world, small.course_id))["owner"]
    await site.world.act("hr").write(enrolling.exempt, owner.id, "Elsewhere.")
    assert await standing() == (5, 5, "Nothing")


async def test_where_nothing_of_training_is_the_agencys_business_nothing_is_counted(site: Site) -> None:
    await published(site.world)
    engagement = await engagement_of(site.world)
    only_texts = EngagementChange(scopes=[EngagementScope.PRODUCE])
    await site.world.act("owner").write(engagements.change, engagement.id, 1, only_texts)
    found = (await site.world.act("account_manager").read(client_companies.inside)).standings[1]
    assert not found.counted
