"""Forgetting a person who is erased: their enrolments go, with everything that happened in them."""

from sqlalchemy import delete, select
from sqlmodel import col

from app.context import Ctx
from app.models import Enrolment, QuizAttempt, TrainingEvent


def forget(ctx: Ctx, person_id: str) -> None:
    """Delete what a person was asked, did and answered."""
    theirs = select(col(Enrolment.id)).where(
        col(Enrolment.company_id) == ctx.company_id, col(Enrolment.person_id) == person_id
    )
    for model in (TrainingEvent, QuizAttempt):
        of_them = (col(model.company_id) == ctx.company_id, col(model.enrolment_id).in_(theirs))
        ctx.session.execute(delete(model).where(*of_them))
    own = (col(Enrolment.company_id) == ctx.company_id, col(Enrolment.person_id) == person_id)
    ctx.session.execute(delete(Enrolment).where(*own))
