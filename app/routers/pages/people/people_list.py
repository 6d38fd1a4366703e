"""The list of people, and what is done with several of them at once."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.errors import Conflict
from app.models import Team
from app.people.queries import people as people_queries
from app.people.queries import people_list
from app.people.queries.people_list import PeopleList
from app.people.schemas.people import ChosenPeople, PeopleFilter, TeamForm
from app.people.services import people
from app.people.web.inviting import invitation_form
from app.people.web.words import STATUSES
from app.policies.web import coverage_words
from app.routers.pages.waits import COMPANY_PAGES
from app.schemas.base import Search
from app.schemas.chosen import MAXIMUM_CHOSEN
from app.web import bulk, lists
from app.web.door import PageWork
from app.web.forms import Posted, posted
from app.web.i18n import translations
from app.web.ids import GivenId
from app.web.lists import Column, ListAsked
from app.web.paging import Paging
from app.web.render import language_of, page
from app.wording import N_

_LIST = bulk.Origin("/company/people", PeopleFilter)
router = APIRouter(prefix=_LIST.path, dependencies=COMPANY_PAGES)
_COLUMNS = (
    Column(N_("Name"), (("surname", N_("Surname")), ("name", N_("First name")))),
    Column(N_("Team"), (("team", N_("Team")),)),
    Column(N_("Site"), kind="wide"),
    Column(N_("Sign-in")),
)


async def people_filter(
    q: Annotated[Search, Query()] = "",
    team: GivenId = None,
    status: Annotated[str, Query(max_length=10)] = "",
    version: GivenId = None,
) -> PeopleFilter:
    return PeopleFilter(q=q, team=team, status=status, version=version)


Wanted = Annotated[PeopleFilter, Depends(people_filter)]
Chosen = Annotated[Posted[ChosenPeople], Depends(posted(ChosenPeople))]
Moving = Annotated[Posted[TeamForm], Depends(posted(TeamForm))]


@router.get("")
async def show(request: Request, work: PageWork, paging: Paging, asked: ListAsked, wanted: Wanted) -> Response:
    """List people as they are searched for and sorted, with where they stand."""
    part = await work.read_slow(people_list.part, wanted, asked)
    return page(
        request,
        "people/list.html",
        work,
        list=lists.view(request, paging, part.found, _columns(part), wanted.model_dump()),
        people=part.people,
        teams=[(team.id, team.name) for team in part.teams],
        asked=part.asked,
        most=MAXIMUM_CHOSEN,
        versions=[(one.id, f"{one.policy} {one.label}") for one in part.choices],
        standings=part.standings,
        standing=partial(coverage_words.standing, language_of(request)),
        wanted=wanted,
        statuses=STATUSES,
        alone=part.found.count <= 1 and not any(wanted.model_dump().values()),
        has_policy=part.has_policy,
    )


@router.post("/chosen/invitations")
async def invite(request: Request, work: PageWork, form: Chosen) -> Response:
    """Ask until when the codes of those chosen are valid."""
    chosen = await bulk.choose(work, people_list.chosen, form)
    if isinstance(chosen, Conflict):
        return bulk.tell(request, _LIST.address(form.raw), chosen)
    return await invitation_form(request, work, {}, list(chosen))


@router.post("/chosen/team")
async def move(request: Request, work: PageWork, form: Moving) -> Response:
    """Ask into which team those chosen go, and put them there."""
    chosen = await bulk.choose(work, people_list.chosen, form)
    if isinstance(chosen, Conflict):
        return bulk.tell(request, _LIST.address(form.raw), chosen)
    team_id = form.value.to if form.value else None
    if team_id is None:
        teams = await work.read(people_queries.places, Team)
        filters, back = _LIST.filters(form.raw), _LIST.address(form.raw)
        return page(request, "people/chosen_team.html", work, chosen=chosen, teams=teams, filters=filters, back=back)
    refused = await bulk.carried_out(work, list(chosen), people.move, team_id)
    done, say = len(chosen) - len(refused), translations(language_of(request))
    said = say.ngettext("One person is in the new team.", "%(num)s people are in the new team.", done) % {"num": done}
    return bulk.answer(request, work, _LIST.address(form.raw), said, bulk.undone(request, refused, chosen))


def _columns(part: PeopleList) -> list[Column]:
    if part.asked is None:
        return list(_COLUMNS)
    return [*_COLUMNS, Column("", (("state", f"{part.asked.policy} {part.asked.label}"),))]
