"""People: the list, one, many at once. Only the company's own clients see them; an agency gets counts."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from app.authz import Permission
from app.people.queries import people as people_queries
from app.people.queries.people import Wanted
from app.people.schemas.people import (
    ErasedOut,
    ExternalId,
    LeaveIn,
    PersonChange,
    PersonFacts,
    PersonIn,
    PersonOut,
    RejoinIn,
    Status,
)
from app.people.services import erasure, leaving, people
from app.schemas.base import Id, Moment
from app.web.door import CompanyWork, Operation
from app.web.etags import IfMatch, tagged
from app.web.ids import PathId
from app.web.openapi import op
from app.web.paging import Listed, Paging

router = APIRouter(prefix="/api/v1/companies/{company_id}/people", tags=["people"], route_class=Operation)
Number = Annotated[ExternalId, Path(description="Your own number for the person.")]


async def wanted(
    team_id: Annotated[Id | None, Query()] = None,
    site_id: Annotated[Id | None, Query()] = None,
    status: Annotated[Status | None, Query(description="Where their latest employment stands today.")] = None,
    updated_since: Annotated[Moment | None, Query(description="Changed at this moment or later.")] = None,
) -> Wanted:
    """Return the filters of the list."""
    since: datetime | None = updated_since
    return Wanted(team_id=team_id, site_id=site_id, status=status, updated_since=since)


@router.get("", response_model=Listed[PersonOut], **op("list_people", "List people by name", Permission.READ_PEOPLE))
async def list_people(work: CompanyWork, paging: Paging, filters: Annotated[Wanted, Depends(wanted)]) -> Response:
    read = work.read if filters == Wanted() else work.read_slow  # the index gives a page, but not who is in a team
    rows = await read(people_queries.page, filters, paging.after, paging.limit + 1)
    part, key = paging.cut(rows, lambda person: (person.name, person.id))
    return paging.listed([person._asdict() for person in part], key)


@router.post("", status_code=201, **op("create_person", "Take a person on", Permission.WRITE_PEOPLE, refuses=(409,)))
async def create_person(work: CompanyWork, body: PersonIn, response: Response) -> PersonOut:
    person = await work.write(people.create, body)
    response.headers["location"] = f"/api/v1/companies/{work.company_id}/people/{person.id}"
    return _out(person, response)


@router.put(
    "/by_external_id/{external_id}",
    **op(
        "put_person",
        "Take on or change the person with this number",
        Permission.WRITE_PEOPLE,
        refuses=(409,),
        answers={201: {"model": PersonOut, "description": "The person is new."}},
    ),
)
async def put_person(work: CompanyWork, external_id: Number, body: PersonIn, response: Response) -> PersonOut:
    person, created = await work.write(people.upsert, external_id, body)
    if created:
        response.status_code = 201
        response.headers["location"] = f"/api/v1/companies/{work.company_id}/people/{person.id}"
    return _out(person, response)


@router.get(
    "/by_external_id/{external_id}",
    **op("get_person_by_external_id", "Read the person with this number", Permission.READ_PEOPLE),
)
async def get_person_by_external_id(work: CompanyWork, external_id: Number, response: Response) -> PersonOut:
    return _out(await work.read(people_queries.by_external_id, external_id), response)


@router.get("/{person_id}", **op("get_person", "Read a person", Permission.READ_PEOPLE))
async def get_person(work: CompanyWork, person_id: PathId, response: Response) -> PersonOut:
    return _out(await work.read(people_queries.one, person_id), response)


@router.patch(
    "/{person_id}", **op("update_person", "Change a person", Permission.WRITE_PEOPLE, refuses=(409, 412, 428))
)
async def update_person(
    work: CompanyWork, person_id: PathId, row_version: IfMatch, body: PersonChange, response: Response
) -> PersonOut:
    return _out(await work.write(people.change, person_id, row_version, body), response)


@router.post(
    "/{person_id}/leave",
    **op("end_employment", "End the employment of a person", Permission.WRITE_PEOPLE, refuses=(409,)),
)
async def end_employment(work: CompanyWork, person_id: PathId, body: LeaveIn, response: Response) -> PersonOut:
    return _out(await work.write(leaving.leave, person_id, body.last_day), response)


@router.post(
    "/{person_id}/rejoin", **op("rejoin_person", "Take somebody back who left", Permission.WRITE_PEOPLE, refuses=(409,))
)
async def rejoin_person(work: CompanyWork, person_id: PathId, body: RejoinIn, response: Response) -> PersonOut:
    return _out(await work.write(people.rejoin, person_id, body), response)


@router.post(
    "/{person_id}/erase",
    **op("erase_person", "Erase what is kept about a person who left", Permission.WRITE_PEOPLE, refuses=(409,)),
)
async def erase_person(work: CompanyWork, person_id: PathId) -> ErasedOut:
    """Delete the person, their answers and the evidence behind them for good; proofs of others stay valid."""
    return ErasedOut(leaves=await work.write(erasure.erase, person_id))


def _out(person: PersonFacts, response: Response) -> PersonOut:
    tagged(response, person.row_version)
    return PersonOut.model_validate(person)
