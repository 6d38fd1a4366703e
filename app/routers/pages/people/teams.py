"""Teams and sites: the names for where people work."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.access.work import Work
from app.errors import NotFound
from app.models import Site, Team
from app.people.queries import people as people_queries
from app.people.schemas.people import PlaceIn
from app.people.services import teams
from app.routers.pages.waits import COMPANY_PAGES
from app.web.door import PageWork
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.ids import PathId
from app.web.render import page, translate
from app.wording import N_

router = APIRouter(prefix="/company/people/teams", dependencies=COMPANY_PAGES)
_FIELDS = {"name_taken": "name"}
_KINDS: dict[str, people_queries.Place] = {"teams": Team, "sites": Site}


@router.get("")
async def places(request: Request, work: PageWork) -> Response:
    return await _places(request, work)


@router.post("/{kind}")
async def add_place(
    request: Request, work: PageWork, kind: str, form: Annotated[Posted[PlaceIn], Depends(posted(PlaceIn))]
) -> Response:
    """Add a team or a site."""
    done = await submitted(form, lambda data: work.write(teams.create, _kind(kind), data), _FIELDS)
    if isinstance(done, Refused):
        return await _places(request, work, kind, done)
    return _back(request, N_("Added."))


@router.post("/{kind}/{place_id}")
async def rename_place(
    request: Request,
    work: PageWork,
    kind: str,
    place_id: PathId,
    form: Annotated[Posted[PlaceIn], Depends(posted(PlaceIn))],
) -> Response:
    """Rename a team or a site."""
    done = await submitted(form, lambda data: work.write(teams.rename, _kind(kind), place_id, data), _FIELDS)
    if isinstance(done, Refused):
        return await _places(request, work, place_id, done)
    return _back(request, N_("The new name is saved."))


async def _places(request: Request, work: Work, where: str = "", refused: Refused | None = None) -> Response:
    """Show teams and sites; ``where`` is the list, or the row, that the refused form belongs to."""
    places = list((await work.read(people_queries.teams_and_sites)).items())
    return page(request, "people/teams/teams.html", work, places=places, where=where, **form_values(request, refused))


def _kind(name: str) -> people_queries.Place:
    if name not in _KINDS:
        raise NotFound
    return _KINDS[name]


def _back(request: Request, text: str) -> Response:
    return redirect("/company/people/teams", Flash("success", translate(request, text)))
