"""Storing what a version says: lessons, texts and questions as rows. Callers hold the draft (drafts.py)."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select

from app.context import Ctx
from app.models import CourseText, CourseVersion, Lesson, LessonText, Question, QuestionText
from app.training.rules.content import Content, CourseWords, WrittenLesson, WrittenQuestion


def put_content(ctx: Ctx, version: CourseVersion, content: Content) -> None:
    """Store all that a new version says."""
    for language, words in content.texts.items():
        put_text(ctx, version.id, language, words)
    for position, lesson in enumerate(content.lessons):
        put_lesson(ctx, Lesson(version_id=version.id, key=lesson.key, position=position), lesson)


def put_text(ctx: Ctx, version_id: str, language: str, words: CourseWords) -> None:
    """Store title, summary and why in one language, instead of those that stand."""
    wanted = select(CourseText).where(col(CourseText.version_id) == version_id, col(CourseText.language) == language)
    text = ctx.session.scalars(wanted).first() or CourseText(version_id=version_id, language=language, title="")
    text.title, text.summary, text.why = words.title, words.summary, words.why
    ctx.session.add(text)


def put_lesson(ctx: Ctx, row: Lesson, lesson: WrittenLesson) -> None:
    """Store all that a lesson says in its row, new or known, instead of what stands there."""
    clear_lessons(ctx, [row.id])
    row.minutes, row.draws, row.own_quiz = lesson.minutes, lesson.draws, lesson.own_quiz
    ctx.session.add(row)
    ctx.session.flush()
    ctx.session.add_all(
        LessonText(lesson_id=row.id, language=language, title=words.title, body=words.body)
        for language, words in lesson.texts.items()
    )
    for position, question in enumerate(lesson.questions):
        _add_question(ctx, row.id, position, question)


def clear_lessons(ctx: Ctx, lesson_ids: Collection[str]) -> None:
    """Delete what lessons say and ask; their rows stay."""
    asked = select(Question.id).where(col(Question.lesson_id).in_(lesson_ids))
    _delete(ctx, QuestionText, col(QuestionText.question_id).in_(asked))
    _delete(ctx, Question, col(Question.lesson_id).in_(lesson_ids))
    _delete(ctx, LessonText, col(LessonText.lesson_id).in_(lesson_ids))


def clear_languages(ctx: Ctx, version_id: str, kept: Collection[str]) -> None:
    """Delete what a version says in all but these languages."""
    of_version = select(Lesson.id).where(col(Lesson.version_id) == version_id)
    asked = select(Question.id).where(col(Question.lesson_id).in_(of_version))
    for model, theirs in (
        (QuestionText, col(QuestionText.question_id).in_(asked)),
        (LessonText, col(LessonText.lesson_id).in_(of_version)),
        (CourseText, col(CourseText.version_id) == version_id),
    ):
        _delete(ctx, model, theirs, col(model.language).not_in(kept))


def _add_question(ctx: Ctx, lesson_id: str, position: int, question: WrittenQuestion) -> None:
    row = Question(lesson_id=lesson_id, position=position, kind=question.kind, right=list(question.right))
    ctx.session.add(row)
    ctx.session.flush()
    ctx.session.add_all(
        QuestionText(
            question_id=row.id,
            language=language,
            prompt=words.prompt,
            explanation=words.explanation,
            options=[asdict(option) for option in words.options],
            accepted=list(words.accepted),
        )
        for language, words in question.texts.items()
    )


def _delete(ctx: Ctx, model: Any, *which: Any) -> None:
    ctx.session.execute(delete(model).where(col(model.company_id) == ctx.company_id, *which))
