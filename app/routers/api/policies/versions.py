"""Versions of a policy: writing, approval, publishing."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response

from app.access.work import Work
from app.authz import Permission
from app.context import Ctx
from app.errors import FieldError
from app.models import PolicyVersion
from app.policies.queries import lists, policies, review
from app.policies.schemas.policy import (
    ApproveIn,
    ChecklistOut,
    PublishIn,
    RescheduleIn,
    ReturnIn,
    ShortcomingOut,
    TextIn,
    TextOut,
    VersionChange,
    VersionIn,
    VersionOut,
    WithdrawIn,
)
from app.policies.services import approval, drafting, publishing
from app.policies.web import drafts
from app.schemas.base import Language
from app.web.door import CompanyWork
from app.web.errors import worded
from app.web.etags import IfMatch, tagged
from app.web.i18n import language_of_program
from app.web.ids import PathId
from app.web.openapi import op
from app.web.paging import Listed, Paging

router = APIRouter(prefix="/api/v1/companies/{company_id}/policies/{policy_id}/versions", tags=["policies"])


def of_policy(policy_id: str, verb: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``verb`` for versions of this policy only: an address that mixes two policies finds nothing."""

    def act(ctx: Ctx, version_id: str, *args: Any) -> Any:
        policies.version_of(ctx, policy_id, version_id)
        return verb(ctx, version_id, *args)

    return act


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
async def get_version(work: CompanyWork, policy_id: PathId, version_id: PathId, response: Response) -> VersionOut:
    return _answer(await work.read(lists.one_version, policy_id, version_id), response)


@router.patch(
    "/{version_id}",
    **op("update_policy_version", "Change the facts of a draft", Permission.WRITE_POLICIES, refuses=(409, 412, 428)),
)
async def update_version(
    work: CompanyWork,
    policy_id: PathId,
    version_id: PathId,
    body: VersionChange,
    row_version: IfMatch,
    response: Response,
) -> VersionOut:
    verb = of_policy(policy_id, drafting.change_version)
    return _answer(await work.write(verb, version_id, row_version, body), response)


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
async def discard_version(work: CompanyWork, policy_id: PathId, version_id: PathId) -> None:
    await work.write(of_policy(policy_id, drafting.discard), version_id)


@router.get(
    "/{version_id}/texts/{language}",
    **op("get_policy_text", "Read a version in one language", Permission.READ_POLICIES),
)
async def get_text(
    work: CompanyWork, policy_id: PathId, version_id: PathId, language: Language, response: Response
) -> TextOut:
    version, text = await work.read(lists.one_text, policy_id, version_id, language)
    tagged(response, version.row_version)
    return TextOut.model_validate(text)


@router.put(
    "/{version_id}/texts/{language}",
    **op("put_policy_text", "Write a draft in one language", Permission.WRITE_POLICIES, refuses=(409, 412, 428)),
)
async def put_text(  # noqa: PLR0913, PLR0917 - the parts of a request
    work: CompanyWork,
    policy_id: PathId,
    version_id: PathId,
    language: Language,
    body: TextIn,
    row_version: IfMatch,
    response: Response,
) -> VersionOut:
    verb = of_policy(policy_id, drafting.write_text)
    return _answer(await work.write(verb, version_id, language, row_version, body), response)


@router.delete(
    "/{version_id}/texts/{language}",
    **op("remove_policy_text", "Take a language out of a draft", Permission.WRITE_POLICIES, refuses=(409, 412, 428)),
)
async def remove_text(
    work: CompanyWork,
    policy_id: PathId,
    version_id: PathId,
    language: Language,
    row_version: IfMatch,
    response: Response,
) -> VersionOut:
    verb = of_policy(policy_id, drafting.remove_text)
    return _answer(await work.write(verb, version_id, language, row_version), response)


@router.get(
    "/{version_id}/checklist",
    **op("get_policy_checklist", "See what keeps a version from approval", Permission.READ_POLICIES),
)
async def get_checklist(request: Request, work: CompanyWork, policy_id: PathId, version_id: PathId) -> ChecklistOut:
    await work.read(lists.one_version, policy_id, version_id)
    found = await _judge(work, policy_id, version_id)
    language = language_of_program(request)
    missing = [ShortcomingOut(pointer=one.pointer, code=one.code, detail=worded(language, one)) for one in found]
    return ChecklistOut(ready=not missing, missing=missing)


@router.post(
    "/{version_id}/submit",
    **op("submit_policy_version", "Send a draft for approval", Permission.WRITE_POLICIES, refuses=(409,)),
)
async def submit(work: CompanyWork, policy_id: PathId, version_id: PathId, response: Response) -> VersionOut:
    await _judge(work, policy_id, version_id)
    return _answer(await work.write(of_policy(policy_id, approval.submit), version_id), response)


@router.post(
    "/{version_id}/request_changes",
    **op(
        "request_changes_to_policy_version",
        "Give a version back to its authors",
        Permission.APPROVE_POLICIES,
        refuses=(409,),
    ),
)
async def request_changes(
    work: CompanyWork, policy_id: PathId, version_id: PathId, body: ReturnIn, response: Response
) -> VersionOut:
    return _answer(await work.write(of_policy(policy_id, approval.request_changes), version_id, body), response)


@router.post(
    "/{version_id}/approve",
    **op(
        "approve_policy_version",
        "Approve a version: its bytes are frozen and hashed",
        Permission.APPROVE_POLICIES,
        refuses=(409, 412),
    ),
)
async def approve(
    work: CompanyWork, policy_id: PathId, version_id: PathId, body: ApproveIn, response: Response
) -> VersionOut:
    await _judge(work, policy_id, version_id)
    verb = of_policy(policy_id, approval.approve)
    return _answer(await work.write(verb, version_id, body.row_version), response)


@router.post(
    "/{version_id}/reschedule",
    **op(
        "reschedule_policy_version",
        "Choose another day for an approved version that is not published yet",
        Permission.PUBLISH_POLICIES,
        refuses=(409,),
    ),
)
async def reschedule(
    work: CompanyWork, policy_id: PathId, version_id: PathId, body: RescheduleIn, response: Response
) -> VersionOut:
    return _answer(await work.write(of_policy(policy_id, publishing.reschedule), version_id, body), response)


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
    work: CompanyWork,
    policy_id: PathId,
    version_id: PathId,
    response: Response,
    body: PublishIn | None = None,
) -> VersionOut:
    return _answer(await work.write(of_policy(policy_id, publishing.publish), version_id, body), response)


@router.post(
    "/{version_id}/withdraw",
    **op(
        "withdraw_policy_version",
        "Take a version back, in force or not yet",
        Permission.PUBLISH_POLICIES,
        refuses=(409,),
    ),
)
async def withdraw(
    work: CompanyWork, policy_id: PathId, version_id: PathId, body: WithdrawIn, response: Response
) -> VersionOut:
    return _answer(await work.write(of_policy(policy_id, publishing.withdraw), version_id, body), response)


async def _judge(work: Work, policy_id: str, version_id: str) -> list[FieldError]:
    return await drafts.judge(work, of_policy(policy_id, review.judged), version_id)


def _answer(version: PolicyVersion, response: Response) -> VersionOut:
    tagged(response, version.row_version)
    return VersionOut.model_validate(version)


def _address(work: Work, version: PolicyVersion) -> str:
    return f"/api/v1/companies/{work.company_id}/policies/{version.policy_id}/versions/{version.id}"
