"""Teams and sites. A name is all they have, so whoever writes last is right and no ``If-Match`` is asked for."""

from fastapi import APIRouter, Response

from app.access.work import Work
from app.authz import Permission
from app.models import Site, Team
from app.people.queries import people as people_queries
from app.people.queries.people import Place
from app.people.schemas.people import PlaceIn, PlaceOut
from app.people.services import teams
from app.web.door import CompanyWork, Operation
from app.web.ids import PathId
from app.web.openapi import op
from app.web.paging import Listed, PageRequest, Paging

router = APIRouter(prefix="/api/v1/companies/{company_id}", tags=["people"], route_class=Operation)


@router.get(
    "/teams", response_model=Listed[PlaceOut], **op("list_teams", "List teams by name", Permission.READ_COMPANY)
)
async def list_teams(work: CompanyWork, paging: Paging) -> Response:
    return await _list(work, Team, paging)


@router.post("/teams", status_code=201, **op("create_team", "Create a team", Permission.WRITE_PEOPLE, refuses=(409,)))
async def create_team(work: CompanyWork, body: PlaceIn) -> PlaceOut:
    return await work.write(teams.create, Team, body)


@router.patch("/teams/{team_id}", **op("update_team", "Rename a team", Permission.WRITE_PEOPLE, refuses=(409,)))
async def update_team(work: CompanyWork, team_id: PathId, body: PlaceIn) -> PlaceOut:
    return await work.write(teams.rename, Team, team_id, body)


@router.get(
    "/sites", response_model=Listed[PlaceOut], **op("list_sites", "List sites by name", Permission.READ_COMPANY)
)
async def list_sites(work: CompanyWork, paging: Paging) -> Response:
    return await _list(work, Site, paging)


@router.post("/sites", status_code=201, **op("create_site", "Create a site", Permission.WRITE_PEOPLE, refuses=(409,)))
async def create_site(work: CompanyWork, body: PlaceIn) -> PlaceOut:
    return await work.write(teams.create, Site, body)


@router.patch("/sites/{site_id}", **op("update_site", "Rename a site", Permission.WRITE_PEOPLE, refuses=(409,)))
async def update_site(work: CompanyWork, site_id: PathId, body: PlaceIn) -> PlaceOut:
    return await work.write(teams.rename, Site, site_id, body)


async def _list(work: Work, kind: Place, paging: PageRequest) -> Response:
    rows = await work.read(people_queries.places_page, kind, paging.after, paging.limit + 1)
    part, key = paging.cut(rows, lambda place: (place.name, place.id))
    return paging.listed([PlaceOut(id=place.id, name=place.name) for place in part], key)
