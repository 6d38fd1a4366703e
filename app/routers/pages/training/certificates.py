"""Certificates: one's own, and the public page that says whether one is valid."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from app.access.secrets import token_hash
from app.accounts.web.signing_in import as_system
from app.accounts.web.throttle import count_check
from app.errors import NotFound
from app.settings import Settings
from app.training.queries import certificates
from app.training.services import showing
from app.training.web.certificate import address, certificate_pdf, linkedin
from app.web.bounded_pool import PRINTING
from app.web.door import PageWork, VisitorWork
from app.web.downloads import attachment
from app.web.flash import redirect
from app.web.ids import PathId
from app.web.render import language_of, page

router = APIRouter()
_OWN = "/me/certificates/{certificate_id}"


@router.get(f"{_OWN}.pdf")
async def as_pdf(request: Request, work: PageWork, certificate_id: PathId) -> Response:
    """Return the page to keep."""
    settings: Settings = request.app.state.settings
    found = await work.read(certificates.one, certificate_id, language_of(request))
    where = address(settings.public_url, found)
    printed = await PRINTING.run(
        work.company_id, certificate_pdf, found, work.organisation, where, language_of(request)
    )
    return attachment(printed, "application/pdf", f"portavoce-certificate-{found.issued_on}.pdf")


@router.get(_OWN)
async def own(request: Request, work: PageWork, certificate_id: PathId) -> Response:
    """Show a certificate to its person."""
    settings: Settings = request.app.state.settings
    found = await work.read(certificates.one, certificate_id, language_of(request))
    where = address(settings.public_url, found)
    return page(
        request,
        "training/certificate/certificate.html",
        work,
        certificate=found,
        address=where,
        linkedin=linkedin(found, work.organisation, where),
    )


@router.post(f"{_OWN}/open")
async def open_page(work: PageWork, certificate_id: PathId) -> Response:
    """Open the public page of a certificate."""
    await work.write(showing.open_page, certificate_id)
    return redirect(f"/me/certificates/{certificate_id}")


@router.post(f"{_OWN}/close")
async def close_page(work: PageWork, certificate_id: PathId) -> Response:
    """Close the public page of a certificate."""
    await work.write(showing.close_page, certificate_id)
    return redirect(f"/me/certificates/{certificate_id}")


@router.get("/certificates/{token}")
async def public(request: Request, work: VisitorWork, token: Annotated[str, Path(max_length=80)]) -> Response:
    """Say whether a certificate is valid; an address that was guessed or closed leads nowhere."""
    count_check(request)
    found = await work.read(certificates.page_of, token_hash(token))
    if found is None:
        raise NotFound
    company_id, certificate_id = found
    validity = await as_system(request, "certificate page", company_id).read(certificates.validity_of, certificate_id)
    return page(request, "training/certificate/public.html", validity=validity.value)
