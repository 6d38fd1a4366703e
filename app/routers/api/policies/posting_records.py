"""Where a version hangs, or hung, for all to see."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Response, UploadFile
from pydantic import Field

from app.authz import Permission
from app.policies.queries import postings
from app.policies.schemas.posting import PostingEndIn, PostingIn, PostingOut
from app.policies.services import posting
from app.policies.web.one_version import OneVersion
from app.web.door import Operation
from app.web.downloads import download
from app.web.ids import PathId
from app.web.one_version import VersionWork
from app.web.openapi import op
from app.web.paging import Listed, Paging
from app.web.uploads import uploaded

router = APIRouter(
    prefix="/api/v1/companies/{company_id}/policies/{policy_id}/versions/{version_id}/posting_records",
    tags=["policies"],
    route_class=Operation,
)


class PostingUpload(PostingIn):
    proof: Annotated[UploadFile | None, File()] = Field(
        None, description="A photo, a capture of the page or a letter: PDF, JPEG, PNG, WebP or text, at most 5 MB."
    )


@router.get(
    "",
    response_model=Listed[PostingOut],
    **op("list_posting_records", "List where a version hangs or hung", Permission.READ_POLICIES),
)
async def list_postings(version: OneVersion, paging: Paging) -> Response:
    rows = await version.read(postings.part, paging.after, paging.limit)
    part, key = paging.cut(rows, lambda row: (row.id, row.id))
    return paging.listed([PostingOut.model_validate(row) for row in part], key)


@router.post(
    "",
    status_code=201,
    **op(
        "create_posting_record",
        "Record where a version hangs, with a proof",
        Permission.PUBLISH_POLICIES,
        refuses=(409, 413),
    ),
)
async def create_posting(
    version: OneVersion,
    body: Annotated[PostingUpload, Form(media_type="multipart/form-data")],
    response: Response,
) -> PostingOut:
    data = PostingIn(**body.model_dump(exclude={"proof"}))
    made = await version.write(posting.record, data, await uploaded(body.proof))
    response.headers["location"] = f"{version.address}/posting_records/{made.id}"
    return await _answer(version, made.id)


@router.get("/{posting_id}", **op("get_posting_record", "Read one posting record", Permission.READ_POLICIES))
async def get_posting(version: OneVersion, posting_id: PathId) -> PostingOut:
    return await _answer(version, posting_id)


@router.post(
    "/{posting_id}/end",
    **op(
        "end_posting_record",
        "Record the last day that a version hung somewhere",
        Permission.READ_POLICIES,
        Permission.PUBLISH_POLICIES,
        refuses=(409,),
    ),
)
async def end_posting(version: OneVersion, posting_id: PathId, body: PostingEndIn) -> PostingOut:
    ended = await version.write(posting.end, posting_id, body)
    return await _answer(version, ended.id)


@router.get(
    "/{posting_id}/proof",
    response_class=Response,
    **op("get_posting_proof", "Download the proof of a posting", Permission.READ_POLICIES),
)
async def get_proof(version: OneVersion, posting_id: PathId) -> Response:
    return download(await version.read(postings.proof_of_version, posting_id))


async def _answer(version: VersionWork, posting_id: str) -> PostingOut:
    return PostingOut.model_validate(await version.read(postings.of_version, posting_id))
