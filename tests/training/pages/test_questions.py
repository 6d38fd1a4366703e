"""Which questions many miss, for those who write the course: never who missed them."""

import pytest

from tests.crowd import crew
from tests.site import Site
from tests.training.courses import published
from tests.training.pages.test_courses import words
from tests.training.services.test_taking import do_lessons, right, try_quiz, wrong

CAST = ("employee", "colleague", "hr", "owner", "marketing_lead")


@pytest.fixture(autouse=True)
async def english(site: Site) -> None:
    await site.speak("en")


async def test_what_many_miss_is_told_once_five_have_finished(site: Site) -> None:
    version = await published(site.world)
    path = f"/company/training/courses/{version.course_id}/questions"
    trainer = await site.signed_in("trainer", site.world.company_id)
    for name in CAST[:4]:
        await do_lessons(site.world, version, 0, 1, 2, who=name)
        await try_quiz(site.world, version, wrong, who=name)
        await try_quiz(site.world, version, right, who=name)
    assert (await words(trainer, path)).count("fewer than five people have answered") == 4
    await do_lessons(site.world, version, 0, 1, 2, who=CAST[4])
    await try_quiz(site.world, version, right, who=CAST[4])
    page = await words(trainer, path)
    assert "0 (en) Why most miss it" in page
    assert "fewer than five" not in page
    assert "Employee" not in page


async def test_an_attempt_that_is_not_finished_tells_nothing(site: Site) -> None:
    await crew(site.world, "Uffici", 2)
    version = await published(site.world)
    page = await words(await site.signed_in("hr"), f"/company/training/courses/{version.course_id}/questions")
    assert page.count("fewer than five people have answered") == 4


async def test_a_course_without_questions_says_so(site: Site) -> None:
    version = await published(site.world, questions=())
    page = await words(await site.signed_in("hr"), f"/company/training/courses/{version.course_id}/questions")
    assert "This course asks none" in page


async def test_those_who_only_read_about_training_do_not_learn_it(site: Site) -> None:
    version = await published(site.world)
    path = f"/company/training/courses/{version.course_id}"
    assert (await (await site.signed_in("employee")).get(f"{path}/questions")).status_code == 403
    assert "Questions that people miss" in await words(await site.signed_in("hr"), path)
