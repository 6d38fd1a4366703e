"""Certificates: each pass of a course has one of its own."""

from app.context import Ctx
from app.models import Certificate, CertifiedPolicy, Course, Enrolment
from app.platform import audit
from app.platform.audit import Act
from app.policies.rows import policies
from app.training.rules.certificate import expires_on


def issue(ctx: Ctx, enrolment: Enrolment) -> Certificate:
    """Issue the certificate of a pass, in its transaction; the lock on the enrolment lets that happen once.

    It names the versions of the internal policies in force, or the newest published, whatever the person has
    acknowledged: what somebody knows of a policy is proved by their acknowledgement, not by their certificate.
    """
    course = ctx.session.get_one(Course, (ctx.company_id, enrolment.course_id))
    issued_at = enrolment.answered_at or ctx.now
    certificate = Certificate(
        enrolment_id=enrolment.id,
        person_id=enrolment.person_id,
        course_id=course.id,
        version_id=enrolment.version_id,
        cycle=enrolment.cycle,
        issued_at=issued_at,
        expires_on=expires_on(issued_at.astimezone(ctx.company.zone).date(), course.valid_months),
    )
    ctx.session.add(certificate)
    ctx.session.flush()
    current = policies.current_internal(ctx)
    named = [CertifiedPolicy(certificate_id=certificate.id, policy_version_id=version.id) for version in current]
    ctx.session.add_all(named)
    audit.record(ctx, Act.CERTIFICATE_ISSUED, certificate.id, version_id=certificate.version_id)
    return certificate
