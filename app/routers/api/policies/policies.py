"""Policies."""

from fastapi import APIRouter, Response

from app.authz import Permission
from app.policies.queries import lists
from app.policies.schemas.policy import PolicyIn, PolicyOut
from app.policies.services import drafting
from app.web.door import CompanyWork, Operation
from app.web.ids import PathId
from app.web.openapi import op
from app.web.paging import Listed, Paging

router = APIRouter(prefix="/api/v1/companies/{company_id}/policies", tags=["policies"], route_class=Operation)


@router.get(
    "",
    response_model=Listed[PolicyOut],
    **op("list_policies", "List policies, the oldest first", Permission.READ_POLICIES),
)
async def list_policies(work: CompanyWork, paging: Paging) -> Response:
    rows = await work.read(lists.policies_part, paging.after, paging.limit)
    part, key = paging.cut(rows, lambda policy: (policy.id, policy.id))
    return paging.listed([PolicyOut.model_validate(policy) for policy in part], key)


@router.post("", status_code=201, **op("create_policy", "Create a policy", Permission.WRITE_POLICIES, refuses=(409,)))
async def create_policy(work: CompanyWork, body: PolicyIn, response: Response) -> PolicyOut:
    policy = await work.write(drafting.create_policy, body)
    response.headers["location"] = f"/api/v1/companies/{work.company_id}/policies/{policy.id}"
    return PolicyOut.model_validate(policy)


@router.get("/{policy_id}", **op("get_policy", "Read a policy", Permission.READ_POLICIES))
async def get_policy(work: CompanyWork, policy_id: PathId) -> PolicyOut:
    return PolicyOut.model_validate(await work.read(lists.one_policy, policy_id))
