"""Days on which the company is closed and nobody is written to, beside public holidays."""

from datetime import date

from fastapi import APIRouter, Response

from app.authz import Permission
from app.organisations.queries import closing_days as closing_days_queries
from app.organisations.schemas.company import ClosingDaysIn, ClosingDaysOut
from app.organisations.services import closing_days
from app.web.door import CompanyWork, Operation
from app.web.ids import PathId
from app.web.openapi import op
from app.web.paging import Listed, Paging

router = APIRouter(prefix="/api/v1/companies/{company_id}/closing_days", tags=["companies"], route_class=Operation)


@router.get(
    "",
    response_model=Listed[ClosingDaysOut],
    **op("list_closing_days", "List closing days, the earliest first", Permission.READ_COMPANY),
)
async def list_closing_days(work: CompanyWork, paging: Paging) -> Response:
    after = paging.after and (date.fromisoformat(str(paging.after[0])), paging.after[1])
    rows = await work.read(closing_days_queries.listed, after, paging.limit + 1)
    part, key = paging.cut(rows, lambda row: (row.starts_on.isoformat(), row.id))
    return paging.listed([ClosingDaysOut.model_validate(row) for row in part], key)


@router.post(
    "", status_code=201, **op("create_closing_days", "Note closing days", Permission.WRITE_COMPANY, refuses=(409,))
)
async def create_closing_days(work: CompanyWork, body: ClosingDaysIn) -> ClosingDaysOut:
    return ClosingDaysOut.model_validate(await work.write(closing_days.add, body))


@router.delete(
    "/{closing_days_id}",
    status_code=204,
    **op("remove_closing_days", "Take closing days back", Permission.WRITE_COMPANY),
)
async def remove_closing_days(work: CompanyWork, closing_days_id: PathId) -> None:
    await work.write(closing_days.remove, closing_days_id)
