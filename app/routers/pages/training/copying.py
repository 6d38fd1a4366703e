"""A course for other clients: the agency copies it, and takes over what its original says by now."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import Response

from app.access.work import Door, Work
from app.authz import EngagementScope, Permission, SignedIn
from app.errors import Conflict, Forbidden, NotFound
from app.models import Course
from app.organisations.queries import client_companies
from app.organisations.queries.client_companies import ClientCompany
from app.routers.pages.waits import COMPANY_PAGES
from app.schemas.base import Id, Input
from app.training.queries import originals
from app.training.queries.originals import Original
from app.training.rules.difference import differences
from app.training.services import copying
from app.web.door import PageAgencyWork, PageWork, SignedInCaller
from app.web.errors import worded
from app.web.flash import Flash, redirect
from app.web.forms import Posted, posted
from app.web.ids import PathId
from app.web.render import language_of, page, translate
from app.wording import N_

router = APIRouter(prefix="/company/courses/{course_id}", dependencies=COMPANY_PAGES)
_COPIED = N_("Copied as a draft to: %(names)s.")
_NOBODY = N_("No client was chosen, so nothing was copied.")
_TAKEN_OVER = N_("The draft says what the original says. Nothing is published yet.")
_MOST = 200


class CopyForm(Input):
    """The clients that get a copy."""

    company_ids: Annotated[list[Id], Field(max_length=_MOST)] = Field(default_factory=list)


@router.get("/copy")
async def choose(request: Request, work: PageWork, agency: PageAgencyWork, course_id: PathId) -> Response:
    """Show the clients that a course can be copied to."""
    found = await work.read_slow(originals.original, course_id)
    clients = await _others(work, agency)
    return page(request, "training/author/copy.html", work, original=found, course_id=course_id, clients=clients)


@router.post("/copy")
async def copy(
    request: Request,
    work: PageWork,
    agency: PageAgencyWork,
    caller: SignedInCaller,
    course_id: PathId,
    form: Annotated[Posted[CopyForm], Depends(posted(CopyForm))],
) -> Response:
    """Copy a course to each client chosen, as a draft of its own; one refusal stops none of the others."""
    found = await work.read_slow(originals.original, course_id)
    chosen = set(form.value.company_ids) if form.value else set()
    done: list[str] = []
    refused: list[str] = []
    for client in await _others(work, agency):
        if client.company_id in chosen:
            said = await _copied(request, work, caller, client, found)
            (refused if said else done).append(f"{client.name}: {said}" if said else client.name)
    told = [translate(request, _COPIED, names=", ".join(done))] if done else []
    flash = Flash("error" if refused else "success", " ".join([*told, *refused]) or translate(request, _NOBODY))
    return redirect(f"/company/courses/{course_id}", flash)


@router.get("/original")
async def compare(request: Request, work: PageWork, caller: SignedInCaller, course_id: PathId) -> Response:
    """Show what the original says differently by now, if the agency may still read it."""
    course, content = await work.read_slow(originals.copy, course_id)
    found = await _newer(work, caller, course)
    changed = differences(content, found.content) if found else []
    return page(request, "training/author/original.html", work, course=course, original=found, changed=changed)


@router.post("/original")
async def take_over(request: Request, work: PageWork, caller: SignedInCaller, course_id: PathId) -> Response:
    """Start a draft with what the original says by now."""
    course, _ = await work.read_slow(originals.copy, course_id)
    found = await _newer(work, caller, course)
    if found is None:
        raise NotFound
    version = await work.write(copying.take_over, course_id, found)
    flash = Flash("success", translate(request, _TAKEN_OVER))
    return redirect(f"/company/courses/versions/{version.id}", flash)


async def _copied(request: Request, work: Work, caller: SignedIn, client: ClientCompany, original: Original) -> str:
    """Copy a course to one client, and return why that was refused, or nothing."""
    try:
        await _door(work, caller, client.company_id).write(copying.copy, original)
    except (Conflict, Forbidden, NotFound) as refusal:
        return worded(language_of(request), refusal)
    return ""


async def _newer(work: Work, caller: SignedIn, course: Course) -> Original | None:
    door = _door(work, caller, course.origin_company_id or "")
    try:
        return await door.read_slow(originals.newer, course.origin_course_id or "", course.origin_version_id or "")
    except (Forbidden, NotFound):  # the engagement there has ended, or the course was never ours to read
        return None


def _door(work: Work, caller: SignedIn, company_id: str) -> Door:
    """Return the door of another company, for the same person."""
    return Door(work.db, replace(caller, organisation_id=company_id), company_id, work.request_id, work.now)


async def _others(work: Work, agency: PageAgencyWork) -> list[ClientCompany]:
    work.require(Permission.WRITE_TRAINING)
    clients = await agency.read(client_companies.of_agency)
    trained = [one for one in clients if one.open and EngagementScope.TRAIN in one.scopes]
    return [one for one in trained if one.company_id != work.company_id]
