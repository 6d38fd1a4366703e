"""The company itself: its settings, its teams and sites, and the agencies that work for it."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import AfterValidator
from starlette.responses import Response

from app.access import visited as agency_visits
from app.authz import Permission
from app.context import Ctx
from app.errors import NotFound
from app.models import Site, Team
from app.organisations.schemas.company import CompanyChange, CompanyForm, EngagementForm
from app.organisations.services import companies, engagements, time_zones
from app.organisations.web.engagement_words import scope_choices
from app.people.queries import people as people_queries
from app.people.schemas.people import PlaceIn
from app.people.services import teams
from app.roster import company as company_queries
from app.web.attempts import Refused, attempted
from app.web.flash import Flash, redirect
from app.web.form_words import by_field
from app.web.forms import Posted, parsed, posted
from app.web.i18n import LANGUAGES
from app.web.render import page, translate
from app.web.work import PageWork, Work, known_id
from app.wording import N_

router = APIRouter(prefix="/company")
RowId = Annotated[str, Path(max_length=36), AfterValidator(known_id)]
_KINDS: dict[str, people_queries.Place] = {"teams": Team, "sites": Site}
_MOST_ENGAGEMENTS = 200


@router.get("/settings")
async def settings(request: Request, work: PageWork) -> Response:
    return await _settings(request, work, {}, None)


@router.post("/settings")
async def change_settings(
    request: Request, work: PageWork, form: Annotated[Posted[CompanyForm], Depends(posted(CompanyForm))]
) -> Response:
    """Change name, language, time zone and contact."""
    if form.value is None:
        return await _settings(request, work, form.raw, Refused(422, tuple(form.errors.values())))
    change = CompanyChange(**form.value.model_dump(exclude={"row_version"}))
    done = await attempted(work.write(companies.change, form.value.row_version, change))
    if isinstance(done, Refused):
        return await _settings(request, work, form.raw, done)
    return _back(request, "/company/settings", N_("The settings are saved."))


@router.get("/people/teams")
async def places(request: Request, work: PageWork) -> Response:
    return await _places(request, work, {}, "", None)


@router.post("/people/teams/{kind}")
async def add_place(
    request: Request, work: PageWork, kind: str, form: Annotated[Posted[PlaceIn], Depends(posted(PlaceIn))]
) -> Response:
    """Add a team or a site."""
    if form.value is None:
        return await _places(request, work, form.raw, kind, Refused(422, tuple(form.errors.values())))
    done = await attempted(work.write(teams.create, _kind(kind), form.value), {"name_taken": "name"})
    if isinstance(done, Refused):
        return await _places(request, work, form.raw, kind, done)
    return _back(request, "/company/people/teams", N_("Added."))


@router.post("/people/teams/{kind}/{place_id}")
async def rename_place(
    request: Request,
    work: PageWork,
    kind: str,
    place_id: RowId,
    form: Annotated[Posted[PlaceIn], Depends(posted(PlaceIn))],
) -> Response:
    """Rename a team or a site."""
    if form.value is None:
        return await _places(request, work, form.raw, place_id, Refused(422, tuple(form.errors.values())))
    done = await attempted(work.write(teams.rename, _kind(kind), place_id, form.value), {"name_taken": "name"})
    if isinstance(done, Refused):
        return await _places(request, work, form.raw, place_id, done)
    return _back(request, "/company/people/teams", N_("The new name is saved."))


@router.get("/engagements")
async def list_engagements(request: Request, work: PageWork) -> Response:
    return await _engagements(request, work, {}, "", None)


@router.post("/engagements/{engagement_id}")
async def change_engagement(request: Request, work: PageWork, engagement_id: RowId) -> Response:
    """Change what an agency may do, until when, and under which agreement."""
    form = parsed(EngagementForm, await request.form())
    if form.value is None:
        return await _engagements(request, work, form.raw, engagement_id, Refused(422, tuple(form.errors.values())))
    doing = work.write(engagements.change, engagement_id, form.value.row_version, form.value.change())
    done = await attempted(doing)
    if isinstance(done, Refused):
        return await _engagements(request, work, form.raw, engagement_id, done)
    return _back(request, "/company/engagements", N_("The engagement is changed."))


@router.post("/engagements/{engagement_id}/end")
async def end_engagement(request: Request, work: PageWork, engagement_id: RowId) -> Response:
    """Shut an agency out at once. Whoever changed the engagement meanwhile does not stand in the way of that."""
    engagement, agency = await work.read(company_queries.one_engagement, engagement_id)
    await work.write(engagements.end, engagement_id, engagement.row_version)
    text = translate(request, N_("%(agency)s has no access any more."), agency=agency)
    return redirect("/company/engagements", Flash("success", text))


async def _settings(request: Request, work: Work, raw: dict[str, str], refused: Refused | None) -> Response:
    company = await work.read(_company)
    typed = raw if refused else company.model_dump()
    values: dict[str, Any] = {
        "value": {name: typed.get(name, "") for name in CompanyForm.model_fields},
        "errors": by_field(request, refused.errors) if refused else {},
        "languages": LANGUAGES,
        "zones": time_zones.suggested(),
    }
    return page(
        request, "organisations/company/settings.html", work, status=_status(refused), company=company, **values
    )


async def _places(request: Request, work: Work, raw: dict[str, str], where: str, refused: Refused | None) -> Response:
    """Show teams and sites; ``where`` is the list, or the row, that the refused form belongs to."""
    lists = await work.read(_teams_and_sites)
    errors = by_field(request, refused.errors) if refused else {}
    return page(
        request,
        "people/teams/teams.html",
        work,
        status=_status(refused),
        lists=lists,
        raw=raw,
        where=where,
        errors=errors,
    )


async def _engagements(
    request: Request, work: Work, raw: dict[str, str], where: str, refused: Refused | None
) -> Response:
    rows = await work.read(company_queries.engagements, None, _MOST_ENGAGEMENTS)
    visits = await work.read(agency_visits.recent)
    today = work.now.astimezone(work.company.zone).date() if work.company else date.min
    chosen = (await request.form()).getlist("scopes") if refused else []
    values: dict[str, Any] = {
        "raw": raw,
        "where": where,
        "chosen": chosen,
        "errors": by_field(request, refused.errors) if refused else {},
        "scopes": scope_choices(request),
    }
    values |= {"rows": rows, "visits": visits, "today": today}
    return page(request, "organisations/company/engagements.html", work, status=_status(refused), **values)


def _company(ctx: Ctx) -> Any:
    ctx.require(Permission.WRITE_COMPANY)
    return company_queries.company(ctx)


def _teams_and_sites(ctx: Ctx) -> list[tuple[str, Any]]:
    ctx.require(Permission.WRITE_PEOPLE)
    return [(name, people_queries.places(ctx, kind)) for name, kind in _KINDS.items()]


def _kind(name: str) -> people_queries.Place:
    if name not in _KINDS:
        raise NotFound
    return _KINDS[name]


def _back(request: Request, to: str, text: str) -> Response:
    return redirect(to, Flash("success", translate(request, text)))


def _status(refused: Refused | None) -> int:
    return refused.status if refused else 200
