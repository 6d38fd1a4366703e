"""Certificates: each pass of a course has one of its own."""

from collections.abc import Sequence

from app.context import Ctx
from app.merkle_log.rules.leaf_type import LeafType
from app.merkle_log.services import evidence
from app.merkle_log.services.evidence import Private
from app.models import Certificate, CertifiedPolicy, Course, CourseVersion, Enrolment, PolicyVersion
from app.platform import audit
from app.platform.audit import Act
from app.policies.rows import policies
from app.roster import people
from app.rules.instants import canonical
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
    _log(ctx, certificate, course, current)
    return certificate


def _log(ctx: Ctx, certificate: Certificate, course: Course, named: Sequence[PolicyVersion]) -> None:
    person = people.person(ctx, certificate.person_id)
    version = ctx.session.get_one(CourseVersion, (ctx.company_id, certificate.version_id))
    about = {
        "person": person.id,
        "name": person.name,
        "email": person.email,
        "title": course.name,
        "number": version.number,
        "issued_at": canonical(certificate.issued_at),
        "expires_on": certificate.expires_on.isoformat() if certificate.expires_on else None,
        "recorded_by": ctx.actor.id,
    }
    facts = {
        "course": course.id,
        "course_version": version.id,
        "content_sha256": version.content_sha256,
        "policies": {policy.id: policy.content_sha256 for policy in named},
    }
    evidence.append(ctx, LeafType.CERTIFICATE, facts, Private(about, certificate.id, person.id))
