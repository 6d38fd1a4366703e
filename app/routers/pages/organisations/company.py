"""The company itself: its settings, and the agencies that work for it."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from app.access import visited as agency_visits
from app.access.work import Work
from app.organisations.queries import closing_days as closing_days_queries
from app.organisations.queries import company as company_queries
from app.organisations.queries import overview
from app.organisations.schemas.company import ClosingDaysIn, CompanyForm, EngagementForm
from app.organisations.services import closing_days, companies, engagements, time_zones
from app.organisations.web.countries import countries_by_name
from app.organisations.web.engagement_words import scope_choices
from app.roster.waiting import Waiting
from app.routers.pages.waits import COMPANY_PAGES
from app.web.door import PageWork
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.i18n import LANGUAGES
from app.web.ids import GivenId, PathId
from app.web.render import language_of, page, translate
from app.wording import N_

router = APIRouter(prefix="/company", dependencies=COMPANY_PAGES)
_MOST_ENGAGEMENTS = 200


@router.get("")
async def show_overview(request: Request, work: PageWork, version: GivenId = None) -> Response:
    """Show what waits for the actor, and how far each policy has come."""
    if version:  # this was the address of the coverage of a version
        return RedirectResponse(f"/company/policies/coverage?{urlencode({'version': version})}", status_code=308)
    waiting: list[Waiting] = request.state.waiting
    policies, missing = await work.read_slow(overview.policies), await work.read(overview.missing)
    courses = await work.read_slow(overview.courses)
    values: dict[str, Any] = {"waiting": waiting, "policies": policies, "courses": courses, "missing": missing}
    return page(request, "organisations/company/overview.html", work, **values)


@router.get("/settings")
async def settings(request: Request, work: PageWork) -> Response:
    return await _settings(request, work)


@router.post("/settings")
async def change_settings(
    request: Request,
    work: PageWork,
    form: Annotated[Posted[CompanyForm], Depends(posted(CompanyForm, hidden=("row_version",)))],
) -> Response:
    """Change name, language, country, time zone and contact."""
    done = await submitted(form, lambda data: work.write(companies.change, data.row_version, data.change()))
    if isinstance(done, Refused):
        return await _settings(request, work, done)
    return _back(request, "/company/settings", N_("The settings are saved."))


@router.post("/settings/closing-days")
async def add_closing_days(
    request: Request, work: PageWork, form: Annotated[Posted[ClosingDaysIn], Depends(posted(ClosingDaysIn))]
) -> Response:
    """Note days on which the company is closed."""
    done = await submitted(form, lambda data: work.write(closing_days.add, data))
    if isinstance(done, Refused):
        return await _settings(request, work, done, where="closing")
    return _back(request, "/company/settings", N_("Noted: nobody is written to on these days."))


@router.post("/settings/closing-days/{closing_days_id}/remove")
async def remove_closing_days(request: Request, work: PageWork, closing_days_id: PathId) -> Response:
    """Take closing days back."""
    await work.write(closing_days.remove, closing_days_id)
    return _back(request, "/company/settings", N_("Removed: these are ordinary days again."))


@router.get("/engagements")
async def list_engagements(request: Request, work: PageWork) -> Response:
    return await _engagements(request, work)


@router.post("/engagements/{engagement_id}")
async def change_engagement(
    request: Request,
    work: PageWork,
    engagement_id: PathId,
    form: Annotated[Posted[EngagementForm], Depends(posted(EngagementForm, hidden=("row_version",)))],
) -> Response:
    """Change what an agency may do, until when, and under which agreement."""
    done = await submitted(
        form, lambda data: work.write(engagements.change, engagement_id, data.row_version, data.change())
    )
    if isinstance(done, Refused):
        return await _engagements(request, work, engagement_id, done)
    return _back(request, "/company/engagements", N_("The engagement is changed."))


@router.post("/engagements/{engagement_id}/end")
async def end_engagement(request: Request, work: PageWork, engagement_id: PathId) -> Response:
    """Shut an agency out at once. Whoever changed the engagement meanwhile does not stand in the way of that."""
    engagement, agency = await work.read(company_queries.one_engagement, engagement_id)
    await work.write(engagements.end, engagement_id, engagement.row_version)
    text = translate(request, N_("%(agency)s has no access any more."), agency=agency)
    return redirect("/company/engagements", Flash("success", text))


async def _settings(request: Request, work: Work, refused: Refused | None = None, where: str = "company") -> Response:
    """Show the settings; ``where`` is the form that was refused: the company's own, or the one for closing days."""
    company = await work.read(company_queries.to_change)
    typed = refused.form.raw if refused and where == "company" else company.model_dump()
    values: dict[str, Any] = {
        "value": {name: typed.get(name, "") for name in CompanyForm.model_fields},
        "where": where,
        "languages": LANGUAGES,
        "countries": countries_by_name(language_of(request)),
        "zones": time_zones.suggested(),
        "closings": await work.read(closing_days_queries.listed, None, closing_days.MOST),
    }
    values |= form_values(request, refused)
    return page(request, "organisations/company/settings.html", work, company=company, **values)


async def _engagements(request: Request, work: Work, where: str = "", refused: Refused | None = None) -> Response:
    rows = await work.read(company_queries.engagements, None, _MOST_ENGAGEMENTS)
    visits = await work.read(agency_visits.recent)
    values: dict[str, Any] = {"where": where, "scopes": scope_choices(request), **form_values(request, refused)}
    values |= {"rows": rows, "visits": visits, "today": work.today}
    return page(request, "organisations/company/engagements.html", work, **values)


def _back(request: Request, to: str, text: str) -> Response:
    return redirect(to, Flash("success", translate(request, text)))
