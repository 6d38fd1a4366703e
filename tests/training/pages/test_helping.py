"""Asking for help with a course: HR learns who asks, and nothing of how they are doing."""

import pytest

from tests.site import Site
from tests.training.courses import published
from tests.training.pages.test_courses import take_quiz, words, wrong
from tests.training.pages.test_coverage import pass_course
from tests.training.services.test_enrolling import enrolled
from tests.training.services.test_taking import do_lessons

PATH = "/company/training/help"


@pytest.fixture(autouse=True)
async def english(site: Site) -> None:
    await site.speak("en")


async def test_help_is_offered_all_along_and_beside_the_next_try_after_two_failed_ones(site: Site) -> None:
    version = await published(site.world)
    course, browser = f"/courses/{version.course_id}", await site.signed_in("employee")
    assert "Ask for help" in await words(browser, course)
    await do_lessons(site.world, version, 0, 1, 2)
    first = await take_quiz(site, browser, version.course_id, wrong)
    assert "Ask for help" not in await words(browser, first)
    second = await take_quiz(site, browser, version.course_id, wrong)
    assert "Ask for help" in await words(browser, second)


async def test_hr_sees_who_asks_without_a_score_and_settles_it(site: Site) -> None:
    version = await published(site.world)
    course, browser, hr = f"/courses/{version.course_id}", await site.signed_in("employee"), await site.signed_in("hr")
    assert "Nobody asks for help" in await words(hr, PATH)
    await do_lessons(site.world, version, 0, 1, 2)
    await take_quiz(site, browser, version.course_id, wrong)
    for _ in range(2):  # twice is once
        asked = await browser.post(f"{course}/help")
        assert asked.headers["location"] == course
    assert "You asked for help on 23 November 2026" in await words(browser, course)
    assert "1 person asks for help with a course" in await words(hr, "/company")
    page = await words(hr, PATH)
    assert "Employee , Produzione Parlare dell’azienda · 23 November 2026 We have spoken" in page
    assert "out of" not in page
    theirs = (await enrolled(site.world, version.course_id))["employee"]
    for _ in range(2):
        settled = await hr.post(f"{PATH}/{theirs.id}")
        assert settled.headers["location"] == PATH
    assert "Nobody asks for help" in await words(hr, PATH)
    assert "Ask for help" in await words(browser, course)


async def test_whoever_asked_can_take_it_back(site: Site) -> None:
    version = await published(site.world)
    course, browser = f"/courses/{version.course_id}", await site.signed_in("employee")
    await browser.post(f"{course}/help")
    back = await browser.post(f"{course}/help/take-back")
    assert back.headers["location"] == course
    assert "Nobody is told" in await words(browser, course)
    assert "Nobody asks for help" in await words(await site.signed_in("hr"), PATH)


async def test_a_request_ends_with_the_pass_and_a_finished_course_takes_none(site: Site) -> None:
    version = await published(site.world)
    course, browser = f"/courses/{version.course_id}", await site.signed_in("employee")
    await browser.post(f"{course}/help")
    await pass_course(site, version, "employee")
    assert "Nobody asks for help" in await words(await site.signed_in("hr"), PATH)
    refused = await browser.post(f"{course}/help")
    assert "nothing left to ask about" in await words(browser, refused.headers["location"])


@pytest.mark.parametrize("who", ["employee", "marketing_lead", "trainer"])
async def test_only_who_sees_names_learns_who_asks(site: Site, who: str) -> None:
    version = await published(site.world)
    await (await site.signed_in("colleague")).post(f"/courses/{version.course_id}/help")
    theirs = (await enrolled(site.world, version.course_id))["colleague"]
    browser = await site.signed_in(who, site.world.company_id if who == "trainer" else None)
    assert (await browser.get(PATH)).status_code == 403
    assert (await browser.post(f"{PATH}/{theirs.id}")).status_code == 403
