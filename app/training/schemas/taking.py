"""Input of a person who takes a course."""

from typing import Annotated

from pydantic import Field, StringConstraints

from app.schemas.base import Id, Input, Language
from app.training.rules.quiz import MOST_OPTIONS

Given = Annotated[str, StringConstraints(max_length=1000)]


class LanguageIn(Input):
    """The language in which the lesson was shown."""

    language: Language = "it"


class BeginIn(LanguageIn):
    """Whose quiz is begun: that of a lesson, or the final one."""

    lesson_key: Id | None = None


class AnswerIn(LanguageIn):
    """An answer: ids of options, for an ordering all of them in the order chosen, or one text."""

    question_id: Id
    given: Annotated[list[Given], Field(max_length=MOST_OPTIONS)] = Field(default_factory=list)
