"""Renewals: a course is asked again before a certificate ends, and the certificate stays valid until its day."""

from sqlalchemy import and_, select
from sqlmodel import col

from app.context import Ctx
from app.models import Certificate, Course, Enrolment
from app.platform import outbox
from app.platform.outbox import JobKind
from app.roster.employment import employed, not_over
from app.training.rows import enrolments
from app.training.rules.certificate import asked_again_from, renewed_by
from app.training.rules.enrolment import EnrolmentState
from app.training.services import enrolling

CHUNK = 200


def renew_due(ctx: Ctx, course_id: str = "", following: str = "") -> None:
    """Ask the next people again whose certificate is about to end, at most 200, and leave a job for the rest.

    Without a course: for each one that can be taken. Twice is once: who was asked again has not passed any more.
    """
    for course, _ in enrolments.all_on_show(ctx):
        if course_id in ("", course.id):
            _renew(ctx, course, following)


def _renew(ctx: Ctx, course: Course, following: str) -> None:
    latest = asked_again_from(ctx.today, course.renewal_days)
    its_certificate = and_(
        col(Certificate.company_id) == col(Enrolment.company_id),
        col(Certificate.enrolment_id) == col(Enrolment.id),
        col(Certificate.version_id) == col(Enrolment.version_id),
        col(Certificate.cycle) == col(Enrolment.cycle),
    )
    ending = (
        select(col(Enrolment.id), col(Certificate.expires_on))
        .where(
            its_certificate,
            col(Enrolment.course_id) == course.id,
            col(Enrolment.state) == EnrolmentState.PASSED,
            col(Enrolment.id) > following,
            col(Certificate.expires_on) <= latest,
            employed(col(Enrolment.company_id), col(Enrolment.person_id), not_over(ctx.today)),
        )
        .order_by(col(Enrolment.id))
        .limit(CHUNK)
    )
    rows = ctx.session.execute(ending).all()
    for row in rows:
        enrolling.renew(ctx, row.id, renewed_by(ctx.today, row.expires_on, course.due_days))
    if len(rows) == CHUNK:
        outbox.add(ctx, JobKind.RENEW_COURSES, course_id=course.id, following=rows[-1].id)
