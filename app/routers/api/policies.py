"""Policies and their versions."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from app.schemas.acknowledgement import AcknowledgeForIn, AcknowledgementOut
from app.schemas.policy import (
    PolicyIn,
    PolicyOut,
)
from app.services import acknowledging, policy_drafting
from app.web.openapi import problems
from app.web.work import CompanyWork

router = APIRouter(prefix="/companies/{company_id}/policies", tags=["policies"])
PolicyId = Annotated[str, Path(max_length=36)]
VersionId = Annotated[str, Path(max_length=36)]


@router.post("", status_code=201, responses=problems(409), operation_id="create_policy", summary="Create a policy")
async def create_policy(work: CompanyWork, body: PolicyIn, response: Response) -> PolicyOut:
    policy = await work.write(policy_drafting.create_policy, body)
    response.headers["location"] = f"/api/v1/companies/{work.company_id}/policies/{policy.id}"
    return PolicyOut.model_validate(policy)


@router.post(
    "/{policy_id}/acknowledgements",
    status_code=201,
    responses=problems(409),
    operation_id="create_acknowledgement",
    summary="Record what a person confirmed in another system",
)
async def create_acknowledgement(work: CompanyWork, policy_id: PolicyId, body: AcknowledgeForIn) -> AcknowledgementOut:
    done = await work.write(acknowledging.acknowledge_for, policy_id, body)
    return AcknowledgementOut.model_validate(done)
