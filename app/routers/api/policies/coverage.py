"""How far a version has come, who still has to answer, and reminding them."""

from dataclasses import asdict, fields
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from app.authz import Permission
from app.context import Ctx
from app.duties.services.reminding import Reminded
from app.policies.queries import coverage, coverage_people
from app.policies.queries.coverage import Counts, PublishedVersion, TeamCounts
from app.policies.schemas.coverage import CoverageOut, PendingOut, RemindedOut, RemindIn
from app.policies.services import reminding
from app.schemas.base import Id
from app.web.door import CompanyWork
from app.web.ids import PathId
from app.web.openapi import op
from app.web.paging import Listed, PageRequest, Paging

router = APIRouter(
    prefix="/api/v1/companies/{company_id}/policies/{policy_id}/versions/{version_id}", tags=["acknowledgements"]
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
async def get_version_summary(work: CompanyWork, policy_id: PathId, version_id: PathId) -> CoverageOut:
    """Small groups are null for an agency, and so many more that none can be told by subtracting."""
    version, counts, teams = await work.read_slow(_summary, policy_id, version_id)
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
async def list_pending_people(
    work: CompanyWork, policy_id: PathId, version_id: PathId, paging: Paging, team_id: TeamId = None
) -> Response:
    rows = await work.read_slow(_pending, policy_id, version_id, paging, team_id)
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
async def remind_pending_people(
    work: CompanyWork, policy_id: PathId, version_id: PathId, body: RemindIn
) -> RemindedOut:
    """Once a day at most for each person, in their working hours, never at a weekend."""
    return RemindedOut.model_validate(await work.write(_remind, policy_id, version_id, body.team_id))


def _summary(ctx: Ctx, policy_id: str, version_id: str) -> tuple[PublishedVersion, Counts | None, list[TeamCounts]]:
    version = coverage.version(ctx, version_id, policy_id)
    teams = coverage.teams(ctx, version)
    return version, coverage.counts(ctx, version), teams


def _pending(ctx: Ctx, policy_id: str, version_id: str, paging: PageRequest, team_id: str | None) -> list[Any]:
    version = coverage.version(ctx, version_id, policy_id)
    return coverage_people.pending(ctx, version, paging.limit + 1, paging.after, team_id)


def _remind(ctx: Ctx, policy_id: str, version_id: str, team_id: str | None) -> Reminded:
    coverage.version(ctx, version_id, policy_id)
    return reminding.remind_now(ctx, version_id, team_id)


def _figures(counts: Counts | None) -> dict[str, Any]:
    shown: dict[str, int | None] = asdict(counts) if counts else dict.fromkeys(field.name for field in fields(Counts))
    return {**shown, "fewer_than_5": counts is None}
