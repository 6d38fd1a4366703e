"""What is asked of single people, and what they answered: only for those who may see names."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.authz import Permission
from app.policies.queries import lists
from app.policies.queries.lists import AssignmentFilter
from app.policies.rules.assignment import AssignmentState
from app.policies.schemas.acknowledgement import ReplyIn
from app.policies.schemas.assignment import AssignmentDetail, ExcuseIn
from app.policies.services import acknowledging
from app.schemas.base import Id
from app.web.door import CompanyWork, Operation
from app.web.ids import PathId
from app.web.openapi import op
from app.web.paging import Listed, Paging

router = APIRouter(
    prefix="/api/v1/companies/{company_id}/assignments", tags=["acknowledgements"], route_class=Operation
)


@router.get(
    "",
    response_model=Listed[AssignmentDetail],
    **op(
        "list_assignments", "List who was asked to acknowledge, and where they stand", Permission.READ_ACKNOWLEDGEMENTS
    ),
)
async def list_assignments(
    work: CompanyWork,
    paging: Paging,
    version_id: Annotated[Id | None, Query()] = None,
    state: Annotated[AssignmentState | None, Query()] = None,
    team_id: Annotated[Id | None, Query()] = None,
    person_id: Annotated[Id | None, Query()] = None,
) -> Response:
    wanted = AssignmentFilter(version_id=version_id, person_id=person_id, team_id=team_id, state=state)
    rows = await work.read(lists.assignments_part, wanted, paging.after, paging.limit)
    part, key = paging.cut(rows, lambda row: (row.id, row.id))
    return paging.listed([row._asdict() for row in part], key)


@router.post(
    "/{assignment_id}/reply",
    **op(
        "reply_to_assignment",
        "Answer a person's question; they are asked to read again",
        Permission.RECORD_ACKNOWLEDGEMENTS,
        refuses=(409,),
    ),
)
async def reply(work: CompanyWork, assignment_id: PathId, body: ReplyIn) -> AssignmentDetail:
    return AssignmentDetail.model_validate(await work.write(acknowledging.reply, assignment_id, body))


@router.post(
    "/{assignment_id}/excuse",
    **op(
        "excuse_assignment",
        "Stop asking a person, for a reason that is kept",
        Permission.RECORD_ACKNOWLEDGEMENTS,
        refuses=(409,),
    ),
)
async def excuse(work: CompanyWork, assignment_id: PathId, body: ExcuseIn) -> AssignmentDetail:
    return AssignmentDetail.model_validate(await work.write(acknowledging.excuse, assignment_id, body.reason))
