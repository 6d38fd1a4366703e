"""What a course asks of people, and what they did: enrolments, events and attempts at a quiz."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.models.base import TenantOwned, column, personal, within_company
from app.models.duty import Duty
from app.models.types import ID, UtcDateTime, words_of
from app.training.rules.enrolment import EnrolmentState

TRAINING: Any = {"purpose": "training", "basis": "6(1)(b)", "erase": "delete"}


ONCE = ("company_id", "enrolment_id", "version_id", "cycle", "kind", "lesson_key")
"""The columns that keep a lesson from being done twice; other events have no lesson, and repeat."""


class Enrolment(Duty, table=True):
    """One course asked of one person, or chosen by them (``voluntary``: then nobody is reminded).

    The row stays the same through renewals and new versions; ``version_id`` is the version that the person follows.
    ``cycle`` rises when the course is asked again from the start, because what was passed is about to expire.
    ``help_asked_at`` is since when the person would like to talk the course over, whatever they have done of it.
    """

    __table_args__ = (
        within_company("course_id", "course"),
        within_company("version_id", "course_version"),
        within_company("person_id", "person"),
        sa.UniqueConstraint("company_id", "course_id", "person_id"),
        sa.Index(None, "company_id", "person_id", "state"),
        sa.Index(None, "company_id", "course_id", "state", "due_on"),
    )

    course_id: str = column(ID)
    version_id: str = column(ID)
    state: EnrolmentState = column(words_of(EnrolmentState), EnrolmentState.ASSIGNED, info=personal("act", **TRAINING))
    voluntary: bool = column(sa.Boolean(), False, info=personal("act", **TRAINING))
    cycle: int = column(sa.Integer(), 1)
    help_asked_at: datetime | None = column(UtcDateTime(), None, nullable=True, info=personal("act", **TRAINING))
    exempted_because: str = column(sa.Text(), "", info=personal("answer", **TRAINING))


class TrainingEventKind(StrEnum):
    ENROLLED = "enrolled"
    LESSON_DONE = "lesson_done"
    PASSED = "passed"
    EXEMPTED = "exempted"
    CANCELLED = "cancelled"
    RENEWED = "renewed"


class EventSource(StrEnum):
    """Where an event came from; programs that speak xAPI, cmi5 or SCORM become sources of their own."""

    PAGE = "page"
    API = "api"
    SYSTEM = "system"


class TrainingEvent(TenantOwned, table=True):
    """One thing that happened in an enrolment; what is shown is derived from these rows, which are never rewritten.

    ``at`` is when it happened, ``recorded_at`` when we learned of it: a program may tell late. In one cycle of an
    enrolment a lesson of a version is done once.
    """

    __tablename__ = "training_event"
    __table_args__ = (
        within_company("enrolment_id", "enrolment"),
        within_company("version_id", "course_version"),
        sa.UniqueConstraint("company_id", "external_id"),
        sa.Index(None, "company_id", "enrolment_id", "at"),
        sa.Index("ix_training_event_once", *ONCE, unique=True),
    )

    enrolment_id: str = column(ID)
    version_id: str = column(ID)
    cycle: int = column(sa.Integer(), 1)
    kind: TrainingEventKind = column(words_of(TrainingEventKind), info=personal("act", **TRAINING))
    lesson_key: str | None = column(ID, None, nullable=True, info=personal("act", **TRAINING))
    language: str | None = column(sa.String(2), None, nullable=True, info=personal("act", **TRAINING))
    attempt_id: str | None = column(ID, None, nullable=True)
    source: EventSource = column(words_of(EventSource))
    recorded_by: str = column(ID)
    external_id: str | None = column(sa.String(64), None, nullable=True)
    at: datetime = column(UtcDateTime(), info=personal("act", **TRAINING))
    recorded_at: datetime = column(UtcDateTime())


class QuizAttempt(TenantOwned, table=True):
    """One attempt at the final quiz, or at the quiz of a lesson (``lesson_key``, empty for the final one).

    ``questions`` are frozen when it begins, with their right answers and in the order shown; ``answers`` are by id of
    the question. Nobody but the person reads either.
    """

    __tablename__ = "quiz_attempt"
    __table_args__ = (
        within_company("enrolment_id", "enrolment"),
        within_company("version_id", "course_version"),
        sa.UniqueConstraint("company_id", "enrolment_id", "version_id", "lesson_key", "number"),
    )

    enrolment_id: str = column(ID)
    version_id: str = column(ID)
    cycle: int = column(sa.Integer(), 1)
    lesson_key: str = column(ID, "")
    number: int = column(sa.Integer())
    passing_score: int = column(sa.Integer())
    questions: list[dict[str, Any]] = column(sa.JSON())
    answers: dict[str, list[str]] = column(sa.JSON(), info=personal("answer", **TRAINING))
    started_at: datetime = column(UtcDateTime(), info=personal("act", **TRAINING))
    finished_at: datetime | None = column(UtcDateTime(), None, nullable=True, info=personal("act", **TRAINING))
    passed: bool | None = column(sa.Boolean(), None, nullable=True, info=personal("answer", **TRAINING))
