"""The public page of a certificate: its person opens and closes it; what it says is in queries/certificates.py."""

from sqlalchemy import delete
from sqlmodel import col

from app.access.secrets import new_token, token_hash
from app.context import Ctx, one_or_404
from app.errors import NotFound
from app.models import Certificate, CertificatePage


def open_page(ctx: Ctx, certificate_id: str) -> Certificate:
    """Open the page of a certificate at an address that nobody can guess. Twice is once."""
    certificate = _own(ctx, certificate_id)
    if certificate.page_token is None:
        certificate.page_token = new_token("pvz")
        hashed = token_hash(certificate.page_token)
        page = CertificatePage(token_hash=hashed, for_company=ctx.company_id, certificate_id=certificate.id)
        ctx.session.add(page)
    return certificate


def close_page(ctx: Ctx, certificate_id: str) -> Certificate:
    """Close the page for good: opened again, it has another address. Twice is once."""
    certificate = _own(ctx, certificate_id)
    if certificate.page_token is not None:
        hashed = token_hash(certificate.page_token)
        ctx.session.execute(delete(CertificatePage).where(col(CertificatePage.token_hash) == hashed))
        certificate.page_token = None
    return certificate


def _own(ctx: Ctx, certificate_id: str) -> Certificate:
    person_id = ctx.require_person()
    found = one_or_404(ctx, Certificate, certificate_id, locked=True)
    if found.person_id != person_id:
        raise NotFound
    return found
