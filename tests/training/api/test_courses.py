"""/courses: a program writes a course, publishes it and says whom it is for."""

from typing import Any

import httpx
import pytest

from app.errors import Conflict, NotFound
from app.training.rules.course import Asks
from app.training.schemas.course import QuestionIn
from app.training.services import authoring, taking
from tests.site import Site
from tests.training.courses import a_lesson, a_question, lessons_of, published
from tests.training.services.test_enrolling import enrolled

QUESTION = a_question(0, "single", ["a"]).model_dump(mode="json")  # type: ignore[arg-type]
ITALIAN = ("it",)
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def lesson(text: str = "Testo della lezione.", **facts: Any) -> dict[str, Any]:
    return {**a_lesson(0, text, languages=ITALIAN).model_dump(mode="json"), **facts}


def italian(question: dict[str, Any]) -> dict[str, Any]:
    return {**question, "texts": {"it": question["texts"]["it"]}}


class Author:
    """A program of the company that writes one course."""

    def __init__(self, site: Site, client: httpx.AsyncClient) -> None:
        self.courses, self.client = f"{site.company}/courses", client

    async def call(self, method: str, path: str, *, tag: str = "", status: int = 200, **request: Any) -> Any:
        headers = {"if-match": tag} if tag else {}
        answer = await self.client.request(method, path, headers=headers, **request)
        assert answer.status_code == status, answer.text
        return answer

    async def start(self, **facts: Any) -> tuple[str, str]:
        """Create a course and return the addresses of the course and of its draft."""
        made = await self.call("POST", self.courses, json={"name": "Parlare di noi", **facts}, status=201)
        versions = (await self.client.get(f"{made.headers['location']}/versions")).json()["items"]
        return made.headers["location"], f"{made.headers['location']}/versions/{versions[0]['id']}"

    async def add(self, draft: str, **facts: Any) -> str:
        made = await self.call("POST", f"{draft}/lessons", json=lesson(**facts), status=201)
        return str(made.headers["location"])

    async def publish(self, draft: str, status: int = 200) -> Any:
        seen = (await self.client.get(draft)).json()["sha256"]
        return (await self.call("POST", f"{draft}/publish", json={"sha256": seen}, status=status)).json()


@pytest.fixture
async def author(site: Site) -> Author:
    return Author(site, await site.machine(frozenset({"training:read", "training:write"})))


async def test_a_course_is_written_published_and_taken(site: Site, author: Author) -> None:
    course, draft = await author.start(valid_months=12, roles=["hr"])
    address = await author.add(draft, questions=[italian(QUESTION)], draws=1)
    await author.add(draft, text="Altro")
    read = await author.client.get(address)
    assert read.json()["questions"][0]["right"] == ["a"]
    assert read.headers["etag"] == f'"{read.json()["sha256"]}"'
    shown = await author.publish(draft)
    whole = (await author.client.get(draft)).json()
    assert (shown["state"], shown["number"], shown["content_sha256"]) == ("published", 1, whole["sha256"])
    assert [one["texts"]["it"]["title"] for one in whole["lessons"]] == ["Perché conta", "Perché conta"]
    course_id = course.rsplit("/", 1)[1]
    assert set(await enrolled(site.world, course_id)) == {"hr"}
    await site.world.act("hr").write(taking.finish_lesson, course_id, whole["lessons"][0]["key"], "it")


async def test_a_starter_course_can_be_published_as_it_comes(site: Site, author: Author) -> None:
    course, draft = await author.start(starter="speaking")
    assert (await author.client.get(f"{draft}/checklist")).json() == {"ready": True, "missing": []}
    whole = (await author.client.get(draft)).json()
    assert set(whole["texts"]) == {"it", "en"}
    assert (await author.publish(draft))["state"] == "published"
    assert set(await enrolled(site.world, course.rsplit("/", 1)[1])) >= {"employee", "colleague"}


