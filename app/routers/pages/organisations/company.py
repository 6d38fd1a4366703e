"""The company itself: its settings, and the agencies that work for it."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from app.access import visited as agency_visits
from app.access.work import Work
from app.authz import Permission
from app.context import Ctx
from app.organisations.queries import closing_days as closing_days_queries
from app.organisations.queries import overview
from app.organisations.schemas.company import ClosingDaysIn, CompanyChange, CompanyForm, EngagementForm
from app.organisations.services import closing_days, companies, engagements, time_zones
from app.organisations.web.countries import countries_by_name
from app.organisations.web.engagement_words import scope_choices
from app.roster import company as company_queries
from app.roster.waiting import Waiting
from app.routers.pages.waits import COMPANY_PAGES
from app.web.attempts import Refused, attempted
from app.web.door import PageWork
from app.web.flash import Flash, redirect
from app.web.form_words import by_field
from app.web.forms import Posted, parsed, posted
from app.web.i18n import LANGUAGES
from app.web.ids import PathId
from app.web.render import language_of, page, translate
from app.wording import N_

router = APIRouter(prefix="/company", dependencies=COMPANY_PAGES)
_MOST_ENGAGEMENTS = 200


@router.get("")
async def show_overview(
    request: Request, work: PageWork, version: Annotated[str, Query(max_length=36)] = ""
) -> Response:
    """Show what waits for the actor, and how far each policy has come."""
    if version:  # this was the address of the coverage of a version
        return RedirectResponse(f"/company/policies/coverage?{urlencode({'version': version})}", status_code=308)
    waiting: list[Waiting] = request.state.waiting
    policies, missing = await work.read_slow(overview.policies), await work.read(overview.missing)
    values: dict[str, Any] = {"waiting": waiting, "policies": policies, "missing": missing}
    return page(request, "organisations/company/overview.html", work, **values)


@router.get("/settings")
async def settings(request: Request, work: PageWork) -> Response:
    return await _settings(request, work, {}, None)


@router.post("/settings")
async def change_settings(
    request: Request, work: PageWork, form: Annotated[Posted[CompanyForm], Depends(posted(CompanyForm))]
) -> Response:
    """Change name, language, country, time zone and contact."""
    if form.value is None:
        return await _settings(request, work, form.raw, Refused(422, tuple(form.errors.values())))
    change = CompanyChange(**form.value.model_dump(exclude={"row_version"}))
    done = await attempted(work.write(companies.change, form.value.row_version, change))
    if isinstance(done, Refused):
        return await _settings(request, work, form.raw, done)
    return _back(request, "/company/settings", N_("The settings are saved."))


@router.post("/settings/closing-days")
async def add_closing_days(
    request: Request, work: PageWork, form: Annotated[Posted[ClosingDaysIn], Depends(posted(ClosingDaysIn))]
) -> Response:
    """Note days on which the company is closed."""
    if form.value is None:
        return await _settings(request, work, form.raw, Refused(422, tuple(form.errors.values())), where="closing")
    done = await attempted(work.write(closing_days.add, form.value))
    if isinstance(done, Refused):
        return await _settings(request, work, form.raw, done, where="closing")
    return _back(request, "/company/settings", N_("Noted: nobody is written to on these days."))


@router.post("/settings/closing-days/{closing_days_id}/remove")
async def remove_closing_days(request: Request, work: PageWork, closing_days_id: PathId) -> Response:
    """Take closing days back."""
    await work.write(closing_days.remove, closing_days_id)
    return _back(request, "/company/settings", N_("Removed: these are ordinary days again."))


@router.get("/engagements")
async def list_engagements(request: Request, work: PageWork) -> Response:
    return await _engagements(request, work, {}, "", None)


@router.post("/engagements/{engagement_id}")
async def change_engagement(request: Request, work: PageWork, engagement_id: PathId) -> Response:
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
async def end_engagement(request: Request, work: PageWork, engagement_id: PathId) -> Response:
    """Shut an agency out at once. Whoever changed the engagement meanwhile does not stand in the way of that."""
    engagement, agency = await work.read(company_queries.one_engagement, engagement_id)
    await work.write(engagements.end, engagement_id, engagement.row_version)
    text = translate(request, N_("%(agency)s has no access any more."), agency=agency)
    return redirect("/company/engagements", Flash("success", text))


async def _settings(
    request: Request, work: Work, raw: dict[str, str], refused: Refused | None, where: str = "company"
) -> Response:
    """Show the settings; ``where`` is the form that was refused: the company's own, or the one for closing days."""
    company = await work.read(_company)
    typed = raw if refused and where == "company" else company.model_dump()
    values: dict[str, Any] = {
        "value": {name: typed.get(name, "") for name in CompanyForm.model_fields},
        "raw": raw,
        "where": where,
        "errors": by_field(request, refused.errors) if refused else {},
        "languages": LANGUAGES,
        "countries": countries_by_name(language_of(request)),
        "zones": time_zones.suggested(),
        "closings": await work.read(closing_days_queries.listed, None, closing_days.MOST),
    }
    return page(
        request, "organisations/company/settings.html", work, status=_status(refused), company=company, **values
    )


async def _engagements(
    request: Request, work: Work, raw: dict[str, str], where: str, refused: Refused | None
) -> Response:
    rows = await work.read(company_queries.engagements, None, _MOST_ENGAGEMENTS)
    visits = await work.read(agency_visits.recent)
    chosen = (await request.form()).getlist("scopes") if refused else []
    values: dict[str, Any] = {
        "raw": raw,
        "where": where,
        "chosen": chosen,
        "errors": by_field(request, refused.errors) if refused else {},
        "scopes": scope_choices(request),
    }
    values |= {"rows": rows, "visits": visits, "today": work.today}
    return page(request, "organisations/company/engagements.html", work, status=_status(refused), **values)


def _company(ctx: Ctx) -> Any:
    ctx.require(Permission.WRITE_COMPANY)
    return company_queries.company(ctx)


def _back(request: Request, to: str, text: str) -> Response:
    return redirect(to, Flash("success", translate(request, text)))


def _status(refused: Refused | None) -> int:
    return refused.status if refused else 200
