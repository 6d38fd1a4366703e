"""/courses: the contents, the lessons, the quiz, without a script."""

import re
from html import unescape
from typing import Any

import httpx
import pytest
from sqlmodel import select

from app.authz import Role
from app.context import Ctx
from app.models import CoursePrerequisite, CourseVersion, QuizAttempt
from app.training.rules.course import CourseState
from app.training.rules.enrolment import EnrolmentState
from tests.site import Site
from tests.training.courses import ALL_KINDS, next_version, published
from tests.training.services.test_enrolling import enrolled, set_state
from tests.training.services.test_taking import do_lessons, keys, right, state_of, wrong


@pytest.fixture(autouse=True)
async def english(site: Site) -> None:
    """Let everybody read English, as the words below do; the course itself is in both languages."""
    await site.speak("en")


async def words(browser: httpx.AsyncClient, path: str, status: int = 200) -> str:
    answer = await browser.get(path)
    assert answer.status_code == status
    return said(answer)


def said(answer: httpx.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


async def attempt_of(site: Site) -> Any:
    attempts = await site.world.system().read(lambda ctx: ctx.session.scalars(select(QuizAttempt)).all())
    return attempts[-1]


def form(question: Any, give: Any = right) -> dict[str, Any]:
    given = give(question)
    if question["kind"] == "ordering":
        places = {f"place-{option}": str(place) for place, option in enumerate(given, 1)}
        return {"question_id": question["id"], "language": "it", **places}
    return {"question_id": question["id"], "language": "it", "given": given}


async def take_quiz(site: Site, browser: httpx.AsyncClient, course_id: str, give: Any = right, **begin: str) -> str:
    """Answer the questions of a quiz one after the other; return the address of the attempt."""
    begun = await browser.post(f"/courses/{course_id}/quiz", data={"language": "it", **begin})
    assert begun.status_code == 303
    address = begun.headers["location"].split("?")[0]
    for number, question in enumerate((await attempt_of(site)).questions, 1):
        await words(browser, f"{address}?language=it")
        answered = await browser.post(f"{address}?question={number}", data=form(question, give))
        assert answered.headers["location"] == f"{address}?question={number}&language=it"
        await words(browser, answered.headers["location"])
    return address


async def test_a_course_is_taken_from_the_list_to_the_pass(site: Site) -> None:
    version = await published(site.world, questions=ALL_KINDS)
    course, browser = f"/courses/{version.course_id}", await site.signed_in("employee")
    assert "Speaking about the company" in await words(browser, "/courses")
    assert "0 of 15 minutes, 0 of 3 lessons" in await words(browser, course)
    first, second, third = await keys(site.world, version)
    assert "Testo della lezione" in await words(browser, f"{course}/lessons/{first}")
    done = await browser.post(f"{course}/lessons/{first}/done", data={"language": "it"})
    assert done.headers["location"] == f"{course}/lessons/{second}?language=it"
    assert "Dire per chi lavori" in await words(browser, done.headers["location"])
    for key in (second, third):
        await words(browser, f"{course}/lessons/{key}?language=en")
        done = await browser.post(f"{course}/lessons/{key}/done", data={"language": "en"})
    assert done.headers["location"] == f"{course}?language=en"
    assert "Go to the quiz" in await words(browser, course)
    address = await take_quiz(site, browser, version.course_id)
    assert "You have passed" in await words(browser, address)
    assert "Passed on 1 December" in await words(browser, course) or "Passed on" in await words(browser, course)
    assert "Passed" in await words(browser, "/courses")
    assert "Back to the course" in await words(browser, f"{course}/lessons/{third}")


async def test_a_failed_quiz_says_what_to_read_again_and_offers_help_after_two_tries(site: Site) -> None:
    version = await published(site.world, questions=ALL_KINDS)
    browser = await site.signed_in("employee")
    await do_lessons(site.world, version)
    address = await take_quiz(site, browser, version.course_id, wrong)
    text = await words(browser, address)
    assert "Not there yet: 0 out of 6" in text
    assert "Worth another look 1 Perché conta" in text or "Worth another look 1 Why" in text
    assert "Talk it over" not in text
    address = await take_quiz(site, browser, version.course_id, wrong)
    assert "Talk it over" in await words(browser, address)
    assert await state_of(site.world, version.course_id) is EnrolmentState.IN_PROGRESS


async def test_each_answer_is_explained_with_what_was_right(site: Site) -> None:
    version = await published(site.world, questions=ALL_KINDS)
    browser = await site.signed_in("employee")
    await do_lessons(site.world, version)
    address = await take_quiz(site, browser, version.course_id, wrong)
    attempt = await attempt_of(site)
    for number, question in enumerate(attempt.questions, 1):
        text = await words(browser, f"{address}?question={number}&language=it")
        assert "Not quite" in text
        assert "Perché sì." in text
        assert ("The right answer" in text) == (question["kind"] != "ordering")
    assert (await browser.get(f"{address}?question=9")).status_code == 404


async def test_an_answer_that_is_none_comes_back_with_what_to_do(site: Site) -> None:
    version = await published(site.world, questions=ALL_KINDS)
    browser = await site.signed_in("employee")
    await do_lessons(site.world, version)
    begun = await browser.post(f"/courses/{version.course_id}/quiz", data={})
    address = begun.headers["location"].split("?")[0]
    for number, question in enumerate((await attempt_of(site)).questions, 1):
        sent = {"question_id": question["id"], "language": "it"}
        if question["kind"] == "ordering":
            sent |= {"place-a": "1", "place-b": "1", "place-c": "2"}
        refused = await browser.post(f"{address}?question={number}", data=sent)
        assert refused.status_code == 422
        wanted = "Give each line its own place" if question["kind"] == "ordering" else "Answer first."
        assert wanted in said(refused)


async def test_an_answer_after_the_withdrawal_says_that_nothing_is_lost(site: Site) -> None:
    version = await published(site.world)
    browser = await site.signed_in("employee")
    await do_lessons(site.world, version)
    begun = await browser.post(f"/courses/{version.course_id}/quiz", data={"language": "it"})
    address = begun.headers["location"].split("?")[0]

    def withdraw(ctx: Ctx) -> None:
        ctx.session.get_one(CourseVersion, (ctx.company_id, version.id)).state = CourseState.WITHDRAWN

    await site.world.system().write(withdraw)
    refused = await browser.post(f"{address}?question=1", data=form((await attempt_of(site)).questions[0]))
    assert refused.status_code == 409
    assert "This course was taken back. What you have done of it is kept" in said(refused)
    assert "This course was taken back" in await words(browser, f"/courses/{version.course_id}")
    again = await browser.post(f"/courses/{version.course_id}/quiz", data={"language": "it"})
    assert "This course was taken back" in await words(browser, again.headers["location"])
    await words(browser, "/courses")


async def test_a_lesson_with_its_own_quiz_is_done_by_passing_it(site: Site) -> None:
    version = await published(site.world, own_quiz=True)
    browser = await site.signed_in("employee")
    first, *_rest = await keys(site.world, version)
    lesson = f"/courses/{version.course_id}/lessons/{first}"
    assert "Answer the questions" in await words(browser, lesson)
    refused = await browser.post(f"{lesson}/done", data={"language": "it"})
    assert "This lesson is done by answering" in await words(browser, refused.headers["location"])
    address = await take_quiz(site, browser, version.course_id, wrong, lesson_key=first)
    assert "Not there yet" in await words(browser, address)
    address = await take_quiz(site, browser, version.course_id, lesson_key=first)
    assert "This lesson is done" in await words(browser, address)
    assert "Next lesson" in await words(browser, lesson)


async def test_another_course_comes_first_and_is_one_click_away(site: Site) -> None:
    first = await published(site.world, name="Sicurezza")
    version = await published(site.world)

    def require(ctx: Ctx) -> None:
        ctx.session.add(CoursePrerequisite(course_id=version.course_id, required_id=first.course_id))

    await site.world.system().write(require)
    browser = await site.signed_in("employee")
    answer = await browser.get(f"/courses/{version.course_id}")
    assert "Another course comes first: “Sicurezza”." in said(answer)
    assert f'href="/courses/{first.course_id}"' in answer.text
    key = (await keys(site.world, version))[0]
    assert (await browser.get(f"/courses/{version.course_id}/lessons/{key}")).status_code == 404


async def test_a_course_open_to_all_is_chosen_with_one_button(site: Site) -> None:
    version = await published(site.world, audience=[{"role": Role.OWNER}], open_to_all=True)
    browser, course = await site.signed_in("employee"), f"/courses/{version.course_id}"
    assert "Open to all" in await words(browser, "/courses")
    assert "Enrol in this course" in await words(browser, course)
    joined = await browser.post(f"{course}/join")
    assert "You are enrolled." in await words(browser, joined.headers["location"])
    assert "Your own choice" in await words(browser, "/courses")


async def test_who_is_exempt_or_not_asked_sees_that(site: Site) -> None:
    version = await published(site.world)
    rows = await enrolled(site.world, version.course_id)
    await set_state(site.world, rows["employee"].id, EnrolmentState.EXEMPTED)
    await set_state(site.world, rows["colleague"].id, EnrolmentState.CANCELLED)
    exempt, other = await site.signed_in("employee"), await site.signed_in("colleague")
    assert "You are exempt from it" in await words(exempt, f"/courses/{version.course_id}")
    assert "You are exempt from it" in await words(exempt, "/courses")
    await words(other, f"/courses/{version.course_id}", 404)
    assert "No course is for you yet" in await words(other, "/courses")


@pytest.mark.parametrize("languages", [("it",), ("en",)])
async def test_a_course_in_one_language_is_shown_in_it(site: Site, languages: tuple[str, ...]) -> None:
    version = await published(site.world)
    await do_lessons(site.world, version, 0)
    await next_version(site.world, version.course_id, languages=languages)
    browser = await site.signed_in("employee")
    answer = await browser.get(f"/courses/{version.course_id}?language=de")
    assert f'<h1 lang="{languages[0]}">' in answer.text
    assert "5 of 15 minutes, 1 of 3 lessons" in said(answer)
    assert "Language of the course" not in answer.text
    bad = await browser.post(f"/courses/{version.course_id}/lessons/{version.id}/done", data={"language": "de"})
    assert bad.status_code == 404
