"""The list of those who have read a version, each with their receipt."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.policies.queries import acknowledged_list
from app.policies.rules.published import choices
from app.policies.schemas.coverage import AcknowledgedFilter
from app.policies.web import coverage_words as words
from app.routers.pages.waits import COMPANY_PAGES
from app.rules.instants import parse
from app.schemas.base import Search
from app.web import lists
from app.web.door import PageWork
from app.web.ids import GivenId
from app.web.lists import Column, ListAsked
from app.web.paging import Paging
from app.web.render import language_of, page
from app.web.tables import csv_answer
from app.wording import N_

router = APIRouter(prefix="/company/policies", dependencies=COMPANY_PAGES)
_PART = 1000
_BEFORE_ALL = ("", "")
_COLUMNS = (
    Column(N_("Name"), (("surname", N_("Surname")), ("name", N_("First name")))),
    Column(N_("Team"), (("team", N_("Team")),)),
    Column(N_("Version")),
    Column("", (("-at", N_("Recorded")),)),
)


async def acknowledged_filter(
    version: GivenId = None, q: Annotated[Search, Query()] = "", team: GivenId = None
) -> AcknowledgedFilter:
    return AcknowledgedFilter(version=version, q=q, team=team)


Wanted = Annotated[AcknowledgedFilter, Depends(acknowledged_filter)]


@router.get("/acknowledged")
async def show(request: Request, work: PageWork, paging: Paging, asked: ListAsked, wanted: Wanted) -> Response:
    """List those who have read it, as they are searched for and sorted."""
    part = await work.read_slow(acknowledged_list.part, wanted, asked)
    return page(
        request,
        "policies/coverage/acknowledged.html",
        work,
        list=lists.view(request, paging, part.found, _COLUMNS, wanted.model_dump() | {"version": part.version.id}),
        version=part.version,
        versions=choices(part.versions, part.version),
        people=part.people,
        teams=part.teams,
        wanted=wanted,
        instant=parse,
    )


@router.get("/acknowledged.csv")
async def export(request: Request, work: PageWork, wanted: Wanted) -> Response:
    """Give those of the list as a table for a spreadsheet."""
    language = language_of(request)
    first = await work.read_slow(acknowledged_list.exported, wanted, _PART, _BEFORE_ALL)
    return csv_answer("acknowledged.csv", words.acknowledged_columns(language), _parts(language, work, wanted, first))


async def _parts(
    language: str, work: PageWork, wanted: AcknowledgedFilter, rows: list[Any]
) -> AsyncIterator[list[list[str]]]:
    while rows:
        yield [words.acknowledged_cells(language, work.company.zone, row) for row in rows]
        key = (rows[-1].sort_name, rows[-1].person_id)
        rows = await work.read_anew(acknowledged_list.exported, wanted, _PART, key) if len(rows) == _PART else []