async def test_a_faulty_course_is_refused_with_everything_that_is_wrong(author: Author) -> None:
    _, draft = await author.start()
    await author.add(draft, draws=3)
    told = await author.publish(draft, 422)
    assert [(one["pointer"], one["code"]) for one in told["errors"]] == [("/lessons/0/draws", "too_few_questions")]
    listed = (await author.client.get(f"{draft}/checklist")).json()
    assert (listed["ready"], listed["missing"][0]["code"]) == (False, "too_few_questions")


@pytest.mark.parametrize("score", [0, 101])
async def test_a_passing_score_that_no_answers_can_reach_is_refused(author: Author, score: int) -> None:
    _, draft = await author.start()
    await author.call("PATCH", draft, json={"passing_score": score}, tag='"1"', status=422)


async def test_two_authors_of_one_lesson_notice_each_other(author: Author) -> None:
    _, draft = await author.start()
    address = await author.add(draft)
    tag = (await author.client.get(address)).headers["etag"]
    await author.call("PUT", address, json=lesson("Prima"), tag=tag)
    await author.call("PUT", address, json=lesson("Prima"), tag=tag)  # saved twice is saved once
    await author.call("PUT", address, json=lesson("Seconda"), tag=tag, status=412)
    await author.call("PUT", address, json=lesson("Seconda"), tag='"1"', status=412)
    await author.call("PUT", address, json=lesson("Seconda"), status=428)
    assert (await author.client.get(address)).json()["texts"]["it"]["body"].endswith("Prima")


async def test_nothing_is_published_that_changed_after_it_was_looked_at(author: Author) -> None:
    _, draft = await author.start()
    await author.add(draft)
    seen = (await author.client.get(draft)).json()["sha256"]
    await author.add(draft)
    refused = await author.call("POST", f"{draft}/publish", json={"sha256": seen}, status=409)
    assert refused.json()["code"] == "content_changed"


async def test_a_draft_changes_its_title_its_rules_and_its_languages(author: Author) -> None:
    _, draft = await author.start()
    both = {"it": {"title": "Di noi"}, "en": {"title": "About us"}}
    body = {"passing_score": 60, "max_attempts": 3, "asks": "retake", "asks_by": "2027-01-31", "texts": both}
    changed = await author.call("PATCH", draft, json=body, tag='"1"')
    assert (changed.json()["passing_score"], changed.json()["asks_by"]) == (60, "2027-01-31")
    await author.call("PATCH", draft, json={"passing_score": 70}, tag='"1"', status=412)
    await author.call("POST", f"{draft}/lessons", json=a_lesson(0).model_dump(mode="json"), status=201)
    await author.call("PATCH", draft, json={"texts": {"it": both["it"]}}, tag='"2"')
    whole = (await author.client.get(draft)).json()
    assert (set(whole["texts"]), set(whole["lessons"][0]["texts"])) == ({"it"}, {"it"})
    english = {"en": {"title": "Why", "body": "Text"}}
    refused = await author.call("POST", f"{draft}/lessons", json=lesson(texts=english), status=422)
    assert refused.json()["errors"][0]["code"] == "unknown_language"


async def test_lessons_are_put_in_order_and_taken_out(author: Author) -> None:
    _, draft = await author.start()
    keys = [(await author.add(draft)).rsplit("/", 1)[1] for _ in range(3)]
    await author.call("PUT", f"{draft}/lesson_order", json={"keys": keys[::-1]}, status=204)
    await author.call("PUT", f"{draft}/lesson_order", json={"keys": keys[:2]}, status=422)
    await author.call("DELETE", f"{draft}/lessons/{keys[1]}", status=204)
    await author.call("GET", f"{draft}/lessons/{keys[1]}", status=404)
    left = [one["key"] for one in (await author.client.get(draft)).json()["lessons"]]
    assert left == [keys[2], keys[0]]


