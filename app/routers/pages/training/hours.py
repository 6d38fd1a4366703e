"""Recognised hours: the months, who has how many, corrections, and the file for payroll."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.access.work import Work
from app.authz import Permission
from app.errors import Conflict
from app.routers.pages.waits import COMPANY_PAGES
from app.schemas.base import Search
from app.training.queries import hours, hours_list, hours_summary
from app.training.rules.hours import hours_and_minutes, month_of, written_month
from app.training.rules.payroll import STEPS, DateForm, HoursForm, Rounding, Separator
from app.training.schemas.hours import CorrectionForm, CorrectionIn, HoursFilter, PayrollMappingIn
from app.training.services import crediting, payroll
from app.training.web.months import PathMonth
from app.training.web.payroll_file import payroll_file
from app.web import lists
from app.web.dates import month_in_words
from app.web.door import PageWork
from app.web.errors import worded
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.ids import GivenId, PathId
from app.web.lists import Column, ListAsked
from app.web.paging import Paging
from app.web.render import language_of, page, translate
from app.wording import N_, Worded

router = APIRouter(prefix="/company/hours", dependencies=COMPANY_PAGES)
_COLUMNS = (
    Column(N_("Name"), (("surname", N_("Surname")), ("name", N_("First name")))),
    Column(N_("Team"), (("team", N_("Team")),)),
    Column(N_("Employee number"), kind="wide"),
    Column(N_("Hours"), kind="number"),
)
MappingPosted = Annotated[Posted[PayrollMappingIn], Depends(posted(PayrollMappingIn))]
CorrectionPosted = Annotated[Posted[CorrectionForm], Depends(posted(CorrectionForm))]


async def hours_filter(
    q: Annotated[Search, Query()] = "", team: GivenId = None, who: Annotated[str, Query(max_length=10)] = ""
) -> HoursFilter:
    return HoursFilter(q=q, team=team, who=who)


Wanted = Annotated[HoursFilter, Depends(hours_filter)]


@router.get("")
async def show(request: Request, work: PageWork) -> Response:
    """List the months with what was recognised in each."""
    months = await work.read_slow(hours_summary.months)
    to_close = [one.month for one in months if one.closed_at is None and one.month < month_of(work.today)]
    return _page(request, work, "months", months=months, to_close=to_close[-1] if to_close else None)


@router.get("/payroll")
async def mapping(request: Request, work: PageWork) -> Response:
    """Show how the payroll program wants hours."""
    return await _mapping(request, work)


@router.post("/payroll")
async def map_codes(request: Request, work: PageWork, form: MappingPosted) -> Response:
    """Save how the payroll program wants hours."""
    done = await submitted(form, lambda data: work.write(payroll.map_codes, data))
    if isinstance(done, Refused):
        return await _mapping(request, work, done)
    return redirect("/company/hours", Flash("success", translate(request, N_("Saved: the next file is written so."))))


@router.get("/months/{month}")
async def show_month(
    request: Request, work: PageWork, month: PathMonth, paging: Paging, asked: ListAsked, wanted: Wanted
) -> Response:
    """Show a month by team, and by person for whoever sees names."""
    values: dict[str, Any] = {
        "one": await work.read_slow(hours_summary.month, month),
        "teams": await work.read_slow(hours_summary.teams, month),
        "over": month < month_of(work.today),
        "wanted": wanted,
    }
    if work.actor.may_see_names(Permission.READ_HOURS):
        part = await work.read_slow(hours_list.part, month, wanted, asked)
        values |= {"part": part, "list": lists.view(request, paging, part.found, _COLUMNS, wanted.model_dump())}
    return _page(request, work, "month", **values)


@router.post("/months/{month}/close")
async def close(request: Request, work: PageWork, month: PathMonth) -> Response:
    """Close a month for ever."""
    back = f"/company/hours/months/{written_month(month)}"
    try:
        await work.write(payroll.close, month)
    except Conflict as refusal:
        return redirect(back, Flash("error", worded(language_of(request), refusal)))
    words = month_in_words(month, language_of(request))
    told = translate(request, N_("%(month)s is closed. What comes later goes into the next month."), month=words)
    return redirect(back, Flash("success", told))


@router.get("/months/{month}/payroll.csv")
async def export(request: Request, work: PageWork, month: PathMonth) -> Response:
    """Give the month as the file for payroll, or say what is missing for it."""
    try:
        return await payroll_file(work, month)
    except Conflict as refusal:
        back = "/company/hours/payroll" if refusal.code == "no_payroll_mapping" else "/company/hours"
        return redirect(back, Flash("error", worded(language_of(request), refusal)))


@router.get("/people/{person_id}")
async def show_person(request: Request, work: PageWork, person_id: PathId) -> Response:
    """Show the entries of a person, with the form for a correction."""
    return await _person(request, work, person_id)


@router.post("/people/{person_id}")
async def correct(request: Request, work: PageWork, person_id: PathId, form: CorrectionPosted) -> Response:
    """Add minutes to a person's hours, or take some back."""
    done = await submitted(
        form, lambda data: work.write(crediting.correct, CorrectionIn(person_id=person_id, **data.model_dump()))
    )
    if isinstance(done, Refused):
        return await _person(request, work, person_id, done)
    told = Flash("success", translate(request, N_("The correction is recorded as an entry of its own.")))
    return redirect(f"/company/hours/people/{person_id}", told)


async def _person(request: Request, work: Work, person_id: str, refused: Refused | None = None) -> Response:
    person, entries = await work.read(hours.of_person, person_id, language_of(request))
    values = {"person": person, "hours": entries, "today": work.today, **form_values(request, refused)}
    return _page(request, work, "person", **values)


async def _mapping(request: Request, work: Work, refused: Refused | None = None) -> Response:
    saved = await work.read(hours.mapping)
    known: Mapping[str, Any] = saved.model_dump() if saved else {"step": 15}
    known = refused.form.raw if refused else known
    value = {name: known.get(name, "") for name in PayrollMappingIn.model_fields}
    options = {
        "hours_form": _words(request, HoursForm),
        "separator": _words(request, Separator),
        "date_form": _words(request, DateForm),
        "rounding": _words(request, Rounding),
        "step": [(step, str(step)) for step in STEPS],
    }
    return _page(request, work, "payroll", value=value, options=options, **form_values(request, refused))


def _page(request: Request, work: Work, name: str, **values: Any) -> Response:
    shared: dict[str, Any] = {"duration": hours_and_minutes, "written": written_month, "named": _named(work)}
    return page(request, f"training/hours/{name}.html", work, **shared, **values)


def _named(work: Work) -> bool:
    return work.actor.may_see_names(Permission.READ_HOURS)


def _words(request: Request, kind: type[Worded]) -> list[tuple[str, str]]:
    return [(one.value, translate(request, one.words)) for one in kind]
