"""Versions of a policy: writing, approval, publishing."""

from fastapi import APIRouter, Request, Response

from app.access.work import Work
from app.authz import Permission
from app.models import PolicyVersion
from app.policies.queries import lists, review
from app.policies.schemas.policy import (
    ApproveIn,
    PublishIn,
    RescheduleIn,
    ReturnIn,
    TextIn,
    TextOut,
    VersionChange,
    VersionIn,
    VersionOut,
    WithdrawIn,
)
from app.policies.services import approval, drafting, publishing
from app.policies.web import drafts
from app.policies.web.one_version import OneVersion
from app.schemas.base import Language
from app.schemas.shortcomings import ChecklistOut
from app.web.checklist import checklist
from app.web.door import CompanyWork, Operation
from app.web.etags import IfMatch, tagged
from app.web.ids import PathId
from app.web.openapi import op
from app.web.paging import Listed, Paging

router = APIRouter(
    prefix="/api/v1/companies/{company_id}/policies/{policy_id}/versions", tags=["policies"], route_class=Operation
)


@router.get(
    "",
    response_model=Listed[VersionOut],
    **op("list_policy_versions", "List the versions of a policy, the oldest first", Permission.READ_POLICIES),
)
async def list_versions(work: CompanyWork, policy_id: PathId, paging: Paging) -> Response:
    rows = await work.read(lists.versions_part, policy_id, paging.after, paging.limit)
    part, key = paging.cut(rows, lambda version: (version.id, version.id))
    return paging.listed([VersionOut.model_validate(version) for version in part], key)


@router.post(
    "", status_code=201, **op("create_policy_version", "Start a draft", Permission.WRITE_POLICIES, refuses=(409,))
)
async def create_version(work: CompanyWork, policy_id: PathId, body: VersionIn, response: Response) -> VersionOut:
    version = await work.write(drafting.create_version, policy_id, body)
    response.headers["location"] = _address(work, version)
    return _answer(version, response)


@router.get("/{version_id}", **op("get_policy_version", "Read the facts of a version", Permission.READ_POLICIES))
async def get_version(version: OneVersion, response: Response) -> VersionOut:
    return _answer(await version.read(lists.one_version), response)


@router.patch(
    "/{version_id}",
    **op("update_policy_version", "Change the facts of a draft", Permission.WRITE_POLICIES, refuses=(409, 412, 428)),
)
async def update_version(
    version: OneVersion,
    body: VersionChange,
    row_version: IfMatch,
    response: Response,
) -> VersionOut:
    return _answer(await version.write(drafting.change_version, row_version, body), response)


@router.delete(
    "/{version_id}",
    status_code=204,
    **op(
        "discard_policy_version",
        "Throw away a draft that was never sent for approval",
        Permission.WRITE_POLICIES,
        refuses=(409,),
    ),
)
async def discard_version(version: OneVersion) -> None:
    await version.write(drafting.discard)


@router.get(
    "/{version_id}/texts/{language}",
    **op("get_policy_text", "Read a version in one language", Permission.READ_POLICIES),
)
async def get_text(version: OneVersion, language: Language, response: Response) -> TextOut:
    facts, text = await version.read(lists.one_text, language)
    tagged(response, facts.row_version)
    return TextOut.model_validate(text)


@router.put(
    "/{version_id}/texts/{language}",
    **op("put_policy_text", "Write a draft in one language", Permission.WRITE_POLICIES, refuses=(409, 412, 428)),
)
async def put_text(
    version: OneVersion,
    language: Language,
    body: TextIn,
    row_version: IfMatch,
    response: Response,
) -> VersionOut:
    return _answer(await version.write(drafting.write_text, language, row_version, body), response)


@router.delete(
    "/{version_id}/texts/{language}",
    **op("remove_policy_text", "Take a language out of a draft", Permission.WRITE_POLICIES, refuses=(409, 412, 428)),
)
async def remove_text(
    version: OneVersion,
    language: Language,
    row_version: IfMatch,
    response: Response,
) -> VersionOut:
    return _answer(await version.write(drafting.remove_text, language, row_version), response)


@router.get(
    "/{version_id}/checklist",
    **op("get_policy_checklist", "See what keeps a version from approval", Permission.READ_POLICIES),
)
async def get_checklist(request: Request, version: OneVersion) -> ChecklistOut:
    found = (await drafts.judge(version.work.company_id, await version.read(review.judged))).shortcomings
    return checklist(request, found)


@router.post(
    "/{version_id}/submit",
    **op("submit_policy_version", "Send a draft for approval", Permission.WRITE_POLICIES, refuses=(409,)),
)
async def submit(version: OneVersion, response: Response) -> VersionOut:
    before = await drafts.judge(version.work.company_id, await version.read(review.judged))
    return _answer(await version.write(approval.submit, before), response)


@router.post(
    "/{version_id}/request_changes",
    **op(
        "request_changes_to_policy_version",
        "Give a version back to its authors",
        Permission.APPROVE_POLICIES,
        refuses=(409,),
    ),
)
async def request_changes(version: OneVersion, body: ReturnIn, response: Response) -> VersionOut:
    return _answer(await version.write(approval.request_changes, body), response)


@router.post(
    "/{version_id}/approve",
    **op(
        "approve_policy_version",
        "Approve a version: its bytes are frozen and hashed",
        Permission.APPROVE_POLICIES,
        refuses=(409, 412),
    ),
)
async def approve(version: OneVersion, body: ApproveIn, response: Response) -> VersionOut:
    before = await drafts.judge(version.work.company_id, await version.read(review.judged))
    return _answer(await version.write(approval.approve, body.row_version, before), response)


@router.post(
    "/{version_id}/reschedule",
    **op(
        "reschedule_policy_version",
        "Choose another day for an approved version that is not published yet",
        Permission.PUBLISH_POLICIES,
        refuses=(409,),
    ),
)
async def reschedule(version: OneVersion, body: RescheduleIn, response: Response) -> VersionOut:
    return _answer(await version.write(publishing.reschedule, body), response)


@router.post(
    "/{version_id}/publish",
    **op(
        "publish_policy_version",
        "Publish an approved version and ask its audience to acknowledge it",
        Permission.PUBLISH_POLICIES,
        refuses=(409,),
    ),
)
async def publish(
    version: OneVersion,
    response: Response,
    body: PublishIn | None = None,
) -> VersionOut:
    return _answer(await version.write(publishing.publish, body), response)


@router.post(
    "/{version_id}/withdraw",
    **op(
        "withdraw_policy_version",
        "Take a version back, in force or not yet",
        Permission.PUBLISH_POLICIES,
        refuses=(409,),
    ),
)
async def withdraw(version: OneVersion, body: WithdrawIn, response: Response) -> VersionOut:
    return _answer(await version.write(publishing.withdraw, body), response)


def _answer(version: PolicyVersion, response: Response) -> VersionOut:
    tagged(response, version.row_version)
    return VersionOut.model_validate(version)


def _address(work: Work, version: PolicyVersion) -> str:
    return f"/api/v1/companies/{work.company_id}/policies/{version.policy_id}/versions/{version.id}"
