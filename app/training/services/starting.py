"""The starter courses as they come with the product (app/training/starter): one file for each lesson."""

import tomllib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from app.training.rules.content import Content, CourseWords
from app.training.rules.course import Asks
from app.training.rules.starter import Starter
from app.training.schemas.course import CourseWordsIn, LessonIn

LANGUAGES = ("it", "en")


@cache
def content(starter: Starter) -> Content:
    """Return what a starter course says, in Italian and English."""
    folder = files("app.training").joinpath("starter", starter.value)
    lessons = sorted((file for file in folder.iterdir() if file.name[0].isdigit()), key=lambda file: file.name)
    course = tomllib.loads(folder.joinpath("course.toml").read_text(encoding="utf-8"))
    return Content(
        passing_score=course["passing_score"],
        max_attempts=None,
        asks=Asks.KEEP,
        texts={language: _words(course[language]) for language in LANGUAGES},
        lessons=[_lesson(file).written(_key(starter, file.name)) for file in lessons],
    )


def _words(said: dict[str, str]) -> CourseWords:
    return CourseWordsIn(**said).words()


def _key(starter: Starter, name: str) -> str:
    """Return the key of a lesson: the same in every company, so that copies of it are known as such."""
    return str(uuid5(NAMESPACE_URL, f"portavoce/starter/{starter.value}/{name}"))


def _lesson(file: Traversable) -> LessonIn:
    said = tomllib.loads(file.read_text(encoding="utf-8"))
    questions = [_in_languages(question) for question in said.pop("questions", [])]
    return LessonIn(questions=questions, **_in_languages(said))


def _in_languages(said: dict[str, Any]) -> dict[str, Any]:
    texts = {language: said[language] for language in LANGUAGES}
    return {"texts": texts, **{name: value for name, value in said.items() if name not in LANGUAGES}}
