"""What the pages of an author send: one language at a time, and boxes that are not sent when they are not ticked."""

from typing import Annotated

from pydantic import Field

from app.schemas.base import Day, Input, Language, Name, Sha256
from app.training.rules.course import Asks
from app.training.schemas.course import (
    MOST_QUESTIONS,
    Body,
    CourseIn,
    CourseWordsIn,
    DueDays,
    MaxAttempts,
    Minutes,
    PassingScore,
    RenewalDays,
    ValidMonths,
)

RowVersion = Annotated[int, Field(ge=1, le=2_000_000_000)]


class NewCourseForm(CourseIn):
    mandatory: bool = False


class CourseForm(Input):
    """All that a course asks; what is empty is none."""

    row_version: RowVersion
    name: Name
    mandatory: bool = False
    open_to_all: bool = False
    due_days: DueDays
    valid_months: ValidMonths | None = None
    renewal_days: RenewalDays


class VersionForm(Input):
    """The rules of a draft; without a number of attempts there is no limit."""

    row_version: RowVersion
    passing_score: PassingScore
    max_attempts: MaxAttempts | None = None
    asks: Asks = Asks.KEEP
    asks_by: Day | None = None


class TitleForm(CourseWordsIn):
    """What a draft is called in one language."""

    row_version: RowVersion


class NewLessonForm(Input):
    lesson_title: Name
    language: Language


class LessonForm(Input):
    """A lesson in one language, with what is the same in all; ``seen`` is the fingerprint that the page showed."""

    seen: Sha256
    title: Name
    body: Body = ""
    minutes: Minutes
    draws: Annotated[int, Field(ge=0, le=MOST_QUESTIONS)] = 0
    own_quiz: bool = False
