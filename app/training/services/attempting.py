"""Attempts at a quiz: questions drawn and frozen, answers scored on the server, one result for each attempt."""

from collections.abc import Sequence
from random import Random, SystemRandom
from typing import Any

from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict, FieldError, Invalid, NotFound
from app.models import CourseVersion, Enrolment, QuizAttempt
from app.training.rows import attempts, lessons
from app.training.rules import attempt as rules
from app.training.rules.enrolment import DONE
from app.training.rules.quiz import drawn
from app.training.services import taking
from app.wording import N_

_CHANCE = SystemRandom()
_FAULTS = {
    "nothing_answered": N_("Answer first. If you are not sure, choose what seems right: you can try again."),
    "order_incomplete": N_("Give each line its own place: one stands twice, or has none."),
    "unknown_option": N_("This answer does not belong to the question. Choose one of those shown."),
}


def begin(ctx: Ctx, course_id: str, lesson_key: str = "") -> QuizAttempt:
    """Begin an attempt at the final quiz, or at that of a lesson; one that is not finished goes on.

    Conflict ``lessons_first`` while lessons are still to do, ``no_attempts_left`` after as many as the course allows.
    """
    ctx.require(Permission.TAKE_COURSES)
    enrolment = taking.own(ctx, course_id)
    if enrolment.state in DONE:
        raise Conflict("already_passed", N_("You have passed this course already. Nothing is left to answer."))
    version = taking.take(ctx, enrolment)
    earlier = attempts.of_quiz(ctx, enrolment, lesson_key)
    if earlier and earlier[-1].finished_at is None:
        return earlier[-1]
    pools = _pools(ctx, enrolment, lesson_key)
    if not lesson_key:
        _refuse_beyond(version, earlier)
    attempt = QuizAttempt(
        enrolment_id=enrolment.id,
        version_id=version.id,
        cycle=enrolment.cycle,
        lesson_key=lesson_key,
        number=attempts.next_number(ctx, enrolment, lesson_key),
        passing_score=version.passing_score,
        questions=_frozen(ctx, pools, _CHANCE),
        answers={},
        started_at=ctx.now,
    )
    ctx.session.add(attempt)
    return attempt


def answer(ctx: Ctx, attempt_id: str, question_id: str, given: Sequence[str], language: str) -> QuizAttempt:
    """Record an answer to one question; the last one ends the attempt. The first answer to a question stands.

    Invalid for what is no answer. Conflict ``course_changed`` for an attempt at a version that is not the one to take
    any more, ``course_withdrawn`` if there is none.
    """
    ctx.require(Permission.TAKE_COURSES)
    attempt, enrolment = attempts.own(ctx, attempt_id, locked=True)
    question = next((one for one in attempt.questions if one["id"] == question_id), None)
    if question is None:
        raise NotFound
    if question_id in attempt.answers:
        return attempt
    if taking.take(ctx, enrolment).id != attempt.version_id:
        detail = N_("The course has a new version. Your lessons count as before; begin its quiz anew.")
        raise Conflict("course_changed", detail)
    fault = rules.fault(question, given)
    if fault:
        raise Invalid([FieldError("/given", fault, _FAULTS[fault])])
    attempt.answers = {**attempt.answers, question_id: rules.kept(question, given)}
    if rules.next_question(attempt.questions, attempt.answers) is None:
        _finish(ctx, attempt, enrolment, language)
    return attempt


def _finish(ctx: Ctx, attempt: QuizAttempt, enrolment: Enrolment, language: str) -> None:
    attempt.finished_at = ctx.now
    attempt.passed = rules.score(attempt.questions, attempt.answers, attempt.passing_score).passed
    if attempt.passed and attempt.lesson_key:
        taking.lesson_done(ctx, enrolment, attempt.lesson_key, language, attempt_id=attempt.id)
    elif attempt.passed:
        taking.complete(ctx, enrolment, language=language, attempt_id=attempt.id)


def _pools(ctx: Ctx, enrolment: Enrolment, lesson_key: str) -> list[tuple[Any, int]]:
    """Return the lessons that questions are drawn from, with how many; of a lesson's own quiz it is all of them."""
    if lesson_key:
        lesson = lessons.of_key(ctx, enrolment.version_id, lesson_key)
        if not lesson.own_quiz:
            raise NotFound
        return [(lesson, 0)]
    pools = [(lesson, lesson.draws) for lesson in lessons.of_version(ctx, enrolment.version_id) if lesson.draws]
    if not pools:
        raise NotFound
    if lessons.how_far(ctx, enrolment).next_key is not None:
        raise Conflict("lessons_first", N_("The quiz comes after the lessons. Finish those that are left first."))
    return pools


def _refuse_beyond(version: CourseVersion, earlier: Sequence[QuizAttempt]) -> None:
    if version.max_attempts is not None and len(earlier) >= version.max_attempts:
        detail = N_("You have tried as often as the course allows. Ask the people who look after training for help.")
        raise Conflict("no_attempts_left", detail)


def _frozen(ctx: Ctx, pools: Sequence[tuple[Any, int]], chance: Random) -> list[dict[str, Any]]:
    known: dict[str, tuple[str, list[dict[str, Any]]]] = {lesson.id: (lesson.key, []) for lesson, _ in pools}
    for question, texts in lessons.questions(ctx, list(known)):
        key, found = known[question.lesson_id]
        found.append(rules.frozen(question, key, texts, chance))
    return drawn([(known[lesson.id][1], number or len(known[lesson.id][1])) for lesson, number in pools], chance)
