"""The acts that a receipt can be about, for those who may have one."""

from sqlmodel import col, select

from app.authz import Permission
from app.context import Ctx, one_or_404
from app.errors import Gone, NotFound
from app.merkle_log.rules.leaf_type import LeafType
from app.models import (
    Acknowledgement,
    AcknowledgementMethod,
    AuditEvent,
    Certificate,
    Course,
    CourseVersion,
)
from app.policies.rows import policies, postings
from app.receipts.rows.receipts import Facts, Subject


def acknowledgement(ctx: Ctx, acknowledgement_id: str) -> Subject:
    """Return an acknowledgement, to the person and to those who may see names.

    Gone if it was erased, which its trace tells; NotFound if there never was one.
    """
    found = ctx.session.get(Acknowledgement, (ctx.company_id, acknowledgement_id))
    if found is None or found.person_id != ctx.actor.person_id:
        ctx.require_names(Permission.READ_ACKNOWLEDGEMENTS)
    if found is None:
        raise Gone if _left_a_trace(ctx, acknowledgement_id) else NotFound
    on_paper = found.method is AcknowledgementMethod.PAPER
    return Subject(
        LeafType.PAPER_ACKNOWLEDGEMENT if on_paper else LeafType.ACKNOWLEDGEMENT,
        found.id,
        _confirmed(ctx, found.version_id, found.language),
        found.person_id,
        published=found.version_id,
    )


def certificate(ctx: Ctx, certificate_id: str) -> Subject:
    """Return the certificate of a pass, to its person alone: it says when they passed, which concerns nobody else."""
    person_id = ctx.require_person()
    found = one_or_404(ctx, Certificate, certificate_id)
    if found.person_id != person_id:
        raise NotFound
    version = ctx.session.get_one(CourseVersion, (ctx.company_id, found.version_id))
    course = ctx.session.get_one(Course, (ctx.company_id, found.course_id))
    facts = Facts(title=course.name, label=str(version.number))
    return Subject(LeafType.CERTIFICATE, found.id, facts, found.person_id)


def version(ctx: Ctx, version_id: str) -> Subject:
    """Return a published version."""
    ctx.require(Permission.READ_POLICIES)
    return Subject(LeafType.VERSION_PUBLISHED, version_id, _named(ctx, version_id))


def posted(ctx: Ctx, version_id: str, posting_id: str) -> Subject:
    """Return a posting record of this version."""
    ctx.require(Permission.READ_POLICIES)
    found = postings.of_version(ctx, version_id, posting_id)
    return Subject(LeafType.POSTING, found.id, _named(ctx, version_id), published=version_id)


def _confirmed(ctx: Ctx, version_id: str, language: str) -> Facts:
    text = policies.texts(ctx, version_id)[language]
    label = policies.version(ctx, version_id).label
    return Facts(title=text.title, label=label, language=language, statement=text.statement)


def _named(ctx: Ctx, version_id: str) -> Facts:
    texts = policies.texts(ctx, version_id)
    text = texts.get(ctx.company.language) or next(iter(texts.values()))
    return Facts(title=text.title, label=policies.version(ctx, version_id).label)


def _left_a_trace(ctx: Ctx, acknowledgement_id: str) -> bool:
    wanted = select(col(AuditEvent.id)).where(col(AuditEvent.subject_id) == acknowledgement_id)
    return ctx.session.scalars(wanted.limit(1)).first() is not None
