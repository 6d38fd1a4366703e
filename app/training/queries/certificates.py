"""The certificates of a person, and what everybody may know of one whose page is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlmodel import col

from app.context import AccountCtx, Ctx, one_or_404
from app.errors import NotFound
from app.models import Certificate, CertificatePage, CertifiedPolicy, CourseVersion, Policy, PolicyVersion
from app.roster import people
from app.training.queries.courses import spoken
from app.training.rows import lessons


class Validity(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """A certificate as its person sees it. ``policies`` are the policies in force when it was issued, with labels."""

    id: str
    name: str
    title: str
    language: str
    number: int
    content_sha256: str
    minutes: int
    issued_on: date
    expires_on: date | None
    validity: Validity
    page_token: str | None
    policies: list[str]


def own(ctx: Ctx, language: str) -> list[OwnCertificate]:
    """Return the certificates of the actor, the newest first."""
    person_id = ctx.require_person()
    wanted = select(Certificate).where(col(Certificate.person_id) == person_id)
    rows = ctx.session.scalars(wanted.order_by(col(Certificate.issued_at).desc(), col(Certificate.id).desc()))
    return [_own(ctx, row, language) for row in rows.all()]


def one(ctx: Ctx, certificate_id: str, language: str) -> OwnCertificate:
    """Return one certificate of the actor; NotFound for anybody else's."""
    person_id = ctx.require_person()
    found = one_or_404(ctx, Certificate, certificate_id)
    if found.person_id != person_id:
        raise NotFound
    return _own(ctx, found, language)


def page_of(ctx: AccountCtx, token_hash: str) -> tuple[str, str] | None:
    """Return the company and the certificate that an open page leads to, or None if it leads nowhere."""
    wanted = select(col(CertificatePage.for_company), col(CertificatePage.certificate_id))
    row = ctx.session.execute(wanted.where(col(CertificatePage.token_hash) == token_hash)).first()
    return (row.for_company, row.certificate_id) if row else None


def validity_of(ctx: Ctx, certificate_id: str) -> Validity:
    """Return whether a certificate is valid today, which everybody may know whose address of its page is right."""
    return _validity(ctx, one_or_404(ctx, Certificate, certificate_id))


def _validity(ctx: Ctx, certificate: Certificate) -> Validity:
    ended = certificate.expires_on is not None and certificate.expires_on < ctx.today
    return Validity.EXPIRED if ended else Validity.VALID


def _own(ctx: Ctx, row: Certificate, preferred: str) -> OwnCertificate:
    version = ctx.session.get_one(CourseVersion, (ctx.company_id, row.version_id))
    texts = lessons.texts(ctx, version.id)
    language = spoken(texts, [preferred])
    return OwnCertificate(
        id=row.id,
        name=people.person(ctx, row.person_id).name,
        title=texts[language].title,
        language=language,
        number=version.number,
        content_sha256=version.content_sha256 or "",
        minutes=sum(lesson.minutes for lesson in lessons.of_version(ctx, version.id)),
        issued_on=ctx.company.day(row.issued_at),
        expires_on=row.expires_on,
        validity=_validity(ctx, row),
        page_token=row.page_token,
        policies=_policies(ctx, row.id),
    )


def _policies(ctx: Ctx, certificate_id: str) -> list[str]:
    named: Sequence[PolicyVersion] = ctx.session.scalars(
        select(PolicyVersion)
        .join(
            CertifiedPolicy,
            (col(CertifiedPolicy.company_id) == col(PolicyVersion.company_id))
            & (col(CertifiedPolicy.policy_version_id) == col(PolicyVersion.id)),
        )
        .where(col(CertifiedPolicy.certificate_id) == certificate_id)
    ).all()
    names = {row.id: row.name for row in ctx.session.scalars(select(Policy))}
    return sorted(f"{names[one.policy_id]} {one.label}" for one in named)
