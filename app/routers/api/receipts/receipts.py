"""Receipts: what proves one act, to be checked without us."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.authz import Permission
from app.policies.web.one_version import OneVersion
from app.receipts.schemas.receipt import ReceiptOut
from app.receipts.services import receipts
from app.receipts.web.bundle import bundle
from app.receipts.web.files import PDF, pdf_file
from app.schemas.base import Id
from app.web.door import CompanyWork, LogSigner, Operation
from app.web.ids import PathId
from app.web.openapi import op

router = APIRouter(prefix="/api/v1/companies/{company_id}", tags=["evidence"], route_class=Operation)
_OR_A_PAGE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The receipt; as one page to print if the caller accepts `application/pdf`.",
        "content": {PDF: {"schema": {"type": "string", "format": "binary"}}},
    }
}
_ZIP: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A ZIP file; its README says how to check it.",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get(
    "/acknowledgements/{acknowledgement_id}/receipt",
    response_model=ReceiptOut,
    **op(
        "get_acknowledgement_receipt",
        "Get the receipt of an acknowledgement, as JSON or as one page",
        Permission.READ_ACKNOWLEDGEMENTS,
        refuses=(410,),
        answers=_OR_A_PAGE,
    ),
)
async def acknowledgement(request: Request, work: CompanyWork, signer: LogSigner, acknowledgement_id: PathId) -> Any:
    receipt = await work.write(receipts.of_acknowledgement, signer, acknowledgement_id)
    if PDF in request.headers.get("accept", ""):
        return await pdf_file(request, work, receipt)
    return receipt


@router.get(
    "/policies/{policy_id}/versions/{version_id}/receipt",
    **op("get_version_receipt", "Get the receipt of the publication of a version", Permission.READ_POLICIES),
)
async def version(version: OneVersion, signer: LogSigner) -> ReceiptOut:
    return ReceiptOut(**await version.write(receipts.of_version, signer))


@router.get(
    "/policies/{policy_id}/versions/{version_id}/posting_records/{posting_id}/receipt",
    **op("get_posting_receipt", "Get the receipt of a posting record", Permission.READ_POLICIES),
)
async def posting(version: OneVersion, signer: LogSigner, posting_id: PathId) -> ReceiptOut:
    return ReceiptOut(**await version.write(receipts.of_posting, posting_id, signer))


@router.get(
    "/evidence/bundle",
    response_class=Response,
    **op(
        "get_evidence_bundle",
        "Download the evidence log with everything an auditor needs",
        Permission.READ_ACKNOWLEDGEMENTS,
        Permission.READ_POLICIES,
        answers=_ZIP,
    ),
)
async def whole_log(
    work: CompanyWork,
    signer: LogSigner,
    policy_id: Annotated[Id | None, Query(description="Only the evidence of this policy.")] = None,
    version_id: Annotated[Id | None, Query(description="Only the evidence of this version.")] = None,
) -> Response:
    return await bundle(work, signer, policy_id, version_id)
