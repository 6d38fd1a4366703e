"""Companies and their engagements."""

from fastapi import APIRouter, Response

from app.authz import Permission
from app.models.types import new_id
from app.organisations.queries import client_companies
from app.organisations.queries import company as company_queries
from app.organisations.schemas.company import CompanyChange, CompanyIn, CompanyOut, EngagementChange, EngagementOut
from app.organisations.services import companies, engagements
from app.web.door import ClientAgencyWork, CompanyWork, Operation
from app.web.etags import IfMatch, tagged
from app.web.ids import PathId
from app.web.openapi import op
from app.web.paging import Listed, Paging

router = APIRouter(prefix="/api/v1/companies", tags=["companies"], route_class=Operation)
inside = APIRouter(prefix="/api/v1/companies/{company_id}", tags=["companies"], route_class=Operation)


@router.post(
    "", status_code=201, **op("create_company", "Take on a client company", Permission.CREATE_COMPANIES, refuses=(409,))
)
async def create_company(work: ClientAgencyWork, body: CompanyIn, response: Response) -> CompanyOut:
    company_id = new_id()
    company = await work.write_in_company(company_id, companies.create, company_id, body)
    response.headers["location"] = f"/api/v1/companies/{company_id}"
    tagged(response, company.row_version)
    return CompanyOut.model_validate(company)


@router.get(
    "", response_model=Listed[CompanyOut], **op("list_companies", "List the companies that engage the agency today")
)
async def list_companies(work: ClientAgencyWork, paging: Paging) -> Response:
    rows = await work.read(client_companies.companies, paging.after, paging.limit + 1)
    part, key = paging.cut(rows, lambda company: (company.name, company.id))
    return paging.listed([CompanyOut.model_validate(company) for company in part], key)


@inside.get("", **op("get_company", "Read the company", Permission.READ_COMPANY))
async def get_company(work: CompanyWork, response: Response) -> CompanyOut:
    company = await work.read(company_queries.company)
    tagged(response, company.row_version)
    return CompanyOut.model_validate(company)


@inside.patch("", **op("update_company", "Change the company", Permission.WRITE_COMPANY, refuses=(412, 428)))
async def update_company(
    work: CompanyWork, row_version: IfMatch, body: CompanyChange, response: Response
) -> CompanyOut:
    company = await work.write(companies.change, row_version, body)
    tagged(response, company.row_version)
    return CompanyOut.model_validate(company)


@inside.get(
    "/engagements",
    response_model=Listed[EngagementOut],
    **op("list_engagements", "List the engagements of agencies, the oldest first", Permission.MANAGE_ENGAGEMENTS),
)
async def list_engagements(work: CompanyWork, paging: Paging) -> Response:
    rows = await work.read(company_queries.engagements, paging.after, paging.limit + 1)
    part, key = paging.cut(rows, lambda row: (row[0].id, row[0].id))
    return paging.listed([EngagementOut.of(engagement, agency) for engagement, agency in part], key)


@inside.get("/engagements/{engagement_id}", **op("get_engagement", "Read an engagement", Permission.MANAGE_ENGAGEMENTS))
async def get_engagement(work: CompanyWork, engagement_id: PathId, response: Response) -> EngagementOut:
    engagement, agency = await work.read(company_queries.one_engagement, engagement_id)
    tagged(response, engagement.row_version)
    return EngagementOut.of(engagement, agency)


@inside.patch(
    "/engagements/{engagement_id}",
    **op(
        "update_engagement",
        "Change what an agency may do, or end it",
        Permission.MANAGE_ENGAGEMENTS,
        refuses=(412, 428),
    ),
)
async def update_engagement(
    work: CompanyWork, engagement_id: PathId, row_version: IfMatch, body: EngagementChange, response: Response
) -> EngagementOut:
    await work.write(engagements.change, engagement_id, row_version, body)
    return await get_engagement(work, engagement_id, response)


router.routes.extend(inside.routes)
