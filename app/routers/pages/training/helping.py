"""Help with a course: a person asks for it or takes it back, HR sees who asked and settles it."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.authz import Permission
from app.errors import Conflict
from app.routers.pages.waits import COMPANY_PAGES
from app.training.queries import help_wanted
from app.training.services import helping
from app.web.door import PageWork
from app.web.errors import worded
from app.web.flash import Flash, redirect
from app.web.ids import PathId
from app.web.render import language_of, page, translate
from app.wording import N_

router = APIRouter()
_ASKED = N_("They know that you would like to talk. They get in touch in your working time.")
_TAKEN_BACK = N_("You no longer ask for help. Nobody is told.")
_SETTLED = N_("Noted. The request is gone from the list.")


@router.post("/courses/{course_id}/help")
async def ask(request: Request, work: PageWork, course_id: PathId) -> Response:
    """Ask for help with a course."""
    try:
        await work.write(helping.ask, course_id)
    except Conflict as refusal:
        return redirect(f"/courses/{course_id}", Flash("error", worded(language_of(request), refusal)))
    return redirect(f"/courses/{course_id}", Flash("success", translate(request, _ASKED)))


@router.post("/courses/{course_id}/help/take-back")
async def take_back(request: Request, work: PageWork, course_id: PathId) -> Response:
    """Take back that help is wanted."""
    await work.write(helping.take_back, course_id)
    return redirect(f"/courses/{course_id}", Flash("success", translate(request, _TAKEN_BACK)))


@router.get("/company/training/help", dependencies=COMPANY_PAGES)
async def show(request: Request, work: PageWork) -> Response:
    """List who asked for help."""
    found = await work.read(help_wanted.requests)
    may_settle = work.actor.may(Permission.WRITE_TRAINING)
    return page(request, "training/coverage/help.html", work, requests=found, may_settle=may_settle)


@router.post("/company/training/help/{enrolment_id}", dependencies=COMPANY_PAGES)
async def settle(request: Request, work: PageWork, enrolment_id: PathId) -> Response:
    """Note that somebody spoke with a person who asked."""
    await work.write(helping.settle, enrolment_id)
    return redirect("/company/training/help", Flash("success", translate(request, _SETTLED)))
