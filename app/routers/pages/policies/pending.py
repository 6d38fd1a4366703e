"""The list of those who still have to answer, and what is done about several of them at once."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.authz import Permission
from app.duties.services.reminding import Reminded
from app.duties.web import words as duty_words
from app.errors import Conflict, Invalid
from app.people.web.inviting import invitation_form
from app.policies.queries import pending_list
from app.policies.rules.published import choices
from app.policies.schemas.coverage import ChosenPending, ExcuseIn, PendingFilter
from app.policies.services import acknowledging, reminding
from app.policies.web import coverage_words as words
from app.routers.pages.waits import COMPANY_PAGES
from app.schemas.base import Search
from app.schemas.chosen import MAXIMUM_CHOSEN
from app.web import bulk, lists
from app.web.door import PageWork
from app.web.forms import Posted, Refused, form_values, posted
from app.web.i18n import translations
from app.web.ids import GivenId
from app.web.lists import Column, ListAsked
from app.web.paging import Paging
from app.web.render import language_of, page
from app.wording import N_

_LIST = bulk.Origin("/company/policies/pending", PendingFilter)
router = APIRouter(prefix=_LIST.path, dependencies=COMPANY_PAGES)
_COLUMNS = (
    Column(N_("Name"), (("surname", N_("Surname")), ("name", N_("First name")))),
    Column(N_("Team"), (("team", N_("Team")),)),
    Column(N_("Reminders")),
    Column("", (("standing", N_("Status")), ("due", N_("Last day")))),
)


async def pending_filter(
    version: GivenId = None,
    q: Annotated[Search, Query()] = "",
    team: GivenId = None,
    standing: Annotated[str, Query(max_length=10)] = "",
) -> PendingFilter:
    return PendingFilter(version=version, q=q, team=team, standing=standing)


Wanted = Annotated[PendingFilter, Depends(pending_filter)]
Chosen = Annotated[Posted[ChosenPending], Depends(posted(ChosenPending))]
Excusing = Annotated[Posted[ExcuseIn], Depends(posted(ExcuseIn))]


@router.get("")
async def show(request: Request, work: PageWork, paging: Paging, asked: ListAsked, wanted: Wanted) -> Response:
    """List those who still have to answer, as they are searched for and sorted."""
    part = await work.read_slow(pending_list.part, wanted, asked)
    return page(
        request,
        "policies/coverage/pending.html",
        work,
        list=lists.view(request, paging, part.found, _COLUMNS, wanted.model_dump() | {"version": part.version.id}),
        version=part.version,
        versions=choices(part.versions, part.version),
        people=part.people,
        teams=part.teams,
        wanted=wanted,
        narrowed=any((wanted.q, wanted.team, wanted.standing)),
        most=MAXIMUM_CHOSEN,
        now=work.now,
        standing=partial(words.standing, language_of(request)),
        may_record=part.version.current and work.actor.may(Permission.RECORD_ACKNOWLEDGEMENTS),
        may_invite=work.actor.may(Permission.WRITE_PEOPLE),
    )


@router.post("/chosen/excuse")
async def excuse(request: Request, work: PageWork, form: Chosen, excusing: Excusing) -> Response:
    """Ask why those chosen are no longer asked, and stop asking them."""
    chosen = await bulk.choose(work, pending_list.chosen, form)
    if isinstance(chosen, Conflict):
        return bulk.tell(request, _LIST.address(form.raw), chosen)
    if excusing.value is None:
        return _reason(request, work, form, excusing, chosen)
    refused = await bulk.carried_out(work, list(chosen), acknowledging.excuse, excusing.value.reason)
    done, say = len(chosen) - len(refused), translations(language_of(request))
    said = say.ngettext(
        "One person is no longer asked. The reason is kept.",
        "%(num)s people are no longer asked. The reason is kept.",
        done,
    )
    not_done = bulk.undone(request, refused, chosen)
    return bulk.answer(request, work, _LIST.address(form.raw), said % {"num": done}, not_done)


@router.post("/chosen/remind")
async def remind(request: Request, work: PageWork, form: Chosen) -> Response:
    """Remind those chosen, and say who gets no mail and why."""
    chosen = await bulk.choose(work, pending_list.chosen, form)
    if isinstance(chosen, Conflict):
        return bulk.tell(request, _LIST.address(form.raw), chosen)
    version = await work.read(pending_list.version, form.raw.get("version"))
    refused = await work.write(reminding.remind_chosen, version.id, list(chosen))
    said = duty_words.reminded(language_of(request), Reminded(people=len(chosen) - len(refused)))
    return bulk.answer(request, work, _LIST.address(form.raw), said, bulk.undone(request, refused, chosen))


@router.post("/chosen/invitations")
async def invite(request: Request, work: PageWork, form: Chosen) -> Response:
    """Ask until when the codes of those chosen are valid."""
    chosen = await bulk.choose(work, pending_list.chosen_people, form)
    if isinstance(chosen, Conflict):
        return bulk.tell(request, _LIST.address(form.raw), chosen)
    return await invitation_form(request, work, {}, list(chosen))


def _reason(
    request: Request, work: PageWork, form: Posted[Any], excusing: Posted[ExcuseIn], chosen: Mapping[str, str]
) -> Response:
    refused = Refused(Invalid.status, excusing.errors, excusing) if "reason" in excusing.raw else None
    return page(
        request,
        "policies/coverage/chosen_excuse.html",
        work,
        chosen=chosen,
        filters=_LIST.filters(form.raw),
        back=_LIST.address(form.raw),
        **form_values(request, refused),
    )
