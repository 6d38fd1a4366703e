"""An attempt at a quiz as its person sees it, and nobody else: one question at a time, then what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.context import Ctx
from app.errors import NotFound
from app.models import QuizAttempt
from app.training.queries import courses
from app.training.queries.courses import TakenCourse, TakenLesson
from app.training.rows import attempts
from app.training.rules import attempt as rules
from app.training.rules.attempt import Score


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of an attempt in one language; ``given`` and ``right`` only once it is answered."""

    id: str
    number: int
    kind: str
    prompt: str
    explanation: str
    options: list[tuple[str, dict[str, str]]]
    given: list[str] | None
    expected: list[str]
    is_right: bool


@dataclass(frozen=True, slots=True)
class Attempted:
    """An attempt. ``asked`` is the question to show, None at the end; ``answered`` which questions are, in order.

    ``again`` are the lessons that help with what was answered wrongly; ``helps`` says that help is offered.
    """

    id: str
    course: TakenCourse
    lesson: TakenLesson | None
    language: str
    asked: Asked | None
    answered: list[bool]
    score: Score
    finished: bool
    again: list[TakenLesson]
    tries: int
    helps: bool


def attempt(ctx: Ctx, attempt_id: str, number: int | None, preferred: Sequence[str]) -> Attempted:
    """Return an attempt of the actor's with one of its questions: ``number`` (from 1), or the first to answer."""
    ctx.require_person()
    row, enrolment = attempts.own(ctx, attempt_id)
    language = courses.spoken(row.questions[0]["texts"], preferred)
    taken = courses.course(ctx, enrolment.course_id, [language])
    to_read = rules.to_read_again(row.questions, row.answers)
    tries = sum(one.passed is False for one in attempts.of_quiz(ctx, enrolment, row.lesson_key))
    return Attempted(
        id=row.id,
        course=taken,
        lesson=next((one for one in taken.lessons if one.key == row.lesson_key), None),
        language=language,
        asked=_asked(row, number, language),
        answered=[one["id"] in row.answers for one in row.questions],
        score=rules.score(row.questions, row.answers, row.passing_score),
        finished=row.finished_at is not None,
        again=[one for one in taken.lessons if one.key in to_read],
        tries=tries,
        helps=tries >= rules.TRIES_BEFORE_HELP,
    )


def _asked(row: QuizAttempt, number: int | None, language: str) -> Asked | None:
    if number is None:
        following = rules.next_question(row.questions, row.answers)
        if following is None:
            return None
        number = 1 + [one["id"] for one in row.questions].index(following["id"])
    if not 1 <= number <= len(row.questions):
        raise NotFound
    question: Any = row.questions[number - 1]
    text, given = question["texts"][language], row.answers.get(question["id"])
    return Asked(
        id=question["id"],
        number=number,
        kind=question["kind"],
        prompt=text["prompt"],
        explanation=text["explanation"],
        options=[(one, text["options"].get(one, {})) for one in question["options"]],
        given=given,
        expected=[] if given is None else (question["right"] or text["accepted"][:1]),
        is_right=given is not None and rules.answered_right(question, given),
    )
