"""The ledger of recognised minutes as services and queries read it."""

from sqlalchemy import func, select
from sqlmodel import col

from app.context import Ctx
from app.models import Certificate, CourseVersion


def passed_before(ctx: Ctx, certificate: Certificate) -> int:
    """Return the number of the newest version that was passed before this pass in the same cycle, 0 if none was."""
    wanted = select(func.coalesce(func.max(col(CourseVersion.number)), 0)).where(
        col(Certificate.enrolment_id) == certificate.enrolment_id,
        col(Certificate.cycle) == certificate.cycle,
        col(Certificate.id) != certificate.id,
        col(CourseVersion.company_id) == col(Certificate.company_id),
        col(CourseVersion.id) == col(Certificate.version_id),
    )
    return int(ctx.session.execute(wanted).scalar_one())
