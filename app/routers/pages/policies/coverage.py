"""The company's first page: who has read the policy, who still has to, and what to do about it."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.authz import Permission
from app.duties.web import words as duty_words
from app.organisations.queries import overview
from app.policies.queries import coverage, coverage_page, coverage_people
from app.policies.rules.published import PublishedVersion, choices, pick
from app.policies.schemas.coverage import RemindVersionIn
from app.policies.services import reminding
from app.policies.web import coverage_words as words
from app.routers.pages.waits import COMPANY_PAGES
from app.web.door import PageWork
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.ids import GivenId
from app.web.render import language_of, page
from app.web.tables import csv_answer

router = APIRouter(prefix="/company/policies", dependencies=COMPANY_PAGES)
VersionId = Annotated[GivenId, Query(alias="version")]
RemindForm = Annotated[Posted[RemindVersionIn], Depends(posted(RemindVersionIn, hidden=RemindVersionIn.model_fields))]

_PART = 1000


@router.get("/coverage")
async def show(request: Request, work: PageWork, version_id: VersionId = None) -> Response:
    """Say how far a version has come, or what to do first where none is published."""
    return await _coverage(request, work, version_id)


async def _coverage(
    request: Request, work: PageWork, version_id: str | None, refused: Refused | None = None
) -> Response:
    versions = await work.read(coverage.published)
    if not versions and version_id is None:
        values = {"missing": await work.read(overview.missing), **form_values(request, refused)}
        return page(request, "policies/coverage/start.html", work, **values)
    version = pick(versions, version_id)
    figures = await work.read_slow(coverage_page.figures, version)
    language = language_of(request)
    points = [(duty_words.short_day(language, day), number) for day, number in figures.progress]
    return page(
        request,
        "policies/coverage/page.html",
        work,
        version=version,
        choices=choices(versions, version),
        headline=words.headline(language, figures.counts),
        points=points,
        **figures._asdict(),
        **form_values(request, refused),
    )


@router.post("/remind")
async def remind(
    request: Request,
    work: PageWork,
    form: RemindForm,
) -> Response:
    """Remind everybody still pending, or those of one team."""
    done = await submitted(form, lambda data: work.write(reminding.remind_now, data.version_id, data.team_id))
    if isinstance(done, Refused):
        return await _coverage(request, work, form.raw.get("version_id"), done)
    told = Flash("success" if done.people else "info", duty_words.reminded(language_of(request), done))
    return redirect(f"/company/policies/coverage?version={form.raw['version_id']}", told)


@router.get("/coverage.csv")
async def export(request: Request, work: PageWork, version_id: VersionId = None) -> Response:
    """Return a table for a spreadsheet: people for those who may see names, else counts by team."""
    version = pick(await work.read(coverage.published), version_id)
    language, name = language_of(request), f"coverage-{version.label}.csv"
    if work.actor.may_see_names(Permission.READ_ACKNOWLEDGEMENTS):
        first = await work.read_slow(coverage_people.everybody, version, _PART)
        return csv_answer(name, words.people_columns(language), _people_parts(language, work, version, first))
    teams = await work.read_slow(coverage.teams, version)
    return csv_answer(name, words.team_columns(language), _team_part(language, teams))


async def _people_parts(
    language: str, work: PageWork, version: PublishedVersion, rows: list[Any]
) -> AsyncIterator[list[Any]]:
    while rows:
        yield [words.people_cells(language, work.company.zone, row) for row in rows]
        key = (rows[-1].name, rows[-1].person_id)
        rows = await work.read_anew(coverage_people.everybody, version, _PART, key) if len(rows) == _PART else []


async def _team_part(language: str, teams: Sequence[Any]) -> AsyncIterator[list[Any]]:
    yield [words.team_cells(language, team) for team in teams]