async def test_a_published_version_cannot_be_written_on_but_the_next_can(author: Author) -> None:
    course, first = await author.start()
    address = await author.add(first)
    await author.publish(first)
    tag = (await author.client.get(address)).headers["etag"]
    assert (await author.call("PUT", address, json=lesson("Altro"), tag=tag, status=409)).json()[
        "code"
    ] == "not_a_draft"
    draft = (await author.call("POST", f"{course}/versions", status=201)).headers["location"]
    assert (await author.call("POST", f"{course}/versions", status=409)).json()["code"] == "draft_exists"
    key = address.rsplit("/", 1)[1]
    await author.call("PUT", f"{draft}/lessons/{key}", json=lesson("Altro"), tag=tag)
    await author.publish(draft)
    listed = (await author.client.get(f"{course}/versions", params={"limit": 1})).json()
    assert [(one["number"], one["state"]) for one in listed["items"]] == [(2, "published")]
    rest = (await author.client.get(f"{course}/versions", params={"cursor": listed["next_cursor"]})).json()
    assert [(one["number"], one["state"]) for one in rest["items"]] == [(1, "superseded")]
    await author.call("POST", f"{draft}/withdraw", json={"reason": "Nomina un canale chiuso."})
    await author.call("POST", f"{draft}/withdraw", json={"reason": "Ancora."}, status=409)


async def test_a_draft_is_thrown_away_but_never_the_only_version(author: Author) -> None:
    course, first = await author.start()
    await author.add(first, questions=[italian(QUESTION)])
    assert (await author.call("DELETE", first, status=409)).json()["code"] == "only_version"
    await author.publish(first)
    draft = (await author.call("POST", f"{course}/versions", status=201)).headers["location"]
    await author.call("DELETE", draft, status=204)
    await author.call("GET", draft, status=404)


async def test_an_archived_course_is_neither_published_nor_given_a_new_version(author: Author) -> None:
    course, draft = await author.start()
    await author.add(draft)
    first = (await author.call("POST", f"{course}/archive")).json()["archived_at"]
    assert (await author.call("POST", f"{course}/archive")).json()["archived_at"] == first
    assert (await author.publish(draft, 409))["code"] == "course_archived"
    assert (await author.call("POST", f"{course}/versions", status=409)).json()["code"] == "course_archived"


async def test_a_course_changes_what_it_asks_from_now_on(author: Author) -> None:
    course, _ = await author.start(external_id="SIC-1")
    other, _ = await author.start()
    body = {"name": "Altro nome", "mandatory": False, "due_days": 10, "external_id": "SIC-1"}
    changed = await author.call("PATCH", course, json=body, tag='"1"')
    assert (changed.json()["name"], changed.json()["mandatory"], changed.headers["etag"]) == (
        "Altro nome",
        False,
        '"2"',
    )
    await author.call("PATCH", course, json={"due_days": 20}, tag='"1"', status=412)
    taken = await author.call("PATCH", other, json={"external_id": "SIC-1"}, tag='"1"', status=409)
    assert taken.json()["code"] == "external_id_taken"
    await author.call("POST", author.courses, json={"name": "Terzo", "external_id": "SIC-1"}, status=409)
    listed = (await author.client.get(author.courses, params={"limit": 1})).json()
    rest = (await author.client.get(author.courses, params={"cursor": listed["next_cursor"]})).json()
    assert [one["name"] for one in listed["items"] + rest["items"]] == ["Altro nome", "Parlare di noi"]
    assert (await author.client.get(course)).json()["due_days"] == 10


async def test_people_who_come_to_be_in_the_audience_are_enrolled(site: Site, author: Author) -> None:
    version = await published(site.world, audience=[{"role": "hr"}])
    audience = f"{author.courses}/{version.course_id}/audience"
    everybody: dict[str, list[str]] = {"team_ids": [], "site_ids": [], "roles": [], "languages": []}
    assert (await author.client.get(audience)).json() == {**everybody, "roles": ["hr"]}
    await author.call("PUT", audience, json={"roles": ["hr", "owner"], "team_ids": [site.world.company_id]}, status=422)
    await author.call("PUT", audience, json={"roles": ["owner"]})
    assert set(await enrolled(site.world, version.course_id)) >= {"hr", "owner"}
    assert (await author.client.get(audience)).json()["roles"] == ["owner"]


