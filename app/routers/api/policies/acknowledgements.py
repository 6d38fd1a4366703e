"""Acknowledgements of a policy, by name: only for those who may see names."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Response, UploadFile
from pydantic import Field

from app.authz import Permission
from app.platform.files import Upload
from app.policies.queries import lists, postings
from app.policies.schemas.acknowledgement import (
    AcknowledgeForIn,
    AcknowledgementOut,
    CorrectionIn,
    CorrectionOut,
    PaperIn,
)
from app.policies.services import acknowledging, correcting
from app.schemas.base import Id
from app.web.door import CompanyWork, Operation
from app.web.downloads import download
from app.web.ids import PathId
from app.web.openapi import op
from app.web.paging import Listed, Paging
from app.web.uploads import uploaded

router = APIRouter(
    prefix="/api/v1/companies/{company_id}/policies/{policy_id}/acknowledgements",
    tags=["acknowledgements"],
    route_class=Operation,
)


class PaperUpload(PaperIn):
    scan: Annotated[UploadFile, File()] = Field(
        description="The signed sheet: PDF, JPEG, PNG, WebP or text, at most 5 MB."
    )


@router.get(
    "",
    response_model=Listed[AcknowledgementOut],
    **op("list_acknowledgements", "List who acknowledged a policy, the oldest first", Permission.READ_ACKNOWLEDGEMENTS),
)
async def list_acknowledgements(
    work: CompanyWork,
    policy_id: PathId,
    paging: Paging,
    version_id: Annotated[Id | None, Query()] = None,
    person_id: Annotated[Id | None, Query()] = None,
) -> Response:
    given = (policy_id, version_id, person_id, paging.after, paging.limit)
    rows = await work.read(lists.acknowledgements_part, *given)
    part, key = paging.cut(rows, lambda row: (row.id, row.id))
    return paging.listed([row._asdict() for row in part], key)


@router.post(
    "",
    status_code=201,
    **op(
        "create_acknowledgement",
        "Record what a person confirmed in another system",
        Permission.RECORD_ACKNOWLEDGEMENTS,
        refuses=(409,),
    ),
)
async def create_acknowledgement(work: CompanyWork, policy_id: PathId, body: AcknowledgeForIn) -> AcknowledgementOut:
    done = await work.write(acknowledging.acknowledge_for, policy_id, body)
    return AcknowledgementOut.model_validate(done)


@router.post(
    "/on_paper",
    status_code=201,
    **op(
        "create_paper_acknowledgement",
        "Record a signature on paper with its scan",
        Permission.RECORD_ACKNOWLEDGEMENTS,
        refuses=(409, 413),
    ),
)
async def create_paper_acknowledgement(
    work: CompanyWork, policy_id: PathId, body: Annotated[PaperUpload, Form(media_type="multipart/form-data")]
) -> AcknowledgementOut:
    data = PaperIn(**body.model_dump(exclude={"scan"}))
    scan = await uploaded(body.scan) or Upload("", b"")
    done = await work.write(acknowledging.record_on_paper, policy_id, data, scan)
    return AcknowledgementOut.model_validate(done)


@router.post(
    "/{acknowledgement_id}/corrections",
    status_code=201,
    **op(
        "correct_acknowledgement",
        "Record that a signature on paper was recorded wrongly",
        Permission.RECORD_ACKNOWLEDGEMENTS,
        refuses=(409,),
    ),
)
async def correct_acknowledgement(
    work: CompanyWork, policy_id: PathId, acknowledgement_id: PathId, body: CorrectionIn
) -> CorrectionOut:
    return CorrectionOut(leaf=await work.write(correcting.correct, policy_id, acknowledgement_id, body))


@router.get(
    "/{acknowledgement_id}/scan",
    response_class=Response,
    **op("get_acknowledgement_scan", "Download the scan of a signature on paper", Permission.READ_ACKNOWLEDGEMENTS),
)
async def get_scan(work: CompanyWork, policy_id: PathId, acknowledgement_id: PathId) -> Response:
    return download(await work.read(postings.scan_of_policy, policy_id, acknowledgement_id))
