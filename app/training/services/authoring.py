"""Writing a course version. Only a draft can be written on, and of a course there is one at most.

Lessons are told apart by their keys, which stay the same from version to version. Two authors notice each other by
the fingerprint of the lesson that each of them had before them.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlmodel import col, select

from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict, FieldError, Invalid, NotFound, PreconditionFailed
from app.models import CourseVersion, Lesson
from app.models.types import new_id
from app.platform import audit
from app.platform.audit import Act
from app.training.rows import contents, courses
from app.training.rules.content import Content, LessonWords, WrittenLesson, WrittenQuestion, fingerprint
from app.training.rules.course import Asks, CourseState
from app.training.schemas.course import (
    MOST_LESSONS,
    MOST_QUESTIONS,
    CourseVersionChange,
    LessonIn,
    LessonOrderIn,
    QuestionIn,
)
from app.training.schemas.forms import LessonForm, TitleForm
from app.training.services import writing
from app.wording import N_


def start_version(ctx: Ctx, course_id: str) -> CourseVersion:
    """Start a draft that says what the last version says. Conflict ``draft_exists`` if there is one already."""
    ctx.require(Permission.WRITE_TRAINING)
    course = courses.course(ctx, course_id, locked=True)
    if course.archived_at is not None:
        detail = N_("This course is archived. Start a new course, with this one as its model.")
        raise Conflict("course_archived", detail)
    known = courses.versions(ctx, course_id)
    if any(version.state is CourseState.DRAFT for version in known):
        raise Conflict("draft_exists", N_("There is a draft already. Finish that one, or discard it."))
    said = replace(contents.content(ctx, known[0]), asks=Asks.KEEP)
    return add_version(ctx, course_id, known[0].number + 1, said)


def add_version(ctx: Ctx, course_id: str, number: int, content: Content) -> CourseVersion:
    """Add a draft that says this."""
    version = CourseVersion(
        course_id=course_id,
        number=number,
        passing_score=content.passing_score,
        max_attempts=content.max_attempts,
        created_at=ctx.now,
    )
    ctx.session.add(version)
    ctx.session.flush()
    writing.put_content(ctx, version, content)
    audit.record(ctx, Act.COURSE_VERSION_CREATED, version.id, course_id=course_id)
    ctx.session.flush()
    return version


def change_version(ctx: Ctx, version_id: str, row_version: int, data: CourseVersionChange) -> CourseVersion:
    """Change what a draft asks, and its title; PreconditionFailed if somebody else did since ``row_version``.

    A language that is left out of ``texts`` is taken out of the course, with its lessons and questions.
    """
    version = _touched(ctx, version_id, row_version)
    changes = data.model_dump(exclude_unset=True, exclude={"texts"})
    for name, value in changes.items():
        setattr(version, name, value)
    if data.texts is not None:
        for language, words in data.texts.items():
            writing.put_text(ctx, version_id, language, words.words())
        ctx.session.flush()
        writing.clear_languages(ctx, version_id, data.texts)
    _changed(ctx, version_id, **{name: str(value) for name, value in changes.items()})
    return version


def write_title(ctx: Ctx, version_id: str, language: str, data: TitleForm) -> CourseVersion:
    """Write what a draft is called in one language, which adds the language to the course; refusals as above."""
    version = _touched(ctx, version_id, data.row_version)
    writing.put_text(ctx, version_id, language, data.words())
    _changed(ctx, version_id, language=language)
    return version


def remove_language(ctx: Ctx, version_id: str, language: str, row_version: int) -> CourseVersion:
    """Take a language out of a draft, with its lessons and questions. Conflict for the last one."""
    version = _touched(ctx, version_id, row_version)
    known = set(contents.texts(ctx, version_id))
    if known == {language}:
        raise Conflict("last_language", N_("This is the only language. Add another one before you remove it."))
    writing.clear_languages(ctx, version_id, known - {language})
    _changed(ctx, version_id, removed_language=language)
    return version


def add_lesson(ctx: Ctx, version_id: str, data: LessonIn) -> WrittenLesson:
    """Add a lesson at the end of a draft."""
    _draft(ctx, version_id)
    lesson = data.written(new_id())
    _refuse_other_languages(ctx, version_id, lesson)
    position = len(_rows(ctx, version_id))
    if position >= MOST_LESSONS:
        raise Conflict("too_many_lessons", N_("A course holds no more lessons than this. Start a second course."))
    writing.put_lesson(ctx, Lesson(version_id=version_id, key=lesson.key, position=position), lesson)
    _changed(ctx, version_id, lesson=lesson.key)
    return lesson


def write_lesson(ctx: Ctx, version_id: str, key: str, seen: str, data: LessonIn) -> WrittenLesson:
    """Write a whole lesson; PreconditionFailed if it does not say any more what ``seen`` is the fingerprint of."""
    return _rewrite(ctx, version_id, key, seen, lambda _: data.written(key))


def write_in_language(ctx: Ctx, version_id: str, key: str, language: str, data: LessonForm) -> WrittenLesson:
    """Write a lesson in one language, and what is the same in all; refusals as above."""

    def change(lesson: WrittenLesson) -> WrittenLesson:
        texts = {**lesson.texts, language: LessonWords(data.title, data.body)}
        return replace(lesson, texts=texts, minutes=data.minutes, draws=data.draws, own_quiz=data.own_quiz)

    return _rewrite(ctx, version_id, key, data.seen, change)


def write_question(
    ctx: Ctx, version_id: str, key: str, place: int | None, seen: str, data: QuestionIn
) -> WrittenLesson:
    """Write the question at this place of a lesson (from 0), or add one where there is none; refusals as above."""
    return _with_questions(ctx, version_id, key, seen, place, [data.written()])


def remove_question(ctx: Ctx, version_id: str, key: str, place: int, seen: str) -> WrittenLesson:
    """Take a question out of a lesson; refusals as above."""
    return _with_questions(ctx, version_id, key, seen, place, [])


def remove_lesson(ctx: Ctx, version_id: str, key: str) -> None:
    """Take a lesson out of a draft; what people did of it in earlier versions stays."""
    _draft(ctx, version_id)
    row, _ = contents.lesson(ctx, version_id, key)
    writing.clear_lessons(ctx, [row.id])
    ctx.session.delete(row)
    ctx.session.flush()
    _in_order(ctx, version_id, [one.key for one in _rows(ctx, version_id)])
    _changed(ctx, version_id, removed_lesson=key)


def order_lessons(ctx: Ctx, version_id: str, data: LessonOrderIn) -> None:
    """Put the lessons of a draft in another order. Invalid unless every lesson is named once."""
    _draft(ctx, version_id)
    if sorted(data.keys) != sorted(row.key for row in _rows(ctx, version_id)):
        detail = N_("Name every lesson of the version once. Load the list again: it may have changed.")
        raise Invalid([FieldError("/keys", "order_incomplete", detail)])
    _in_order(ctx, version_id, data.keys)
    _changed(ctx, version_id, order=data.keys)


def move_lesson(ctx: Ctx, version_id: str, key: str, places: int) -> None:
    """Move a lesson so many places towards the end, or the beginning; at either end it stays where it is."""
    _draft(ctx, version_id)
    keys = [row.key for row in _rows(ctx, version_id)]
    if key not in keys:
        raise NotFound
    place = keys.index(key)
    keys.insert(max(place + places, 0), keys.pop(place))
    _in_order(ctx, version_id, keys)
    _changed(ctx, version_id, order=keys)


def discard(ctx: Ctx, version_id: str) -> None:
    """Throw a draft away. Conflict for the first one: a course without a version says nothing, archive it."""
    version = _draft(ctx, version_id)
    if len(courses.versions(ctx, version.course_id)) == 1:
        detail = N_("This is the only version of its course. Archive the course, or go on writing.")
        raise Conflict("only_version", detail)
    clear(ctx, version_id)
    ctx.session.delete(version)
    audit.record(ctx, Act.COURSE_VERSION_DISCARDED, version_id, course_id=version.course_id)


def clear(ctx: Ctx, version_id: str) -> None:
    """Delete everything that a draft says; the draft stays."""
    _draft(ctx, version_id)
    rows = _rows(ctx, version_id)
    writing.clear_lessons(ctx, [row.id for row in rows])
    for row in rows:
        ctx.session.delete(row)
    writing.clear_languages(ctx, version_id, ())
    ctx.session.flush()


def _draft(ctx: Ctx, version_id: str) -> CourseVersion:
    """Return a draft, locked: it cannot be published while it is written on."""
    ctx.require(Permission.WRITE_TRAINING)
    version = courses.version(ctx, version_id, locked=True)
    if version.state is not CourseState.DRAFT:
        raise Conflict("not_a_draft", N_("Only a draft can be written on. Start a new version, then write there."))
    return version


def _touched(ctx: Ctx, version_id: str, row_version: int) -> CourseVersion:
    """Return a draft, counted as changed; PreconditionFailed if it is not the one that the caller read."""
    version = _draft(ctx, version_id)
    if version.row_version != row_version:
        raise PreconditionFailed
    version.row_version += 1
    return version


def _rewrite(
    ctx: Ctx, version_id: str, key: str, seen: str, change: Callable[[WrittenLesson], WrittenLesson]
) -> WrittenLesson:
    """Store a changed lesson. To save the same twice is once, and no conflict."""
    _draft(ctx, version_id)
    row, standing = contents.lesson(ctx, version_id, key)
    lesson = change(standing)
    if lesson == standing:
        return lesson
    if fingerprint(standing) != seen:
        raise PreconditionFailed
    _refuse_other_languages(ctx, version_id, lesson)
    writing.put_lesson(ctx, row, lesson)
    _changed(ctx, version_id, lesson=key)
    return lesson


def _with_questions(
    ctx: Ctx, version_id: str, key: str, seen: str, place: int | None, instead: list[WrittenQuestion]
) -> WrittenLesson:
    """Put other questions in the place of one, or at the end."""

    def change(lesson: WrittenLesson) -> WrittenLesson:
        questions = list(lesson.questions)
        first = len(questions) if place is None else place
        if place is not None and not 0 <= place < len(questions):
            raise NotFound
        if len(questions) >= MOST_QUESTIONS and place is None:
            detail = N_("A lesson holds no more questions than this. Take one out first, or write another lesson.")
            raise Conflict("too_many_questions", detail)
        questions[first : first + 1] = instead
        return replace(lesson, questions=questions)

    return _rewrite(ctx, version_id, key, seen, change)


def _refuse_other_languages(ctx: Ctx, version_id: str, lesson: WrittenLesson) -> None:
    known = contents.texts(ctx, version_id)
    for language in [*lesson.texts, *(one for question in lesson.questions for one in question.texts)]:
        if language not in known:
            detail = N_("The course has no title in this language. Write that first, then its lessons.")
            raise Invalid([FieldError(f"/texts/{language}", "unknown_language", detail)])


def _rows(ctx: Ctx, version_id: str) -> Sequence[Lesson]:
    wanted = select(Lesson).where(col(Lesson.version_id) == version_id)
    return ctx.session.scalars(wanted.order_by(col(Lesson.position))).all()


def _in_order(ctx: Ctx, version_id: str, keys: Sequence[str]) -> None:
    for row in _rows(ctx, version_id):
        row.position = keys.index(row.key)


def _changed(ctx: Ctx, version_id: str, **what: Any) -> None:
    audit.record(ctx, Act.COURSE_VERSION_CHANGED, version_id, **what)
