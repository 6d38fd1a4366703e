"""Absences of a person: from when to when, never why."""

from datetime import date

from fastapi import APIRouter, Response

from app.authz import Permission
from app.people.queries import absences as absence_queries
from app.people.schemas.people import AbsenceChange, AbsenceIn, AbsenceOut
from app.people.services import absences
from app.web.door import CompanyWork, Operation
from app.web.ids import PathId
from app.web.openapi import op
from app.web.paging import Listed, Paging

router = APIRouter(
    prefix="/api/v1/companies/{company_id}/people/{person_id}/absences", tags=["people"], route_class=Operation
)


@router.get(
    "",
    response_model=Listed[AbsenceOut],
    **op("list_absences", "List the absences of a person, the newest first", Permission.READ_PEOPLE),
)
async def list_absences(work: CompanyWork, person_id: PathId, paging: Paging) -> Response:
    after = paging.after and (date.fromisoformat(str(paging.after[0])), paging.after[1])
    rows = await work.read(absence_queries.of_person, person_id, after, paging.limit + 1)
    part, key = paging.cut(rows, lambda row: (row.starts_on.isoformat(), row.id))
    return paging.listed([AbsenceOut.model_validate(row) for row in part], key)


@router.post("", status_code=201, **op("create_absence", "Note an absence", Permission.WRITE_PEOPLE, refuses=(409,)))
async def create_absence(work: CompanyWork, person_id: PathId, body: AbsenceIn) -> AbsenceOut:
    """Nothing is due and nobody is written to while a person is away; the days that were left are given back."""
    return AbsenceOut.model_validate(await work.write(absences.record, person_id, body))


@router.patch(
    "/{absence_id}",
    **op("update_absence", "Change the last day of an absence", Permission.WRITE_PEOPLE, refuses=(409,)),
)
async def update_absence(work: CompanyWork, person_id: PathId, absence_id: PathId, body: AbsenceChange) -> AbsenceOut:
    return AbsenceOut.model_validate(await work.write(absences.change, person_id, absence_id, body))


@router.delete(
    "/{absence_id}",
    status_code=204,
    **op("remove_absence", "Take back an absence noted by mistake", Permission.WRITE_PEOPLE, refuses=(409,)),
)
async def remove_absence(work: CompanyWork, person_id: PathId, absence_id: PathId) -> None:
    await work.write(absences.remove, person_id, absence_id)
