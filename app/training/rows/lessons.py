"""The lessons of a version, its texts and questions, and what somebody has done of them."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import col

from app.context import Ctx
from app.db.prepared import Prepared, in_company
from app.errors import NotFound
from app.models import (
    CourseText,
    CourseVersion,
    Lesson,
    LessonText,
    Question,
    QuestionText,
    TrainingEvent,
    TrainingEventKind,
)
from app.training.rules.progress import Progress, newest, progress

_LESSONS = Prepared(
    select(
        col(Lesson.id),
        col(Lesson.key),
        col(Lesson.minutes),
        col(Lesson.draws),
        col(Lesson.own_quiz),
        col(Lesson.counts_from),
    )
    .where(in_company(Lesson), col(Lesson.version_id) == bindparam("version_id"))
    .order_by(col(Lesson.position))
)
_TITLES = Prepared(
    select(col(Lesson.key), col(LessonText.language), col(LessonText.title)).where(
        in_company(Lesson),
        in_company(LessonText),
        col(Lesson.version_id) == bindparam("version_id"),
        col(LessonText.lesson_id) == col(Lesson.id),
    )
)
_TEXTS = Prepared(
    select(col(CourseText.language), col(CourseText.title), col(CourseText.summary), col(CourseText.why))
    .where(in_company(CourseText), col(CourseText.version_id) == bindparam("version_id"))
    .order_by(col(CourseText.language).desc())
)
_DONE = Prepared(
    select(col(TrainingEvent.lesson_key), col(CourseVersion.number)).where(
        in_company(TrainingEvent),
        in_company(CourseVersion),
        col(TrainingEvent.enrolment_id) == bindparam("enrolment_id"),
        col(TrainingEvent.cycle) == bindparam("cycle"),
        col(TrainingEvent.kind) == TrainingEventKind.LESSON_DONE,
        col(CourseVersion.id) == col(TrainingEvent.version_id),
    )
)


def of_version(ctx: Ctx, version_id: str) -> Sequence[Any]:
    """Return id, key, minutes, draws, own_quiz and counts_from of each lesson, in their order."""
    return _LESSONS(ctx.session, version_id=version_id)


def of_key(ctx: Ctx, version_id: str, key: str) -> Any:
    """Return the same of one lesson; NotFound if the version has none of this key."""
    for lesson in of_version(ctx, version_id):
        if lesson.key == key:
            return lesson
    raise NotFound


def texts(ctx: Ctx, version_id: str) -> dict[str, Any]:
    """Return title, summary and why of a version by language."""
    return {row.language: row for row in _TEXTS(ctx.session, version_id=version_id)}


def titles(ctx: Ctx, version_id: str, language: str) -> dict[str, str]:
    """Return what the lessons of a version are called in this language, by their keys."""
    rows = _TITLES(ctx.session, version_id=version_id)
    return {row.key: row.title for row in rows if row.language == language}


def body(ctx: Ctx, lesson_id: str, language: str) -> str:
    """Return the text of a lesson in this language."""
    wanted = select(col(LessonText.body)).where(
        col(LessonText.lesson_id) == lesson_id, col(LessonText.language) == language
    )
    return str(ctx.session.execute(wanted).scalar_one())


def how_far(ctx: Ctx, enrolment: Any) -> Progress:
    """Return how far somebody is with the version that they follow, in this cycle; ``enrolment`` is a row of one."""
    rows = _DONE(ctx.session, enrolment_id=enrolment.id, cycle=enrolment.cycle)
    done = newest((row.lesson_key, row.number) for row in rows)
    return progress(of_version(ctx, enrolment.version_id), done)


def questions(ctx: Ctx, lesson_ids: Collection[str]) -> Sequence[tuple[Question, list[QuestionText]]]:
    """Return the questions of these lessons with their texts, in their order."""
    wanted = select(Question).where(col(Question.lesson_id).in_(lesson_ids))
    rows = ctx.session.scalars(wanted.order_by(col(Question.lesson_id), col(Question.position))).all()
    spoken = select(QuestionText).where(col(QuestionText.question_id).in_([row.id for row in rows]))
    by_question: dict[str, list[QuestionText]] = {row.id: [] for row in rows}
    for text in ctx.session.scalars(spoken):
        by_question[text.question_id].append(text)
    return [(row, by_question[row.id]) for row in rows]
