"""A policy version in an address of the API: under its own policy only, for whom the operation is open."""

from functools import partial
from typing import Annotated

from fastapi import Depends, Request

from app.policies.queries import lists
from app.web.door import CompanyWork
from app.web.ids import PathId
from app.web.one_version import VersionWork
from app.web.openapi import permissions_of


async def one_version(request: Request, work: CompanyWork, policy_id: PathId, version_id: PathId) -> VersionWork:
    permissions = permissions_of(request.scope["route"])
    check = partial(lists.version_of, permissions=permissions, policy_id=policy_id, version_id=version_id)
    address = f"/api/v1/companies/{work.company_id}/policies/{policy_id}/versions/{version_id}"
    return VersionWork(work, address, version_id, check)


OneVersion = Annotated[VersionWork, Depends(one_version)]
