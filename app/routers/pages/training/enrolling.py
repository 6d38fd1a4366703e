"""Enrolling people by hand, whether or not the course is for them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.access.work import Work
from app.errors import DomainError
from app.routers.pages.waits import COMPANY_PAGES
from app.schemas.base import Search
from app.training.queries import pending_list
from app.training.schemas.pending import EnrolChosenIn
from app.training.services import enrolling
from app.web import bulk
from app.web.door import PageWork
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.i18n import translations
from app.web.ids import PathId
from app.web.render import language_of, page

router = APIRouter(prefix="/company/training/courses/{course_id}/enrol", dependencies=COMPANY_PAGES)
EnrolForm = Annotated[Posted[EnrolChosenIn], Depends(posted(EnrolChosenIn))]


@router.get("")
async def find(request: Request, work: PageWork, course_id: PathId, q: Annotated[Search, Query()] = "") -> Response:
    """Offer the people whose name was searched for."""
    return await _page(request, work, course_id, q)


@router.post("")
async def enrol(request: Request, work: PageWork, course_id: PathId, form: EnrolForm) -> Response:
    """Enrol those ticked, and say who could not be and why."""
    done = await submitted(form, lambda data: work.write(enrolling.enrol_people, course_id, data.person_ids))
    if isinstance(done, Refused):
        return await _page(request, work, course_id, form.raw.get("q", ""), done)
    ids = form.value.person_ids if form.value else []
    refused = {one: told for one, told in zip(ids, done, strict=True) if isinstance(told, DomainError)}
    names = await work.read(pending_list.names_of, ids)
    number, say = len(ids) - len(refused), translations(language_of(request))
    said = say.ngettext("One person is enrolled.", "%(num)s people are enrolled.", number) % {"num": number}
    back = f"/company/training/courses/{course_id}/enrol"
    return bulk.answer(request, work, back, said, bulk.undone(request, refused, names))


async def _page(request: Request, work: Work, course_id: str, search: str, refused: Refused | None = None) -> Response:
    found = await work.read(pending_list.candidates, course_id, search)
    values = {"search": search, **form_values(request, refused)}
    return page(request, "training/coverage/enrol.html", work, found=found, **values)
