"""A course version in an address of the API: under its own course only, for those who may do what is asked."""

from functools import partial
from typing import Annotated

from fastapi import Depends, Request

from app.training.queries import catalogue
from app.web.door import CompanyWork
from app.web.ids import PathId
from app.web.one_version import VersionWork
from app.web.openapi import permissions_of


async def one_version(request: Request, work: CompanyWork, course_id: PathId, course_version_id: PathId) -> VersionWork:
    permissions = permissions_of(request.scope["route"])
    check = partial(catalogue.version_of, permissions=permissions, course_id=course_id, version_id=course_version_id)
    address = f"/api/v1/companies/{work.company_id}/courses/{course_id}/versions/{course_version_id}"
    return VersionWork(work, address, course_version_id, check)


OneCourseVersion = Annotated[VersionWork, Depends(one_version)]
