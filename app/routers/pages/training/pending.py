"""The list of those who still have to finish a course, and what is done about several of them at once."""

from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.authz import Permission
from app.duties.services.reminding import Reminded
from app.duties.web import words as duty_words
from app.errors import Conflict, Invalid
from app.routers.pages.waits import COMPANY_PAGES
from app.schemas.base import Search
from app.schemas.chosen import MAXIMUM_CHOSEN
from app.training.queries import pending_list
from app.training.schemas.enrolment import ExemptIn
from app.training.schemas.pending import ChosenOwing, CourseOwingFilter
from app.training.services import enrolling, reminding
from app.training.web import coverage_words as words
from app.web import bulk, lists
from app.web.door import PageWork
from app.web.forms import Posted, Refused, form_values, posted
from app.web.i18n import LANGUAGES, translations
from app.web.ids import GivenId, PathId
from app.web.lists import Column, ListAsked
from app.web.paging import Paging
from app.web.render import language_of, page
from app.web.tables import csv_answer
from app.wording import N_

router = APIRouter(prefix="/company/training/courses/{course_id}", dependencies=COMPANY_PAGES)
_PART = 1000
_COLUMNS = (
    Column(N_("Name"), (("surname", N_("Surname")), ("name", N_("First name")))),
    Column(N_("Team"), (("team", N_("Team")),)),
    Column(N_("Reminders")),
    Column("", (("standing", N_("Status")), ("due", N_("Last day")))),
)


async def owing_filter(
    q: Annotated[Search, Query()] = "",
    team: GivenId = None,
    standing: Annotated[str, Query(max_length=10)] = "",
) -> CourseOwingFilter:
    return CourseOwingFilter(q=q, team=team, standing=standing)


Wanted = Annotated[CourseOwingFilter, Depends(owing_filter)]
Chosen = Annotated[Posted[ChosenOwing], Depends(posted(ChosenOwing))]
Exempting = Annotated[Posted[ExemptIn], Depends(posted(ExemptIn))]


@router.get("/pending")
async def show(
    request: Request, work: PageWork, course_id: PathId, paging: Paging, asked: ListAsked, wanted: Wanted
) -> Response:
    """List those who still have to finish a course, as they are searched for and sorted."""
    part = await work.read_slow(pending_list.part, course_id, wanted, asked)
    return page(
        request,
        "training/coverage/pending.html",
        work,
        list=lists.view(request, paging, part.found, _COLUMNS, wanted.model_dump()),
        course=part.course,
        people=part.people,
        teams=part.teams,
        languages=[LANGUAGES[one] for one in part.languages],
        wanted=wanted,
        narrowed=any((wanted.q, wanted.team, wanted.standing)),
        most=MAXIMUM_CHOSEN,
        now=work.now,
        standing=partial(words.standing, language_of(request)),
        may_edit=work.actor.may(Permission.WRITE_PEOPLE),
        may_act=work.actor.may(Permission.WRITE_TRAINING),
    )


@router.get("/people.csv")
async def export(request: Request, work: PageWork, course_id: PathId) -> Response:
    """Give everybody who was asked, or passed, as a table for a spreadsheet."""
    language = language_of(request)
    first = await work.read_slow(pending_list.everybody, course_id, _PART)
    return csv_answer("training-people.csv", words.people_columns(language), _parts(language, work, course_id, first))


@router.post("/pending/chosen/exempt")
async def exempt(request: Request, work: PageWork, course_id: PathId, form: Chosen, exempting: Exempting) -> Response:
    """Ask why those chosen are exempt, and stop asking them."""
    origin = _origin(course_id)
    chosen = await bulk.choose(work, partial(pending_list.chosen, course_id=course_id), form)
    if isinstance(chosen, Conflict):
        return bulk.tell(request, origin.address(form.raw), chosen)
    if exempting.value is None:
        return _reason(request, work, course_id, form, exempting, chosen)
    refused = await bulk.carried_out(work, list(chosen), enrolling.exempt, exempting.value.reason)
    done, say = len(chosen) - len(refused), translations(language_of(request))
    said = say.ngettext(
        "One person is exempt. The reason is kept.", "%(num)s people are exempt. The reason is kept.", done
    )
    not_done = bulk.undone(request, refused, chosen)
    return bulk.answer(request, work, origin.address(form.raw), said % {"num": done}, not_done)


@router.post("/pending/chosen/cancel")
async def cancel(request: Request, work: PageWork, course_id: PathId, form: Chosen) -> Response:
    """Take back that the course is asked of those chosen."""
    origin = _origin(course_id)
    chosen = await bulk.choose(work, partial(pending_list.chosen, course_id=course_id), form)
    if isinstance(chosen, Conflict):
        return bulk.tell(request, origin.address(form.raw), chosen)
    refused = await bulk.carried_out(work, list(chosen), enrolling.cancel)
    done, say = len(chosen) - len(refused), translations(language_of(request))
    said = say.ngettext("One person is no longer enrolled.", "%(num)s people are no longer enrolled.", done)
    not_done = bulk.undone(request, refused, chosen)
    return bulk.answer(request, work, origin.address(form.raw), said % {"num": done}, not_done)


@router.post("/pending/chosen/remind")
async def remind(request: Request, work: PageWork, course_id: PathId, form: Chosen) -> Response:
    """Remind those chosen, and say who gets no mail and why."""
    origin = _origin(course_id)
    chosen = await bulk.choose(work, partial(pending_list.chosen, course_id=course_id), form)
    if isinstance(chosen, Conflict):
        return bulk.tell(request, origin.address(form.raw), chosen)
    refused = await work.write(reminding.remind_chosen, course_id, list(chosen))
    said = duty_words.reminded(language_of(request), Reminded(people=len(chosen) - len(refused)))
    return bulk.answer(request, work, origin.address(form.raw), said, bulk.undone(request, refused, chosen))


def _origin(course_id: str) -> bulk.Origin:
    return bulk.Origin(f"/company/training/courses/{course_id}/pending", CourseOwingFilter)


def _reason(
    request: Request,
    work: PageWork,
    course_id: str,
    form: Posted[Any],
    exempting: Posted[ExemptIn],
    chosen: Mapping[str, str],
) -> Response:
    refused = Refused(Invalid.status, exempting.errors, exempting) if "reason" in exempting.raw else None
    origin = _origin(course_id)
    return page(
        request,
        "training/coverage/chosen_exempt.html",
        work,
        path=origin.path,
        chosen=chosen,
        filters=origin.filters(form.raw),
        back=origin.address(form.raw),
        **form_values(request, refused),
    )


async def _parts(language: str, work: PageWork, course_id: str, rows: list[Any]) -> AsyncIterator[list[list[str]]]:
    while rows:
        yield [words.people_cells(language, row) for row in rows]
        key = (rows[-1].name, rows[-1].person_id)
        rows = await work.read_anew(pending_list.everybody, course_id, _PART, key) if len(rows) == _PART else []
