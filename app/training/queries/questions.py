"""What the people who write a course learn of its questions: which of them many miss, never who."""

from collections.abc import Sequence
from typing import NamedTuple

from app.authz import Permission
from app.context import Ctx
from app.models import Course, CourseVersion, QuestionText
from app.training.queries.courses import spoken
from app.training.queries.coverage import on_show
from app.training.rows import lessons, misses
from app.training.rules.misses import Missed, missed_by, told

_HARDEST_FIRST = (Missed.MOST, Missed.MANY, Missed.SOME, Missed.FEW, None)


class AskedQuestion(NamedTuple):
    """A question of a course; ``missed`` is None where fewer than five people have answered it."""

    prompt: str
    language: str
    lesson: str
    missed: Missed | None


class AskedQuestions(NamedTuple):
    """The questions of the version that can be taken now, those most missed first."""

    course: Course
    version: CourseVersion
    questions: list[AskedQuestion]


def asked(ctx: Ctx, course_id: str, preferred: str) -> AskedQuestions:
    """Return how the questions of a course are answered, in the company as a whole; NotFound if none can be taken."""
    ctx.require(Permission.WRITE_TRAINING)
    course, version = on_show(ctx, course_id)
    found = missed_by(misses.finished(ctx, version))
    rows = lessons.of_version(ctx, version.id)
    language = spoken(lessons.texts(ctx, version.id), [preferred])
    titles, keys = lessons.titles(ctx, version.id, language), {row.id: row.key for row in rows}
    questions = [
        AskedQuestion(
            _prompt(texts, language), language, titles[keys[question.lesson_id]], told(found.get(question.id, []))
        )
        for question, texts in lessons.questions(ctx, list(keys))
    ]
    questions.sort(key=lambda one: _HARDEST_FIRST.index(one.missed))
    return AskedQuestions(course, version, questions)


def _prompt(texts: Sequence[QuestionText], language: str) -> str:
    return next(text.prompt for text in texts if text.language == language)
