"""A course carried by an agency from one client to another: a draft there, and news of the original on request."""

from datetime import date
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from app.authz import EngagementScope
from app.db import Scope
from app.models import Course, CourseVersion, Engagement, Lesson
from app.training.rules.course import CourseState
from tests.site import Site
from tests.training.courses import next_version, published
from tests.world import NOW, TODAY


def engage(session: Any, agency_id: str, scope: EngagementScope) -> None:
    began = date(2026, 1, 1)
    engagement = Engagement(agency_id=agency_id, scopes=[scope.value], starts_on=began, agreement_signed_on=began)
    engagement.created_at = NOW
    session.add(engagement)


def end(session: Any) -> None:
    for engagement in session.scalars(select(Engagement)):
        engagement.ends_on = TODAY.replace(day=1)


class Trainer:
    """The agency's trainer, who works for the company and, with ``scope``, for the other one."""

    def __init__(self, site: Site) -> None:
        self.site, self.world, self.other = site, site.world, site.world.other_company_id

    async def begin(self, scope: EngagementScope = EngagementScope.TRAIN) -> str:
        """Publish a course at the first client; return it."""
        await self.world.db.write(Scope(self.other), engage, self.world.agency_id, scope)
        await self.site.speak("en")
        return (await published(self.world)).course_id

    async def at(self, company_id: str = "") -> httpx.AsyncClient:
        return await self.site.signed_in("trainer", company_id or self.world.company_id)

    async def copy(self, course_id: str, *to: str) -> str:
        """Copy a course and return what is said then."""
        browser = await self.at()
        answer = await browser.post(f"/company/courses/{course_id}/copy", data={"company_ids": list(to)})
        assert answer.status_code == 303, answer.text
        return (await browser.get(answer.headers["location"])).text

    async def there(self, wanted: Any) -> list[Any]:
        """Return rows of the other company."""
        return await self.world.db.read(Scope(self.other), lambda session: list(session.scalars(wanted)))

    async def original(self) -> tuple[httpx.AsyncClient, str]:
        """Return a browser at the other client, and the address where its copy is compared."""
        (copy,) = await self.there(select(Course))
        return await self.at(self.other), f"/company/courses/{copy.id}/original"


@pytest.fixture
def trainer(site: Site) -> Trainer:
    return Trainer(site)


async def test_a_client_gets_a_draft_of_its_own_that_says_the_same(trainer: Trainer) -> None:
    course_id = await trainer.begin()
    browser = await trainer.at()
    assert f'href="/company/courses/{course_id}/copy"' in (await browser.get(f"/company/courses/{course_id}")).text
    chosen = (await browser.get(f"/company/courses/{course_id}/copy")).text
    assert "Officine Brenta" in chosen
    assert "nothing was copied" in await trainer.copy(course_id)
    assert "Copied as a draft to: Officine Brenta." in await trainer.copy(course_id, trainer.other)
    (copy,), (version,) = await trainer.there(select(Course)), await trainer.there(select(CourseVersion))
    assert (copy.origin_course_id, version.state, version.number) == (course_id, CourseState.DRAFT, 1)
    assert len(await trainer.there(select(Lesson))) == 3
    assert "has a copy already" in await trainer.copy(course_id, trainer.other)
    assert len(await trainer.there(select(Course))) == 1


async def test_nothing_is_copied_where_nobody_is_chosen_or_trained(trainer: Trainer) -> None:
    course_id = await trainer.begin(EngagementScope.REPORT)
    browser = await trainer.at()
    assert "You train no other client now." in (await browser.get(f"/company/courses/{course_id}/copy")).text
    assert "nothing was copied" in await trainer.copy(course_id, trainer.other)
    assert await trainer.there(select(Course)) == []


async def test_what_the_original_says_by_now_is_offered_and_never_taken_over_by_itself(trainer: Trainer) -> None:
    course_id = await trainer.begin()
    await trainer.copy(course_id, trainer.other)
    browser, original = await trainer.original()
    assert "no newer version" in (await browser.get(original)).text
    assert (await browser.post(original)).status_code == 404
    await next_version(trainer.world, course_id, changed=(1,), lessons=4)
    shown = (await browser.get(original)).text
    assert "The original has version 2" in shown
    assert (shown.count("changed</span>"), shown.count("new</span>")) == (1, 1)
    assert len(await trainer.there(select(Lesson))) == 3
    assert (await browser.post(original)).status_code == 409  # the draft that stands there is finished first
    await trainer.world.db.write(Scope(trainer.other), publish_all)
    answer = await browser.post(original)
    assert answer.status_code == 303
    versions = await trainer.there(select(CourseVersion).order_by(col(CourseVersion.number)))
    assert [one.state for one in versions] == [CourseState.PUBLISHED, CourseState.DRAFT]
    assert "no newer version" in (await browser.get(original)).text


def publish_all(session: Any) -> None:
    for version in session.scalars(select(CourseVersion)):
        version.state = CourseState.PUBLISHED


async def test_lessons_that_the_original_dropped_are_named(trainer: Trainer) -> None:
    course_id = await trainer.begin()
    await trainer.copy(course_id, trainer.other)
    await next_version(trainer.world, course_id, lessons=2)
    browser, original = await trainer.original()
    assert "not there any more</span>" in (await browser.get(original)).text
    await next_version(trainer.world, course_id, lessons=3)


async def test_a_version_that_says_the_same_says_so(trainer: Trainer) -> None:
    course_id = await trainer.begin()
    await trainer.copy(course_id, trainer.other)
    await next_version(trainer.world, course_id)
    browser, original = await trainer.original()
    assert "Its lessons say the same as yours." in (await browser.get(original)).text


async def test_an_original_is_not_read_after_the_engagement_there_has_ended(trainer: Trainer) -> None:
    course_id = await trainer.begin()
    await trainer.copy(course_id, trainer.other)
    await next_version(trainer.world, course_id, changed=(0,))
    await trainer.world.db.write(Scope(trainer.world.company_id), end)
    browser, original = await trainer.original()
    assert "no newer version" in (await browser.get(original)).text


async def test_people_of_the_company_copy_nothing_to_others(trainer: Trainer) -> None:
    course_id = await trainer.begin()
    browser = await trainer.site.signed_in("marketing_lead")
    assert "/copy" not in (await browser.get(f"/company/courses/{course_id}")).text
    for method, path in (("GET", "copy"), ("POST", "copy"), ("GET", "original"), ("POST", "original")):
        answer = await browser.request(method, f"/company/courses/{course_id}/{path}")
        assert answer.status_code == 404, path


async def test_a_course_that_was_not_copied_has_no_original(trainer: Trainer) -> None:
    course_id = await trainer.begin()
    browser = await trainer.at()
    assert (await browser.get(f"/company/courses/{course_id}/original")).status_code == 404
