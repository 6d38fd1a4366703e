"""Where a version hangs, or hung, for all to see."""

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Response, UploadFile
from pydantic import Field

from app.authz import Permission
from app.context import Ctx
from app.models import PostingRecord, StoredFile
from app.platform.files import MAXIMUM_BYTES, Upload
from app.policies.queries import lists, postings
from app.policies.schemas.posting import PostingEndIn, PostingIn, PostingOut
from app.policies.services import posting
from app.routers.api.policies.versions import of_policy
from app.web.door import CompanyWork
from app.web.downloads import download
from app.web.ids import PathId
from app.web.openapi import op
from app.web.paging import Listed, Paging

router = APIRouter(
    prefix="/api/v1/companies/{company_id}/policies/{policy_id}/versions/{version_id}/posting_records",
    tags=["policies"],
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
async def list_postings(work: CompanyWork, policy_id: PathId, version_id: PathId, paging: Paging) -> Response:
    rows = await work.read(_part, policy_id, version_id, paging.after, paging.limit)
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
    work: CompanyWork,
    policy_id: PathId,
    version_id: PathId,
    body: Annotated[PostingUpload, Form(media_type="multipart/form-data")],
    response: Response,
) -> PostingOut:
    data = PostingIn(**body.model_dump(exclude={"proof"}))
    made = await work.write(of_policy(policy_id, posting.record), version_id, data, await uploaded(body.proof))
    response.headers["location"] = (
        f"/api/v1/companies/{work.company_id}/policies/{policy_id}/versions/{version_id}/posting_records/{made.id}"
    )
    return await _answer(work, policy_id, version_id, made)


@router.get("/{posting_id}", **op("get_posting_record", "Read one posting record", Permission.READ_POLICIES))
async def get_posting(work: CompanyWork, policy_id: PathId, version_id: PathId, posting_id: PathId) -> PostingOut:
    return PostingOut.model_validate(await work.read(_one, policy_id, version_id, posting_id))


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
async def end_posting(
    work: CompanyWork, policy_id: PathId, version_id: PathId, posting_id: PathId, body: PostingEndIn
) -> PostingOut:
    ended = await work.write(_end, policy_id, version_id, posting_id, body)
    return await _answer(work, policy_id, version_id, ended)


@router.get(
    "/{posting_id}/proof",
    response_class=Response,
    **op("get_posting_proof", "Download the proof of a posting", Permission.READ_POLICIES),
)
async def get_proof(work: CompanyWork, policy_id: PathId, version_id: PathId, posting_id: PathId) -> Response:
    return download(await work.read(_proof, policy_id, version_id, posting_id))


async def uploaded(file: UploadFile | None) -> Upload | None:
    """Return a file of a form with its bytes: one more than is allowed is enough to refuse it."""
    if file is None or not file.filename:
        return None
    return Upload(file.filename, await file.read(MAXIMUM_BYTES + 1))


async def _answer(work: CompanyWork, policy_id: str, version_id: str, made: PostingRecord) -> PostingOut:
    return PostingOut.model_validate(await work.read(_one, policy_id, version_id, made.id))


def _part(ctx: Ctx, policy_id: str, version_id: str, after: lists.After, limit: int) -> Any:
    lists.one_version(ctx, policy_id, version_id)
    return postings.part(ctx, version_id, after, limit)


def _one(ctx: Ctx, policy_id: str, version_id: str, posting_id: str) -> Any:
    lists.one_version(ctx, policy_id, version_id)
    return postings.of_version(ctx, version_id, posting_id)


def _end(ctx: Ctx, policy_id: str, version_id: str, posting_id: str, data: PostingEndIn) -> PostingRecord:
    _one(ctx, policy_id, version_id, posting_id)
    return posting.end(ctx, posting_id, data)


def _proof(ctx: Ctx, policy_id: str, version_id: str, posting_id: str) -> StoredFile:
    _one(ctx, policy_id, version_id, posting_id)
    return postings.proof(ctx, posting_id)
