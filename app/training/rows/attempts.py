"""Attempts at quizzes. They belong to the person alone: nothing here is read for anybody else."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from app.context import Ctx, one_or_404
from app.errors import NotFound
from app.models import Enrolment, QuizAttempt


def own(ctx: Ctx, attempt_id: str, *, locked: bool = False) -> tuple[QuizAttempt, Enrolment]:
    """Return an attempt of the person at work with its enrolment; NotFound for anybody else's."""
    person_id = ctx.require_person()
    attempt = one_or_404(ctx, QuizAttempt, attempt_id)
    enrolment = one_or_404(ctx, Enrolment, attempt.enrolment_id, locked=locked)
    if enrolment.person_id != person_id:
        raise NotFound
    return one_or_404(ctx, QuizAttempt, attempt_id, locked=locked), enrolment


def of_quiz(ctx: Ctx, enrolment: Enrolment, lesson_key: str = "") -> Sequence[QuizAttempt]:
    """Return the attempts at one quiz of the version that somebody follows, in this cycle, the first one first."""
    wanted = select(QuizAttempt).where(
        col(QuizAttempt.enrolment_id) == enrolment.id,
        col(QuizAttempt.version_id) == enrolment.version_id,
        col(QuizAttempt.cycle) == enrolment.cycle,
        col(QuizAttempt.lesson_key) == lesson_key,
    )
    return ctx.session.scalars(wanted.order_by(col(QuizAttempt.number))).all()


def next_number(ctx: Ctx, enrolment: Enrolment, lesson_key: str) -> int:
    """Return the number of the next attempt, over all cycles; the enrolment is locked meanwhile."""
    wanted = select(col(QuizAttempt.number)).where(
        col(QuizAttempt.enrolment_id) == enrolment.id,
        col(QuizAttempt.version_id) == enrolment.version_id,
        col(QuizAttempt.lesson_key) == lesson_key,
    )
    return 1 + (ctx.session.scalars(wanted.order_by(col(QuizAttempt.number).desc()).limit(1)).first() or 0)
