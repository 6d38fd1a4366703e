"""A published course of three lessons and four questions in Italian and English, written as its authors would."""

from datetime import date
from typing import Any

from sqlmodel import col, select

from app.context import Ctx
from app.models import Course, CourseVersion, Lesson
from app.training.queries import catalogue as written
from app.training.rows import contents, courses
from app.training.rules.content import fingerprint
from app.training.rules.course import Asks
from app.training.rules.quiz import QuestionKind
from app.training.schemas.course import (
    CourseIn,
    CourseVersionChange,
    CourseWordsIn,
    LessonIn,
    LessonWordsIn,
    PublishCourseIn,
    QuestionIn,
)
from app.training.services import authoring, catalogue, publishing
from tests.world import World

TITLES = {"it": "Parlare dell’azienda", "en": "Speaking about the company"}
LESSONS = {"it": ("Perché conta", "Dire per chi lavori", "Persone nelle foto"), "en": ("Why", "Who", "Pictures")}
OPTIONS = ("a", "b", "c")
QUESTIONS = (
    (QuestionKind.SINGLE, ["a"]),
    (QuestionKind.MULTIPLE, ["a", "b"]),
    (QuestionKind.TRUE_FALSE, ["true"]),
    (QuestionKind.ORDERING, ["c", "a", "b"]),
)
ALL_KINDS = (*QUESTIONS, (QuestionKind.SHORT_TEXT, []), (QuestionKind.SPOT, ["b"]))


async def published(world: World, **facts: Any) -> CourseVersion:
    """Publish a new course and enrol whom it is for; ``facts`` are those of the course and its version."""
    return await world.system().write(add_course, **facts)


async def next_version(world: World, course_id: str, **facts: Any) -> CourseVersion:
    """Publish the next version of a course, and ask people as publishing does."""
    return await world.system().write(add_version, course_id, **facts)


def add_course(ctx: Ctx, **facts: Any) -> CourseVersion:
    course = draft(ctx, facts)
    return write_and_publish(ctx, courses.versions(ctx, course.id)[0], **facts)


def draft(ctx: Ctx, facts: dict[str, Any]) -> Course:
    """Create a course with an empty draft, taking those facts out that are the course's own."""
    roles = [row["role"] for row in facts.pop("audience", [])]
    own = {name: facts.pop(name) for name in list(facts) if name in CourseIn.model_fields}
    return catalogue.create(ctx, CourseIn(**{"name": "Parlare dell’azienda", "roles": roles, **own}))


def add_version(ctx: Ctx, course_id: str, **facts: Any) -> CourseVersion:
    return write_and_publish(ctx, authoring.start_version(ctx, course_id), **facts)


def write_and_publish(
    ctx: Ctx,
    version: CourseVersion,
    *,
    asks: Asks = Asks.KEEP,
    asks_by: date | None = None,
    changed: tuple[int, ...] = (),
    lessons: int = 3,
    questions: Any = QUESTIONS,
    languages: tuple[str, ...] = ("it", "en"),
    own_quiz: bool = False,
    **facts: Any,
) -> CourseVersion:
    """Write a draft until it has so many lessons, ``changed`` of them with another text, and publish it."""
    texts = {language: CourseWordsIn(title=TITLES[language], why="Serve a te.") for language in languages}
    change = CourseVersionChange(texts=texts, asks=asks, asks_by=asks_by, **facts)
    authoring.change_version(ctx, version.id, version.row_version, change)
    rows = lessons_of(ctx, version.id)
    for position in range(lessons):
        text = f"Testo {version.number}" if position in changed else "Testo della lezione."
        data = a_lesson(position, text, questions if position == 0 else (), languages, own_quiz=own_quiz)
        if position >= len(rows):
            authoring.add_lesson(ctx, version.id, data)
        elif position in changed:
            seen = fingerprint(contents.lesson(ctx, version.id, rows[position].key)[1])
            authoring.write_lesson(ctx, version.id, rows[position].key, seen, data)
    for row in rows[lessons:]:
        authoring.remove_lesson(ctx, version.id, row.key)
    seen = written.written(ctx, version.id).sha256
    return publishing.publish(ctx, version.id, PublishCourseIn(sha256=seen))


def a_lesson(
    position: int,
    text: str = "Testo della lezione.",
    questions: Any = (),
    languages: tuple[str, ...] = ("it", "en"),
    *,
    own_quiz: bool = False,
) -> LessonIn:
    titles = {language: LESSONS[language][position % 3] for language in languages}
    return LessonIn(
        texts={
            language: LessonWordsIn(title=title, body=f"## {title}\n\n{text}") for language, title in titles.items()
        },
        questions=[a_question(place, kind, right, languages) for place, (kind, right) in enumerate(questions)],
        own_quiz=own_quiz and bool(questions),
        draws=0 if own_quiz else len(questions),
    )


def a_question(
    place: int, kind: QuestionKind, right: list[str], languages: tuple[str, ...] = ("it", "en")
) -> QuestionIn:
    def words(language: str) -> dict[str, Any]:
        return {
            "prompt": f"{place} ({language})",
            "explanation": "Perché sì." if language == "it" else "Because.",
            "options": [{"id": one, "text": f"{one} ({language})"} for one in OPTIONS],
            "accepted": ["Portavoce"],
        }

    return QuestionIn(kind=kind, right=right, texts={language: words(language) for language in languages})


def lessons_of(ctx: Ctx, version_id: str) -> list[Lesson]:
    wanted = select(Lesson).where(Lesson.version_id == version_id).order_by(col(Lesson.position))
    return list(ctx.session.scalars(wanted))
