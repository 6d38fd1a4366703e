"""The second bead of the chain: what training has for somebody on their first page."""

import re

import pytest

from app.context import Ctx
from app.models import CourseVersion
from app.policies.schemas.acknowledgement import AcknowledgeIn
from app.training.rules.course import CourseState
from app.training.rules.enrolment import EnrolmentState
from tests.site import Site
from tests.training.courses import published
from tests.training.pages.test_courses import take_quiz, words
from tests.training.services.test_enrolling import enrolled, set_state
from tests.training.services.test_taking import do_lessons, keys
from tests.world import acknowledge


@pytest.fixture(autouse=True)
async def english(site: Site) -> None:
    await site.speak("en")


async def primary(site: Site) -> str:
    page = (await (await site.signed_in("employee")).get("/")).text
    assert page.count("btn-primary") == 1
    found = re.search(r'class="btn btn-primary" href="([^"]+)"', page)
    assert found
    return found[1]


async def beads(site: Site) -> list[str]:
    page = (await (await site.signed_in("employee")).get("/")).text
    return re.findall(r'<li class="is-(\w+)"', page)[:4]


async def test_a_policy_to_read_comes_first_and_then_the_course(site: Site, shown: AcknowledgeIn) -> None:
    version = await published(site.world)
    assert (await primary(site)).startswith("/policies/")
    assert await beads(site) == ["now", "later", "later", "later"]
    await site.world.act("employee").write(acknowledge, shown)
    first, second, _third = await keys(site.world, version)
    assert await primary(site) == f"/courses/{version.course_id}/lessons/{first}?language=en"
    assert await beads(site) == ["done", "now", "later", "later"]
    browser = await site.signed_in("employee")
    assert "There is one course to take" in await words(browser, "/")
    await do_lessons(site.world, version, 0)
    assert await primary(site) == f"/courses/{version.course_id}/lessons/{second}?language=en"
    assert "Go on where you were: 10 minutes to go" in await words(browser, "/")
    await do_lessons(site.world, version)
    assert await primary(site) == f"/courses/{version.course_id}?language=en"
    assert "The quiz is left" in await words(browser, "/")
    await take_quiz(site, browser, version.course_id)
    assert await beads(site) == ["done", "done", "later", "later"]
    assert "You are up to date" in await words(browser, "/")


async def test_the_courses_after_it_stand_beside(site: Site) -> None:
    await published(site.world, due_days=10)
    later = await published(site.world, due_days=40)
    page = (await (await site.signed_in("employee")).get("/")).text
    assert f'href="/courses/{later.course_id}"' in page
    assert "There are 2 courses to take" in page


async def test_courses_done_or_taken_back_ask_for_nothing(site: Site) -> None:
    version = await published(site.world)
    rows = await enrolled(site.world, version.course_id)

    def withdraw(ctx: Ctx) -> None:
        ctx.session.get_one(CourseVersion, (ctx.company_id, version.id)).state = CourseState.WITHDRAWN

    await set_state(site.world, rows["employee"].id, EnrolmentState.PASSED)
    assert await beads(site) == ["later", "done", "later", "later"]
    assert "Nothing is asked of you today" in await words(await site.signed_in("employee"), "/")
    await site.world.system().write(withdraw)
    await set_state(site.world, rows["employee"].id, EnrolmentState.IN_PROGRESS)
    assert await beads(site) == ["later", "later", "later", "later"]
