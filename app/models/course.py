"""Courses: their versions, texts, lessons and questions, whom they are for and what has to come first."""

from datetime import date, datetime

import sqlalchemy as sa

from app.models.audience import AudienceRow, audience_of
from app.models.base import TenantOwned, column, within_company
from app.models.types import HASH, ID, UtcDateTime, words_of
from app.training.rules.course import Asks, CourseState
from app.training.rules.quiz import QuestionKind


class Course(TenantOwned, table=True):
    """What all versions of a course share: the firm's own rules for it.

    ``mandatory`` is for the firm to decide: only then are people reminded and minutes recognised by themselves.
    ``valid_months`` is how long a certificate is valid, for ever without; ``renewal_days`` before its end the course
    is asked again. A copy of another client's course remembers which version it was made from, by ids that lead
    nowhere inside this company.
    """

    __table_args__ = (sa.UniqueConstraint("company_id", "external_id"),)

    name: str = column(sa.String(200))
    external_id: str | None = column(sa.String(64), None, nullable=True)
    mandatory: bool = column(sa.Boolean(), True)
    open_to_all: bool = column(sa.Boolean(), False)
    due_days: int = column(sa.Integer(), 30)
    valid_months: int | None = column(sa.Integer(), None, nullable=True)
    renewal_days: int = column(sa.Integer(), 30)
    origin_company_id: str | None = column(ID, None, nullable=True)
    origin_course_id: str | None = column(ID, None, nullable=True)
    origin_version_id: str | None = column(ID, None, nullable=True)
    archived_at: datetime | None = column(UtcDateTime(), None, nullable=True)
    row_version: int = column(sa.Integer(), 1)
    created_at: datetime = column(UtcDateTime())


class CourseAudience(AudienceRow, table=True):
    """Whom a course is assigned to. Without a row it is everybody in the company."""

    __tablename__ = "course_audience"
    __table_args__ = audience_of("course_id", "course")

    course_id: str = column(ID)


class CoursePrerequisite(TenantOwned, table=True):
    """A course that has to be passed before this one can be begun."""

    __tablename__ = "course_prerequisite"
    __table_args__ = (
        within_company("course_id", "course"),
        within_company("required_id", "course"),
        sa.UniqueConstraint("company_id", "course_id", "required_id"),
    )

    course_id: str = column(ID)
    required_id: str = column(ID)


class CourseVersion(TenantOwned, table=True):
    """One identity in several languages. From publication on its bytes are frozen and ``content_sha256`` is set.

    ``passing_score`` is in per cent; ``max_attempts`` is without a limit where it is missing. ``asks_by`` is the last
    day for a refresher or for taking the course again.
    """

    __tablename__ = "course_version"
    __table_args__ = (
        within_company("course_id", "course"),
        sa.UniqueConstraint("company_id", "course_id", "number"),
        sa.Index(None, "company_id", "course_id", "state"),
    )

    course_id: str = column(ID)
    number: int = column(sa.Integer())
    state: CourseState = column(words_of(CourseState), CourseState.DRAFT)
    asks: Asks = column(words_of(Asks), Asks.KEEP)
    asks_by: date | None = column(sa.Date(), None, nullable=True)
    passing_score: int = column(sa.Integer(), 80)
    max_attempts: int | None = column(sa.Integer(), None, nullable=True)
    content_sha256: str | None = column(HASH, None, nullable=True)
    published_at: datetime | None = column(UtcDateTime(), None, nullable=True)
    published_by: str | None = column(ID, None, nullable=True)
    row_version: int = column(sa.Integer(), 1)
    created_at: datetime = column(UtcDateTime())


class CourseText(TenantOwned, table=True):
    """A version in one language: its title, what it is, and why it is asked."""

    __tablename__ = "course_text"
    __table_args__ = (
        within_company("version_id", "course_version"),
        sa.UniqueConstraint("company_id", "version_id", "language"),
    )

    version_id: str = column(ID)
    language: str = column(sa.String(2))
    title: str = column(sa.String(200))
    summary: str = column(sa.Text(), "")
    why: str = column(sa.Text(), "")


class Lesson(TenantOwned, table=True):
    """One screen of a course. ``key`` stays the same from version to version and in all languages.

    ``draws`` is how many of its questions an attempt at the final quiz takes; a lesson with ``own_quiz`` is done by
    answering its questions, any other when the person says so. ``counts_from`` is the version from which on it must
    have been done to count in this one (training/rules/course.py); it and the fingerprint are set at publication.
    """

    __table_args__ = (
        within_company("version_id", "course_version"),
        sa.UniqueConstraint("company_id", "version_id", "key"),
    )

    version_id: str = column(ID)
    key: str = column(ID)
    position: int = column(sa.Integer())
    minutes: int = column(sa.Integer(), 5)
    draws: int = column(sa.Integer(), 0)
    own_quiz: bool = column(sa.Boolean(), False)
    content_sha256: str | None = column(HASH, None, nullable=True)
    counts_from: int = column(sa.Integer(), 1)


class LessonText(TenantOwned, table=True):
    """A lesson in one language: its title and its body in Markdown."""

    __tablename__ = "lesson_text"
    __table_args__ = (
        within_company("lesson_id", "lesson"),
        sa.UniqueConstraint("company_id", "lesson_id", "language"),
    )

    lesson_id: str = column(ID)
    language: str = column(sa.String(2))
    title: str = column(sa.String(200))
    body: str = column(sa.Text(), "")


class Question(TenantOwned, table=True):
    """A question of a lesson's pool. ``right`` are ids of options, for an ordering all of them in their order."""

    __table_args__ = (within_company("lesson_id", "lesson"), sa.Index(None, "company_id", "lesson_id"))

    lesson_id: str = column(ID)
    position: int = column(sa.Integer())
    kind: QuestionKind = column(words_of(QuestionKind))
    right: list[str] = column(sa.JSON())


class QuestionText(TenantOwned, table=True):
    """A question in one language.

    ``options`` are ``{"id", "text", "because"}`` with the same ids in every language; ``accepted`` are the answers in
    words that count.
    """

    __tablename__ = "question_text"
    __table_args__ = (
        within_company("question_id", "question"),
        sa.UniqueConstraint("company_id", "question_id", "language"),
    )

    question_id: str = column(ID)
    language: str = column(sa.String(2))
    prompt: str = column(sa.Text())
    explanation: str = column(sa.Text(), "")
    options: list[dict[str, str]] = column(sa.JSON())
    accepted: list[str] = column(sa.JSON())
