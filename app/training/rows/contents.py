"""What a version says, as one value: read to copy it, to judge it, to freeze it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.context import Ctx
from app.errors import NotFound
from app.models import CourseText, CourseVersion, Lesson, LessonText, Question
from app.training.rows import lessons
from app.training.rules.content import (
    Content,
    CourseWords,
    LessonWords,
    Option,
    QuestionWords,
    WrittenLesson,
    WrittenQuestion,
)


def content(ctx: Ctx, version: CourseVersion) -> Content:
    """Return all that a version says, its lessons in their order."""
    wanted = select(Lesson).where(col(Lesson.version_id) == version.id).order_by(col(Lesson.position))
    return Content(
        passing_score=version.passing_score,
        max_attempts=version.max_attempts,
        asks=version.asks,
        texts=texts(ctx, version.id),
        lessons=_written(ctx, ctx.session.scalars(wanted).all()),
    )


def texts(ctx: Ctx, version_id: str) -> dict[str, CourseWords]:
    """Return title, summary and why of a version by language."""
    wanted = select(CourseText).where(col(CourseText.version_id) == version_id)
    rows = ctx.session.scalars(wanted.order_by(col(CourseText.language).desc()))
    return {row.language: CourseWords(row.title, row.summary, row.why) for row in rows}


def lesson(ctx: Ctx, version_id: str, key: str) -> tuple[Lesson, WrittenLesson]:
    """Return a lesson of a version, as a row and as what it says; NotFound if it has none of this key."""
    wanted = select(Lesson).where(col(Lesson.version_id) == version_id, col(Lesson.key) == key)
    row = ctx.session.scalars(wanted).first()
    if row is None:
        raise NotFound
    return row, _written(ctx, [row])[0]


def _written(ctx: Ctx, rows: Sequence[Lesson]) -> list[WrittenLesson]:
    ids = [row.id for row in rows]
    words: dict[str, dict[str, LessonWords]] = defaultdict(dict)
    for text in ctx.session.scalars(_texts(ids)):
        words[text.lesson_id][text.language] = LessonWords(text.title, text.body)
    asked: dict[str, list[WrittenQuestion]] = defaultdict(list)
    for question, spoken in lessons.questions(ctx, ids):
        asked[question.lesson_id].append(_question(question, spoken))
    return [WrittenLesson(row.key, row.minutes, row.draws, row.own_quiz, words[row.id], asked[row.id]) for row in rows]


def _question(question: Question, spoken: Sequence[Any]) -> WrittenQuestion:
    ordered = sorted(spoken, key=lambda text: text.language, reverse=True)
    words = {
        text.language: QuestionWords(
            text.prompt, text.explanation, [Option(**option) for option in text.options], list(text.accepted)
        )
        for text in ordered
    }
    return WrittenQuestion(question.kind, list(question.right), words)


def _texts(lesson_ids: Collection[str]) -> Any:
    wanted = select(LessonText).where(col(LessonText.lesson_id).in_(lesson_ids))
    return wanted.order_by(col(LessonText.language).desc())
