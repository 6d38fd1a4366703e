"""Pages of an author: a course is started, written in two languages, and published."""

import re
from typing import Any

import httpx
import pytest

from app.training.queries import catalogue
from tests.site import Site
from tests.training.courses import published
from tests.training.services.test_enrolling import enrolled

FIELD = re.compile(r'name="(seen|sha256|row_version)" value="([^"]+)"')


def hidden(html: str) -> dict[str, str]:
    return dict(FIELD.findall(html))


class Author:
    """One of the cast at the pages of courses; each step follows where the answer leads."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def open(self, path: str, status: int = 200) -> str:
        answer = await self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    async def send(self, path: str, status: int = 303, **fields: Any) -> str:
        answer = await self.client.post(path, data=fields)
        assert answer.status_code == status, answer.text
        return answer.headers["location"] if status == 303 else answer.text

    async def start(self, **fields: Any) -> tuple[str, str]:
        """Create an empty course; return the addresses of the course and of its draft."""
        course = await self.send("/company/courses", name="Parlare di noi", due_days="30", **fields)
        draft = re.search(r'href="(/company/courses/versions/[0-9a-f-]+)"', await self.open(course))
        assert draft
        return course, draft[1]

    async def add_lesson(self, draft: str, title: str = "Perché conta") -> str:
        address = await self.send(f"{draft}/lessons", lesson_title=title, language="it")
        return address.partition("?")[0]

    async def write_lesson(self, lesson: str, body: str, status: int = 303, **fields: str) -> str:
        seen = hidden(await self.open(lesson))["seen"]
        values = {"seen": seen, "title": "Perché conta", "body": body, "minutes": "5", "draws": "0", **fields}
        return await self.send(f"{lesson}?language=it", status, **values)


@pytest.fixture
async def author(site: Site) -> Author:
    await site.speak("en")
    return Author(await site.signed_in("marketing_lead"))


async def test_a_course_is_started_written_and_published(site: Site, author: Author) -> None:
    assert "Begin with a course that is nearly done" in await author.open("/company/courses")
    assert "What does it start from?" in await author.open("/company/courses/new")
    course, draft = await author.start()
    lesson = await author.add_lesson(draft)
    assert "1 thing is missing" in await author.open(draft)
    await author.write_lesson(lesson, "## Chi parla\n\nParla chi vuole.", draws="1")
    kinds = await author.open(f"{lesson}/questions/new?kind=single&language=it")
    fields = {"seen": hidden(kinds)["seen"], "prompt": "Chi parla?", "text_a": "Chi vuole", "text_b": "Tutti"}
    saved = await author.send(f"{lesson}/questions?language=it&kind=single", right="a", because_a="È libero.", **fields)
    assert saved.endswith("#questions")
    shown = await author.open(draft)
    assert "missing" not in shown
    assert await author.send(f"{draft}/publish", sha256=hidden(shown)["sha256"]) == course
    page = await author.open(course)
    assert "People take version 1" in page
    assert set(await enrolled(site.world, course.rsplit("/", 1)[1])) >= {"employee", "colleague"}
    assert "This version is frozen" in await author.open(draft)
    assert "Save the lesson" not in await author.open(lesson)


async def test_what_is_missing_leads_to_its_place(author: Author) -> None:
    _, draft = await author.start()
    lesson = await author.add_lesson(draft)
    await author.write_lesson(lesson, "Testo", draws="2")
    shown = await author.open(draft)
    assert f'href="{lesson}"' in shown
    assert "which has 0" in shown


async def test_a_question_of_each_kind_is_written_and_changed_in_the_other_language(author: Author) -> None:
    _, draft = await author.start()
    lesson = await author.add_lesson(draft)
    row = hidden(await author.open(draft))["row_version"]
    await author.send(f"{draft}/title?language=en", title="About us", row_version=row)
    words = {"text_a": "Uno", "text_b": "Due", "text_c": "", "prompt": "Che cosa?"}
    sent = {
        "single": {"right": "b", **words},
        "multiple": {"right_a": "yes", "right_b": "yes", **words},
        "spot": {"right_a": "yes", **words},
        "ordering": words,
        "true_false": {"right": "false", "prompt": "È vero?"},
        "short_text": {"accepted": "pasta\n\n la pasta ", "prompt": "Che cosa facciamo?"},
    }
    for kind, fields in sent.items():
        seen = hidden(await author.open(f"{lesson}/questions/new?kind={kind}&language=it"))["seen"]
        await author.send(f"{lesson}/questions?language=it&kind={kind}", seen=seen, **fields)
    shown = await author.open(f"{lesson}/questions/0?language=en")
    assert "Uno" in shown  # what the other language says stands beside the empty field
    english = {"seen": hidden(shown)["seen"], "prompt": "What?", "text_a": "One", "text_b": "Two", "right": "a"}
    await author.send(f"{lesson}/questions/0?language=en", **english)
    assert "Due" in await author.open(f"{lesson}/questions/0?language=it")
    assert "la pasta" in await author.open(f"{lesson}/questions/5?language=it")
    for nowhere in ("6", "-1"):
        await author.open(f"{lesson}/questions/{nowhere}", 404)
        await author.send(f"{lesson}/questions/{nowhere}?language=it", 404, prompt="Dove?")
    seen = hidden(await author.open(f"{lesson}/questions/5"))["seen"]
    await author.send(f"{lesson}/questions/5/remove?language=it", seen=seen)
    await author.open(f"{lesson}/questions/5", 404)


async def test_an_option_left_empty_is_taken_out_of_every_language(author: Author) -> None:
    _, draft = await author.start()
    lesson = await author.add_lesson(draft)
    row = hidden(await author.open(draft))["row_version"]
    await author.send(f"{draft}/title?language=en", title="About us", row_version=row)
    for language, place in (("it", "?language=it&kind=multiple"), ("en", "/0?language=en"), ("it", "/0?language=it")):
        at = f"{lesson}/questions/0" if place[1] == "0" else f"{lesson}/questions/new"
        seen = hidden(await author.open(at))["seen"]
        texts = {"text_a": "Uno", "text_b": "Due", "text_c": "Tre" if place != "/0?language=it" else ""}
        await author.send(f"{lesson}/questions{place}", seen=seen, prompt=language, right_a="yes", **texts)
    assert "Tre" not in await author.open(f"{lesson}/questions/0?language=en")


async def test_a_question_that_cannot_be_kept_comes_back_as_it_was_typed(author: Author) -> None:
    _, draft = await author.start()
    lesson = await author.add_lesson(draft)
    seen = hidden(await author.open(lesson))["seen"]
    fields = {"prompt": "x" * 4001, "text_a": "Uno", "right_a": "yes", "seen": seen}
    back = await author.send(f"{lesson}/questions?language=it&kind=multiple", 422, **fields)
    assert 'value="Uno"' in back
    assert "To fix:" in back


async def test_two_authors_of_a_lesson_see_both_texts(author: Author) -> None:
    _, draft = await author.start()
    lesson = await author.add_lesson(draft)
    seen = hidden(await author.open(lesson))["seen"]
    await author.write_lesson(lesson, "Il testo dell’altra")
    mine = {"seen": seen, "title": "Perché conta", "body": "Il mio testo", "minutes": "5", "draws": "0"}
    back = await author.send(f"{lesson}?language=it", 412, **mine)
    assert "Il mio testo" in back
    assert "Il testo dell’altra" in back


async def test_a_lesson_shows_how_easy_it_is_to_read(author: Author) -> None:
    _, draft = await author.start()
    lesson = await author.add_lesson(draft)
    assert "Nothing is written yet." in await author.open(lesson)
    await author.write_lesson(lesson, "Il sole c’è. Il cane va. Io so chi è.")
    assert "Easy to read" in await author.open(lesson)
    long = " ".join(["considerazione"] * 30)
    preview = await author.send(f"{lesson}/preview?language=it", 200, body=f"Breve. {long}.")
    assert "Hard to read" in preview
    assert "This sentence is long" in preview


async def test_lessons_are_moved_and_taken_out(author: Author) -> None:
    _, draft = await author.start()
    first = await author.add_lesson(draft, "Prima")
    second = await author.add_lesson(draft, "Seconda")
    await author.send(f"{second}/up")
    assert (shown := await author.open(draft)).index("Seconda") < shown.index("Prima")
    await author.send(f"{second}/up")
    await author.send(f"{second}/down")
    assert (shown := await author.open(draft)).index("Prima") < shown.index("Seconda")
    await author.send(f"{first}/remove")
    assert "Prima" not in await author.open(draft)
    await author.send(f"{first}/up", 404)


async def test_a_language_is_added_and_removed_but_never_the_last_one(author: Author) -> None:
    _, draft = await author.start()
    row = hidden(await author.open(draft))["row_version"]
    await author.send(f"{draft}/title?language=en", title="About us", row_version=row)
    assert "About us" in await author.open(f"{draft}?language=en")
    assert "About us" not in await author.open(f"{draft}?language=it")
    row = hidden(await author.open(draft))["row_version"]
    await author.send(f"{draft}/languages/remove?language=it&row_version={row}")
    shown = await author.open(draft)
    assert "About us" in shown
    row = hidden(shown)["row_version"]
    await author.send(f"{draft}/languages/remove?language=en&row_version={row}", 409)


async def test_what_a_draft_asks_is_changed_and_a_bad_score_comes_back(author: Author) -> None:
    _, draft = await author.start()
    row = hidden(await author.open(draft))["row_version"]
    back = await author.send(f"{draft}/rules?language=it", 422, row_version=row, passing_score="120")
    assert 'value="120"' in back
    await author.send(f"{draft}/rules?language=it", row_version=row, passing_score="70", max_attempts="3")
    assert 'value="70"' in await author.open(draft)
    assert await author.send(f"{draft}/title?language=it", 412, row_version=row, title="Altro")
    assert "Title of a new lesson" in await author.send(f"{draft}/lessons", 422, lesson_title="", language="it")


async def test_a_published_version_is_taken_back_for_a_reason(site: Site, author: Author) -> None:
    version = await published(site.world)
    address = f"/company/courses/versions/{version.id}"
    await author.send(f"{address}/withdraw", 422)
    await author.send(f"{address}/withdraw", reason="Nomina un canale chiuso.")
    assert "No version can be taken now" in await author.open(f"/company/courses/{version.course_id}")


async def test_the_next_version_says_what_it_asks_and_can_be_thrown_away(site: Site, author: Author) -> None:
    version = await published(site.world)
    draft = await author.send(f"/company/courses/{version.course_id}/versions")
    assert "What does it ask of those who passed before?" in await author.open(draft)
    await author.send(f"{draft}/discard")
    await author.open(draft, 404)


async def test_what_a_course_asks_and_whom_it_is_for_is_set_on_its_page(site: Site, author: Author) -> None:
    course, _ = await author.start()
    other, _ = await author.start()
    row = hidden(await author.open(course))["row_version"]
    facts = {"name": "Altro nome", "due_days": "10", "renewal_days": "20", "valid_months": "12", "row_version": row}
    await author.send(course, **facts)
    shown = await author.open(course)
    assert "Altro nome" in shown
    assert await author.send(course, 422, **{**facts, "due_days": "0"})
    await author.send(f"{course}/audience", roles="hr")
    assert re.search(r'value="hr" checked', await author.open(course))
    await author.send(f"{course}/prerequisites", course_ids=other.rsplit("/", 1)[1])
    back = await author.send(f"{other}/prerequisites", 422, course_ids=course.rsplit("/", 1)[1])
    assert "each would wait for the other" in back
    await author.send(f"{course}/archive")
    assert "Archived" in await author.open("/company/courses")


async def test_a_new_course_without_a_name_comes_back(author: Author) -> None:
    assert "What does it start from?" in await author.send("/company/courses", 422, name="", due_days="30")


async def test_who_may_not_write_courses_reads_at_most(site: Site) -> None:
    employee = Author(await site.signed_in("employee"))
    await employee.open("/company/courses", 403)
    version = await published(site.world)
    await employee.open(f"/company/courses/versions/{version.id}", 403)


async def test_what_changed_after_it_was_shown_is_not_published(author: Author) -> None:
    _, draft = await author.start()
    lesson = await author.add_lesson(draft)
    await author.write_lesson(lesson, "Testo")
    seen = hidden(await author.open(draft))["sha256"]
    await author.write_lesson(lesson, "Testo cambiato")
    assert "Look at it again" in await author.send(f"{draft}/publish", 409, sha256=seen)


async def test_what_is_missing_is_told_to_someone_who_publishes_all_the_same(site: Site, author: Author) -> None:
    _, draft = await author.start()
    await author.add_lesson(draft)
    version_id = draft.rsplit("/", 1)[1]
    seen = (await site.world.act("marketing_lead").read(catalogue.written, version_id)).sha256
    assert "It cannot be published yet" in await author.send(f"{draft}/publish", 422, sha256=seen)