async def test_a_course_cannot_come_before_itself(author: Author) -> None:
    first, _ = await author.start()
    second, _ = await author.start()
    ids = [one.rsplit("/", 1)[1] for one in (first, second)]
    await author.call("PUT", f"{second}/prerequisites", json={"course_ids": [ids[0]]})
    assert (await author.client.get(f"{second}/prerequisites")).json() == {"course_ids": [ids[0]]}
    for course in ids:
        refused = await author.call("PUT", f"{first}/prerequisites", json={"course_ids": [course]}, status=422)
        assert refused.json()["errors"][0]["code"] == "leads_back"
    await author.call("PUT", f"{first}/prerequisites", json={"course_ids": [UNKNOWN]}, status=404)


async def test_a_version_is_found_under_its_own_course_only(site: Site, author: Author) -> None:
    version = await published(site.world)
    other, _ = await author.start()
    await author.call("GET", f"{other}/versions/{version.id}", status=404)


async def test_who_only_reads_training_writes_nothing(site: Site) -> None:
    version = await published(site.world)
    reader = await site.machine(frozenset({"training:read"}), agency_id=site.world.agency_id)
    address = f"{site.company}/courses/{version.course_id}"
    assert (await reader.get(f"{address}/versions/{version.id}")).status_code == 200
    assert (await reader.post(f"{address}/versions")).status_code == 403
    assert (await reader.post(f"{address}/archive")).status_code == 403


async def test_a_retake_needs_a_day_that_can_still_come(site: Site, author: Author) -> None:
    version = await published(site.world)
    course = f"{author.courses}/{version.course_id}"
    draft = (await author.call("POST", f"{course}/versions", status=201)).headers["location"]
    await author.call("PATCH", draft, json={"asks": Asks.RETAKE, "asks_by": "2020-01-01"}, tag='"1"')
    told = await author.publish(draft, 422)
    assert [one["pointer"] for one in told["errors"]] == ["/asks_by"]


async def test_lessons_count_from_the_version_that_changed_them(site: Site, author: Author) -> None:
    version = await published(site.world)
    course = f"{author.courses}/{version.course_id}"
    draft = (await author.call("POST", f"{course}/versions", status=201)).headers["location"]
    await author.call("PATCH", draft, json={"asks": "refresher"}, tag='"1"')
    lessons = (await author.client.get(draft)).json()["lessons"]
    second = lessons[1]
    body = {name: second[name] for name in ("minutes", "draws", "own_quiz", "questions")}
    texts = {language: {**words, "body": "Nuovo"} for language, words in second["texts"].items()}
    address = f"{draft}/lessons/{second['key']}"
    await author.call("PUT", address, json={**body, "texts": texts}, tag=f'"{second["sha256"]}"')
    await author.publish(draft)
    rows = await site.world.system().read(lessons_of, draft.rsplit("/", 1)[1])
    assert [row.counts_from for row in rows] == [1, 2, 1]


async def test_a_course_holds_so_many_lessons_and_a_lesson_so_many_questions(
    site: Site, author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authoring, "MOST_LESSONS", 1)
    monkeypatch.setattr(authoring, "MOST_QUESTIONS", 1)
    _, draft = await author.start()
    address = await author.add(draft, questions=[italian(QUESTION)])
    more = await author.call("POST", f"{draft}/lessons", json=lesson(), status=409)
    assert more.json()["code"] == "too_many_lessons"
    version_id, key = draft.rsplit("/", 1)[1], address.rsplit("/", 1)[1]
    seen = (await author.client.get(address)).json()["sha256"]
    writer, question = site.world.act("hr"), QuestionIn.model_validate(italian(QUESTION))
    with pytest.raises(Conflict, match="too_many_questions"):
        await writer.write(authoring.write_question, version_id, key, None, seen, question)
    with pytest.raises(NotFound):
        await writer.write(authoring.write_question, version_id, key, 1, seen, question)
