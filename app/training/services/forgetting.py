"""Forgetting a person who is erased: their enrolments go, with what happened in them, and their certificates.

The entries of the hours stay, as a closed month keeps its sum: they name nobody then. The words of corrections go.
"""

from sqlalchemy import delete, select
from sqlmodel import col

from app.context import Ctx
from app.models import (
    Certificate,
    CertificatePage,
    CertifiedPolicy,
    CorrectionReason,
    Enrolment,
    QuizAttempt,
    RecognisedMinutes,
    TrainingEvent,
)


def forget(ctx: Ctx, person_id: str) -> None:
    """Delete what a person was asked, did and answered, and what they have to show for it."""
    _forget_reasons(ctx, person_id)
    _forget_certificates(ctx, person_id)
    theirs = select(col(Enrolment.id)).where(
        col(Enrolment.company_id) == ctx.company_id, col(Enrolment.person_id) == person_id
    )
    for model in (TrainingEvent, QuizAttempt):
        of_them = (col(model.company_id) == ctx.company_id, col(model.enrolment_id).in_(theirs))
        ctx.session.execute(delete(model).where(*of_them))
    own = (col(Enrolment.company_id) == ctx.company_id, col(Enrolment.person_id) == person_id)
    ctx.session.execute(delete(Enrolment).where(*own))


def _forget_reasons(ctx: Ctx, person_id: str) -> None:
    theirs = select(col(RecognisedMinutes.id)).where(
        col(RecognisedMinutes.company_id) == ctx.company_id, col(RecognisedMinutes.person_id) == person_id
    )
    of_them = (col(CorrectionReason.company_id) == ctx.company_id, col(CorrectionReason.entry_id).in_(theirs))
    ctx.session.execute(delete(CorrectionReason).where(*of_them))


def _forget_certificates(ctx: Ctx, person_id: str) -> None:
    own = (col(Certificate.company_id) == ctx.company_id, col(Certificate.person_id) == person_id)
    theirs = select(col(Certificate.id)).where(*own)
    named = (col(CertifiedPolicy.company_id) == ctx.company_id, col(CertifiedPolicy.certificate_id).in_(theirs))
    ctx.session.execute(delete(CertifiedPolicy).where(*named))
    ctx.session.execute(delete(CertificatePage).where(col(CertificatePage.certificate_id).in_(theirs)))
    ctx.session.execute(delete(Certificate).where(*own))
