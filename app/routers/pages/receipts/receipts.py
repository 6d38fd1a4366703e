"""Receipts: of an acknowledgement to its person and to those who see names, of a certificate to its person."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.receipts.services import receipts
from app.receipts.web.files import json_file, pdf_file
from app.receipts.web.pdf import link
from app.receipts.web.receipt_words import does_not_prove, facts, hashes, proves
from app.web.door import LogSigner, PageWork
from app.web.ids import PathId
from app.web.render import language_of, page

router = APIRouter()
_OWN, _COMPANY = (f"{place}/acknowledgements/{{acknowledgement_id}}/receipt" for place in ("/me", "/company/policies"))


@router.get(_OWN)
@router.get(_COMPANY)
async def show(request: Request, work: PageWork, signer: LogSigner, acknowledgement_id: PathId) -> Response:
    """Say what was confirmed, what that proves, and give the ways to keep and to check it."""
    receipt, names = await work.write(receipts.shown, signer, acknowledgement_id)
    own, language = request.url.path.startswith("/me"), language_of(request)
    return page(
        request,
        "receipts/page.html",
        work,
        layout="layout/employee.html" if own else "layout/organisation.html",
        own=own,
        receipt=receipt,
        facts=facts(receipt, language, work.company.zone, names),
        hashes=hashes(receipt, language),
        check=link(receipt, ""),
        proves=proves(receipt["evidence"]["method"]),
        does_not_prove=does_not_prove(receipt["evidence"]["method"]),
    )


@router.get(f"{_OWN}.json")
@router.get(f"{_COMPANY}.json")
async def as_json(work: PageWork, signer: LogSigner, acknowledgement_id: PathId) -> Response:
    """Return the file that anybody can check."""
    return json_file(await work.write(receipts.of_acknowledgement, signer, acknowledgement_id))


@router.get(f"{_OWN}.pdf")
@router.get(f"{_COMPANY}.pdf")
async def as_pdf(request: Request, work: PageWork, signer: LogSigner, acknowledgement_id: PathId) -> Response:
    """Return the page to keep."""
    return await pdf_file(request, work, await work.write(receipts.of_acknowledgement, signer, acknowledgement_id))


@router.get("/me/certificates/{certificate_id}/receipt.json")
async def certificate_as_json(work: PageWork, signer: LogSigner, certificate_id: PathId) -> Response:
    """Return the file with which anybody can check a certificate against the log."""
    return json_file(await work.write(receipts.of_certificate, signer, certificate_id))
