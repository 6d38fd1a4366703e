"""What keeps a version from publication, in words, each with the way to the place where it is put right."""

import re
from dataclasses import dataclass

from app.errors import FieldError
from app.training.queries.catalogue import Written
from app.web.errors import worded

_LESSON = re.compile(r"/lessons/(\d+)")
_QUESTION = re.compile(r"/lessons/\d+/questions/(\d+)")
_LANGUAGE = re.compile(r"/texts/(\w+)")


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing to put right; ``lesson`` is its number from 1, ``question`` too, 0 where it is not about one."""

    text: str
    href: str
    lesson: int
    question: int
    language: str


def missing(language: str, written: Written) -> list[Missing]:
    """Return everything that is missing in this version, in the reader's language."""
    return [_one(language, written, error) for error in written.shortcomings]


def _one(language: str, written: Written, error: FieldError) -> Missing:
    lesson, question = _LESSON.match(error.pointer), _QUESTION.match(error.pointer)
    spoken = _LANGUAGE.search(error.pointer)
    href = f"/company/courses/versions/{written.version.id}"
    if lesson:
        href += f"/lessons/{written.content.lessons[int(lesson[1])].key}"
    if question:
        href += f"/questions/{question[1]}"
    if spoken:
        href += f"?language={spoken[1]}"
    return Missing(
        text=worded(language, error),
        href=href,
        lesson=int(lesson[1]) + 1 if lesson else 0,
        question=int(question[1]) + 1 if question else 0,
        language=spoken[1] if spoken else "",
    )
