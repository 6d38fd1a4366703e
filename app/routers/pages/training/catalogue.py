"""The courses of a company for those who write and assign them: the list, and what each asks of whom."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.access.work import Work
from app.authz import GRANTED, Permission
from app.duties.schemas.audience import AudienceIn
from app.routers.pages.waits import COMPANY_PAGES
from app.training.queries import workshop
from app.training.rules.course import CourseState
from app.training.rules.starter import Starter
from app.training.schemas.course import CourseChange, PrerequisitesIn
from app.training.schemas.forms import CourseForm, NewCourseForm
from app.training.services import authoring
from app.training.services import catalogue as services
from app.web.door import PageWork
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.i18n import LANGUAGES
from app.web.ids import PathId
from app.web.render import page, translate
from app.wording import N_

router = APIRouter(prefix="/company/courses", dependencies=COMPANY_PAGES)
_STARTED = N_("Here is your draft. Everything in it can be rewritten.")
_SAVED = N_("Saved.")
_ARCHIVED = N_("The course is archived. What people passed stays.")


@router.get("")
async def overview(request: Request, work: PageWork) -> Response:
    """List all courses, drafts included."""
    return page(request, "training/author/courses.html", work, lines=await work.read(workshop.overview))


@router.get("/new")
async def new(request: Request, work: PageWork) -> Response:
    """Show the form of a new course."""
    work.require(Permission.WRITE_TRAINING)
    return await _new(request, work)


@router.post("")
async def create(
    request: Request, work: PageWork, form: Annotated[Posted[NewCourseForm], Depends(posted(NewCourseForm))]
) -> Response:
    """Create a course with its first draft, and go on to write it."""
    done = await submitted(form, lambda data: work.write(services.create, data))
    if isinstance(done, Refused):
        return await _new(request, work, done)
    return redirect(f"/company/courses/{done.id}", Flash("success", translate(request, _STARTED)))


@router.get("/{course_id}")
async def course(request: Request, work: PageWork, course_id: PathId) -> Response:
    """Show a course: its versions, what it asks, whom it is for and what comes first."""
    return await _course(request, work, course_id)


@router.post("/{course_id}")
async def change(
    request: Request,
    work: PageWork,
    course_id: PathId,
    form: Annotated[Posted[CourseForm], Depends(posted(CourseForm, hidden=("row_version",)))],
) -> Response:
    """Change what a course asks from now on."""

    async def act(data: CourseForm) -> object:
        asked = CourseChange(**data.model_dump(exclude={"row_version"}))
        return await work.write(services.change, course_id, data.row_version, asked)

    return await _done(request, work, course_id, await submitted(form, act))


@router.post("/{course_id}/audience")
async def assign(
    request: Request,
    work: PageWork,
    course_id: PathId,
    form: Annotated[Posted[AudienceIn], Depends(posted(AudienceIn))],
) -> Response:
    """Say whom a course is for."""
    done = await submitted(form, lambda data: work.write(services.assign, course_id, data))
    return await _done(request, work, course_id, done)


@router.post("/{course_id}/prerequisites")
async def require_first(
    request: Request,
    work: PageWork,
    course_id: PathId,
    form: Annotated[Posted[PrerequisitesIn], Depends(posted(PrerequisitesIn))],
) -> Response:
    """Say which courses come first."""
    done = await submitted(form, lambda data: work.write(services.require_first, course_id, data))
    return await _done(request, work, course_id, done)


@router.post("/{course_id}/versions")
async def start_version(work: PageWork, course_id: PathId) -> Response:
    """Start the next version from the last one, and go on to write it."""
    version = await work.write(authoring.start_version, course_id)
    return redirect(f"/company/courses/versions/{version.id}")


@router.post("/{course_id}/archive")
async def archive(request: Request, work: PageWork, course_id: PathId) -> Response:
    """Put a course away."""
    await work.write(services.archive, course_id)
    return redirect("/company/courses", Flash("success", translate(request, _ARCHIVED)))


async def _done(request: Request, work: Work, course_id: str, done: object) -> Response:
    if isinstance(done, Refused):
        return await _course(request, work, course_id, done)
    return redirect(f"/company/courses/{course_id}", Flash("success", translate(request, _SAVED)))


async def _new(request: Request, work: Work, refused: Refused | None = None) -> Response:
    values = form_values(request, refused)
    return page(request, "training/author/new.html", work, starters=list(Starter), **values)


async def _course(request: Request, work: Work, course_id: str, refused: Refused | None = None) -> Response:
    shown = await work.read(workshop.course_page, course_id)
    values: dict[str, Any] = form_values(request, refused)
    if refused is None:
        chosen = {**shown.audience, "course_ids": shown.prerequisites}
        values["lists"] = {name: ids for name, ids in chosen.items() if ids}
    return page(
        request,
        "training/author/course.html",
        work,
        shown=shown,
        course=shown.line.course,
        granted_roles=GRANTED,
        language_names=LANGUAGES,
        published=CourseState.PUBLISHED,
        **shown.places,
        **values,
    )
