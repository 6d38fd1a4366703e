"""The courses of the demo: one that most have passed, one that is still being written."""

from collections.abc import Collection
from datetime import datetime, timedelta

from app.cli.demo import firm
from app.cli.demo.story import ROME, Someone, Staff, Story
from app.context import Ctx
from app.training.queries import catalogue as written
from app.training.queries import courses as taken
from app.training.rows import courses
from app.training.rules.quiz import QuestionKind
from app.training.rules.starter import Starter
from app.training.schemas.course import CourseIn, PublishCourseIn
from app.training.services import attempting, catalogue, publishing, taking

_YEARS_VALID = 2
_DAYS = 3.0
"""How many days people take to pass, on average."""


async def publish(story: Story, staff: Staff, roles: firm.Roles, days_ago: int) -> str:
    """Publish the starter course for everybody and return the course."""
    at = story.moment(days_ago, 10, 20)
    data = CourseIn(name="Parlare dell’azienda", starter=Starter.SPEAKING, due_days=60, valid_months=12 * _YEARS_VALID)
    return await story.person(staff, roles.hr, at).write(_publish, data)


async def begin(story: Story, staff: Staff, roles: firm.Roles, days_ago: int) -> None:
    """Leave the course for people who lead as a draft."""
    at = story.moment(days_ago, 15, 45)
    data = CourseIn(name="Guidare senza forzare", starter=Starter.LEADING, roles=["marketing_lead", "hr", "owner"])
    await story.person(staff, roles.marketing_lead, at).write(catalogue.create, data)


async def take(
    story: Story, staff: Staff, course_id: str, days_ago: int, *, share: float, never: Collection[str]
) -> None:
    """Let a share of the people pass, each some days after it was published and in their own working hours."""
    published = story.moment(days_ago, 10, 20)
    planned = sorted(
        (_moment(story, someone, published), number)
        for number, someone in staff.people.items()
        if number not in never and someone.starts_on <= published.date() and story.dice.random() < share
    )
    for at, number in planned:
        await story.person(staff, number, at).write(_pass, course_id, staff.people[number].language)


async def begin_taking(story: Story, staff: Staff, number: str, course_id: str, lessons: int) -> None:
    """Let somebody finish the first lessons of a course and stop there."""
    someone = staff.people[number]
    at = story.at_work(story.moment(2, 9, 30), someone.window)
    await story.person(staff, number, at).write(_finish_lessons, course_id, someone.language, lessons)


def _moment(story: Story, someone: Someone, published: datetime) -> datetime:
    wish = published + timedelta(days=1 + story.dice.expovariate(1 / _DAYS))
    return story.at_work(wish.astimezone(ROME), someone.window)


def _publish(ctx: Ctx, data: CourseIn) -> str:
    course = catalogue.create(ctx, data)
    (draft,) = courses.versions(ctx, course.id)
    publishing.publish(ctx, draft.id, PublishCourseIn(sha256=written.written(ctx, draft.id).sha256))
    return course.id


def _finish_lessons(ctx: Ctx, course_id: str, language: str, most: int | None = None) -> None:
    for lesson in taken.course(ctx, course_id, [language]).lessons[:most]:
        taking.finish_lesson(ctx, course_id, lesson.key, language)


def _pass(ctx: Ctx, course_id: str, language: str) -> None:
    _finish_lessons(ctx, course_id, language)
    attempt = attempting.begin(ctx, course_id)
    for question in attempt.questions:
        words = question["texts"][language]
        right = words["accepted"][:1] if question["kind"] == QuestionKind.SHORT_TEXT else question["right"]
        attempting.answer(ctx, attempt.id, question["id"], right, language)
