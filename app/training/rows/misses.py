"""Finished attempts at the quizzes of a version, without a name, for what is told of its questions as a whole."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.context import Ctx
from app.models import CourseVersion, Enrolment, QuizAttempt

MOST = 2000
"""So many attempts, the earliest ones, tell how hard a question is; more would only take longer."""


def finished(ctx: Ctx, version: CourseVersion) -> Sequence[Any]:
    """Return enrolment_id, questions and answers of the attempts that are over, in the order of finishing."""
    wanted = select(col(QuizAttempt.enrolment_id), col(QuizAttempt.questions), col(QuizAttempt.answers)).where(
        col(Enrolment.course_id) == version.course_id,
        col(QuizAttempt.company_id) == col(Enrolment.company_id),
        col(QuizAttempt.enrolment_id) == col(Enrolment.id),
        col(QuizAttempt.version_id) == version.id,
        col(QuizAttempt.finished_at).is_not(None),
    )
    in_order = wanted.order_by(col(QuizAttempt.finished_at), col(QuizAttempt.id))
    return ctx.session.execute(in_order.limit(MOST)).all()
