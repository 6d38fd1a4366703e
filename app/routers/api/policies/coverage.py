"""How far a version has come, who still has to answer, and reminding them."""

from dataclasses import asdict, fields
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from app.authz import Permission
from app.duties.schemas.reminding import RemindIn
from app.policies.queries import coverage, coverage_people
from app.policies.queries.coverage import Counts
from app.policies.schemas.coverage import CoverageOut, PendingOut, RemindedOut
from app.policies.services import reminding
from app.policies.web.one_version import OneVersion
from app.schemas.base import Id
from app.web.door import Operation
from app.web.openapi import op
from app.web.paging import Listed, Paging

router = APIRouter(
    prefix="/api/v1/companies/{company_id}/policies/{policy_id}/versions/{version_id}",
    tags=["acknowledgements"],
    route_class=Operation,
)
TeamId = Annotated[Id | None, Query(description="Only people of this team.")]


@router.get(
    "/summary",
    **op(
        "get_version_summary",
        "Count who has acknowledged a version, in all and by team",
        Permission.SUMMARISE_ACKNOWLEDGEMENTS,
    ),
)
async def get_version_summary(asked: OneVersion) -> CoverageOut:
    """Small groups are null for an agency, and so many more that none can be told by subtracting."""
    version, counts, teams = await asked.read_slow(coverage.summary)
    return CoverageOut.model_validate(
        {
            "version_id": version.id,
            "label": version.label,
            "effective_on": version.effective_on,
            "published_at": version.published_at,
            **_figures(counts),
            "teams": [{"team_id": team.team_id, "name": team.name, **_figures(team.counts)} for team in teams],
        }
    )


@router.get(
    "/pending",
    response_model=Listed[PendingOut],
    **op("list_pending_people", "List who still has to answer, by name", Permission.READ_ACKNOWLEDGEMENTS),
)
async def list_pending_people(version: OneVersion, paging: Paging, team_id: TeamId = None) -> Response:
    rows = await version.read_slow(coverage_people.pending_in, paging.limit + 1, paging.after, team_id)
    part, next_key = paging.cut(rows, lambda row: (row.name, row.person_id))
    return paging.listed([{name: getattr(row, name) for name in PendingOut.model_fields} for row in part], next_key)


@router.post(
    "/remind",
    **op(
        "remind_pending_people",
        "Remind those who still have to answer",
        Permission.RECORD_ACKNOWLEDGEMENTS,
        refuses=(409,),
    ),
)
async def remind_pending_people(version: OneVersion, body: RemindIn) -> RemindedOut:
    """Once a day at most for each person, in their working hours, never at a weekend."""
    return RemindedOut.model_validate(await version.write(reminding.remind_now, body.team_id))


def _figures(counts: Counts | None) -> dict[str, Any]:
    shown: dict[str, int | None] = asdict(counts) if counts else dict.fromkeys(field.name for field in fields(Counts))
    return {**shown, "fewer_than_5": counts is None}
