"""A published course of three lessons and four questions in Italian and English, made from the models."""

from datetime import date
from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from app.context import Ctx
from app.models import (
    Course,
    CourseAudience,
    CourseText,
    CourseVersion,
    Lesson,
    LessonText,
    Question,
    QuestionText,
)
from app.models.types import new_id
from app.training.rules import course as rules
from app.training.rules.course import Asks, CourseState
from app.training.rules.quiz import QuestionKind
from app.training.services import enrolling
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
    audience = facts.pop("audience", [])
    of_course = {name: facts.pop(name) for name in list(facts) if name in Course.model_fields}
    course = Course(**{"name": "Parlare dell’azienda", "created_at": ctx.now, **of_course})
    ctx.session.add(course)
    ctx.session.flush()
    ctx.session.add_all(CourseAudience(course_id=course.id, **row) for row in audience)
    return add_version(ctx, course.id, **facts)


def add_version(
    ctx: Ctx,
    course_id: str,
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
    before = _before(ctx, course_id)
    number = 1 + max((one.number for one in before), default=0)
    _supersede(ctx, course_id)
    version = CourseVersion(
        course_id=course_id,
        number=number,
        state=CourseState.PUBLISHED,
        asks=asks,
        asks_by=asks_by,
        content_sha256=f"{number:064d}",
        published_at=ctx.now,
        created_at=ctx.now,
        **facts,
    )
    ctx.session.add(version)
    ctx.session.flush()
    for language in languages:
        ctx.session.add(CourseText(version_id=version.id, language=language, title=TITLES[language], why="Serve a te."))
    old = _lessons(ctx, before[-1].id) if before else []
    for position in range(lessons):
        previous = old[position] if position < len(old) else None
        hashed = previous.content_sha256 if previous and position not in changed else f"{number}{position}" * 32
        known = previous and rules.LessonBefore(previous.content_sha256 or "", previous.counts_from)
        lesson = Lesson(
            version_id=version.id,
            key=previous.key if previous else new_id(),
            position=position,
            minutes=5,
            content_sha256=hashed,
            counts_from=rules.counts_from(number, asks, hashed or "", known),
            own_quiz=own_quiz and position == 0,
            draws=len(questions) if position == 0 and not own_quiz else 0,
        )
        ctx.session.add(lesson)
        ctx.session.flush()
        for language in languages:
            title = LESSONS[language][position % 3]
            body = f"## {title}\n\nTesto della lezione."
            ctx.session.add(LessonText(lesson_id=lesson.id, language=language, title=title, body=body))
        if position == 0:
            _add_questions(ctx, lesson, questions, languages)
    ctx.session.flush()
    enrolling.ask(ctx, version)
    return version


def lessons_of(ctx: Ctx, version_id: str) -> list[Lesson]:
    return _lessons(ctx, version_id)


def _supersede(ctx: Ctx, course_id: str) -> None:
    ctx.session.execute(
        update(CourseVersion)
        .where(col(CourseVersion.company_id) == ctx.company_id, col(CourseVersion.course_id) == course_id)
        .values(state=CourseState.SUPERSEDED)
    )


def _add_questions(ctx: Ctx, lesson: Lesson, questions: Any, languages: tuple[str, ...]) -> None:
    for position, (kind, right) in enumerate(questions):
        question = Question(lesson_id=lesson.id, position=position, kind=kind, right=right)
        ctx.session.add(question)
        ctx.session.flush()
        for language in languages:
            ctx.session.add(
                QuestionText(
                    question_id=question.id,
                    language=language,
                    prompt=f"{position} ({language})",
                    explanation="Perché sì." if language == "it" else "Because.",
                    options=[{"id": one, "text": f"{one} ({language})", "because": ""} for one in OPTIONS],
                    accepted=["Portavoce"],
                )
            )


def _before(ctx: Ctx, course_id: str) -> list[CourseVersion]:
    wanted = select(CourseVersion).where(CourseVersion.course_id == course_id).order_by(col(CourseVersion.number))
    return list(ctx.session.scalars(wanted))


def _lessons(ctx: Ctx, version_id: str) -> list[Lesson]:
    wanted = select(Lesson).where(Lesson.version_id == version_id).order_by(col(Lesson.position))
    return list(ctx.session.scalars(wanted))
