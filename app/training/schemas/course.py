"""Input and output of courses, their versions, lessons and questions, shared by the API and the pages' forms."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from app.duties.schemas.audience import AudienceIn
from app.schemas.base import Day, Id, Input, Language, Name, Note, Output, Printable, Sha256, UnixLines
from app.schemas.merge import NotNull
from app.training.rules.content import (
    CourseWords,
    LessonWords,
    Option,
    QuestionWords,
    WrittenLesson,
    WrittenQuestion,
    fingerprint,
)
from app.training.rules.course import Asks, CourseState
from app.training.rules.quiz import LONGEST_ANSWER, MOST_OPTIONS, QuestionKind
from app.training.rules.starter import Starter
from app.training.schemas.enrolment import ExternalId

MOST_LESSONS = 60
MOST_QUESTIONS = 60
MOST_CHARACTERS = 50_000
"""Of a lesson in one language: more is two lessons."""

Words = Annotated[str, StringConstraints(max_length=4000), Printable, UnixLines]
Body = Annotated[str, StringConstraints(max_length=MOST_CHARACTERS), Printable, UnixLines]
Answer = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ANSWER), Printable]
OptionId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,36}$", max_length=36), Field(examples=["a"])]

DueDays = Annotated[int, Field(ge=1, le=365, description="Days to finish it, from when a person is enrolled.")]
ValidMonths = Annotated[int, Field(ge=1, le=120, description="How long a certificate is valid; for ever without.")]
RenewalDays = Annotated[int, Field(ge=0, le=365, description="Days before its end when the course is asked again.")]
PassingScore = Annotated[int, Field(ge=1, le=100, description="Right answers of a hundred that pass the final quiz.")]
MaxAttempts = Annotated[int, Field(ge=1, le=100, description="Attempts at the final quiz; without a limit if null.")]
Minutes = Annotated[int, Field(ge=1, le=600, description="Minutes of work that a lesson is recognised with.")]


class CourseIn(AudienceIn):
    """A new course. It starts with a draft: an empty one, or one of the starter courses, to be edited."""

    name: Name = Field(examples=["Speaking about the company"])
    external_id: ExternalId | None = None
    mandatory: bool = Field(True, description="For the company to decide. Only then are people reminded.")
    open_to_all: bool = Field(False, description="People for whom it is not meant may choose it.")
    due_days: DueDays = 30
    valid_months: ValidMonths | None = None
    renewal_days: RenewalDays = 30
    starter: Starter | None = Field(None, description="The starter course that the first draft is made from.")


class CourseChange(Input):
    """What is left out stays."""

    name: Annotated[Name | None, NotNull] = None
    external_id: ExternalId | None = None
    mandatory: Annotated[bool | None, NotNull] = None
    open_to_all: Annotated[bool | None, NotNull] = None
    due_days: Annotated[DueDays | None, NotNull] = None
    valid_months: ValidMonths | None = None
    renewal_days: Annotated[RenewalDays | None, NotNull] = None


class CourseOut(Output):
    id: Id
    name: str = Field(max_length=200)
    external_id: str | None
    mandatory: bool
    open_to_all: bool
    due_days: int
    valid_months: int | None
    renewal_days: int
    archived_at: datetime | None
    row_version: int
    created_at: datetime


class PrerequisitesIn(Input):
    """The courses that have to be passed first."""

    course_ids: Annotated[list[Id], Field(max_length=20)]


class CourseWordsIn(Input):
    title: Name
    summary: Words = ""
    why: Words = Field("", description="Why it is asked, in a sentence that people read before they begin.")

    def words(self) -> CourseWords:
        """Return them as a version keeps them."""
        return CourseWords(self.title, self.summary, self.why)


class CourseVersionChange(Input):
    """What is left out stays; ``texts`` replaces all languages. Only a draft can be changed."""

    passing_score: Annotated[PassingScore | None, NotNull] = None
    max_attempts: MaxAttempts | None = None
    asks: Annotated[Asks | None, NotNull] = None
    asks_by: Day | None = None
    texts: Annotated[dict[Language, CourseWordsIn] | None, Field(min_length=1), NotNull] = None


class OptionIn(Input):
    id: OptionId
    text: Annotated[str, StringConstraints(min_length=1, max_length=1000), Printable, UnixLines]
    because: Words = Field("", description="Why it is right or wrong: shown after the answer.")


class QuestionWordsIn(Input):
    prompt: Words
    explanation: Words = ""
    options: Annotated[list[OptionIn], Field(max_length=MOST_OPTIONS)] = Field(default_factory=list)
    accepted: Annotated[list[Answer], Field(max_length=50)] = Field(default_factory=list)

    def words(self) -> QuestionWords:
        """Return them as a version keeps them."""
        options = [Option(one.id, one.text, one.because) for one in self.options]
        return QuestionWords(self.prompt, self.explanation, options, self.accepted)


class QuestionIn(Input):
    kind: QuestionKind
    right: Annotated[list[OptionId], Field(max_length=MOST_OPTIONS)] = Field(
        default_factory=list, description="Ids of the right options; all of them in their order for an ordering."
    )
    texts: Annotated[dict[Language, QuestionWordsIn], Field(min_length=1)]

    def written(self) -> WrittenQuestion:
        """Return the question as a version keeps it."""
        return WrittenQuestion(self.kind, self.right, {one: words.words() for one, words in self.texts.items()})


class LessonWordsIn(Input):
    title: Name
    body: Body = Field("", description="Markdown.")


class LessonIn(Input):
    """A whole lesson, with its questions. Only a draft can be written on."""

    minutes: Minutes = 5
    draws: Annotated[int, Field(ge=0, le=MOST_QUESTIONS)] = Field(
        0, description="How many of its questions an attempt at the final quiz takes."
    )
    own_quiz: bool = Field(False, description="It is done by answering its questions.")
    texts: Annotated[dict[Language, LessonWordsIn], Field(min_length=1)]
    questions: Annotated[list[QuestionIn], Field(max_length=MOST_QUESTIONS)] = Field(default_factory=list)

    def written(self, key: str) -> WrittenLesson:
        """Return the lesson as a version keeps it under this key."""
        texts: dict[str, LessonWords] = {
            language: LessonWords(words.title, words.body) for language, words in self.texts.items()
        }
        questions = [question.written() for question in self.questions]
        return WrittenLesson(key, self.minutes, self.draws, self.own_quiz, texts, questions)


class LessonOrderIn(Input):
    """All lessons of the version, in their new order."""

    keys: Annotated[list[Id], Field(max_length=MOST_LESSONS)]


class OptionOut(Output):
    id: str
    text: str
    because: str


class QuestionWordsOut(Output):
    prompt: str
    explanation: str
    options: list[OptionOut]
    accepted: list[str]


class QuestionOut(Output):
    kind: QuestionKind
    right: list[str]
    texts: dict[Language, QuestionWordsOut]


class LessonWordsOut(Output):
    title: str
    body: str


class LessonOut(Output):
    """A lesson as it was written; its ETag is ``sha256``."""

    key: Id
    minutes: int
    draws: int
    own_quiz: bool
    sha256: Sha256
    texts: dict[Language, LessonWordsOut]
    questions: list[QuestionOut]

    @classmethod
    def of(cls, lesson: WrittenLesson) -> Self:
        """Return a lesson with its fingerprint."""
        return cls.model_validate({**asdict(lesson), "sha256": fingerprint(lesson)})


class CourseWordsOut(Output):
    title: str
    summary: str
    why: str


class CourseVersionOut(Output):
    id: Id
    course_id: Id
    number: int
    state: CourseState
    asks: Asks
    asks_by: Day | None
    passing_score: int
    max_attempts: int | None
    content_sha256: Sha256 | None
    published_at: datetime | None
    row_version: int


class CourseContentOut(CourseVersionOut):
    """A version with all that it says. ``sha256`` is its fingerprint now, which publishing asks for."""

    sha256: Sha256
    texts: dict[Language, CourseWordsOut]
    lessons: list[LessonOut]


class PublishCourseIn(Input):
    """The fingerprint of what was looked at: nothing is published that nobody saw."""

    sha256: Sha256


class WithdrawCourseIn(Input):
    reason: Note = Field(examples=["It names a channel that we closed."])
