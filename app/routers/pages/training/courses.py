"""A person's courses: the list of them, one as contents, one lesson per screen."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.errors import Conflict
from app.training.queries import courses
from app.training.schemas.taking import LanguageIn
from app.training.services import enrolling, taking
from app.training.web.reading import lesson_text
from app.web.door import PageWork
from app.web.errors import worded
from app.web.flash import Flash, redirect
from app.web.forms import Posted, posted
from app.web.i18n import LANGUAGES
from app.web.ids import PathId
from app.web.render import language_of, page, translate
from app.wording import N_

router = APIRouter(prefix="/courses")
Choice = Annotated[str, Query(max_length=8)]
Spoken = Annotated[Posted[LanguageIn], Depends(posted(LanguageIn, hidden=LanguageIn.model_fields))]


@router.get("")
async def own(request: Request, work: PageWork) -> Response:
    """List the courses of whoever is signed in."""
    listed = await work.read(courses.own, language_of(request))
    return page(request, "training/list.html", work, courses=listed, today=work.today)


@router.get("/{course_id}")
async def course(request: Request, work: PageWork, course_id: PathId, language: Choice = "") -> Response:
    """Show a course as its contents, with the way to go on."""
    taken = await work.read(courses.course, course_id, (language, language_of(request)))
    return page(request, "training/course/course.html", work, course=taken, language_names=LANGUAGES)


@router.post("/{course_id}/join")
async def join(request: Request, work: PageWork, course_id: PathId) -> Response:
    """Enrol whoever chooses a course that is open to all."""
    await work.write(enrolling.join, course_id)
    return redirect(f"/courses/{course_id}", Flash("success", translate(request, N_("You are enrolled."))))


@router.get("/{course_id}/lessons/{lesson_key}")
async def lesson(
    request: Request, work: PageWork, course_id: PathId, lesson_key: PathId, language: Choice = ""
) -> Response:
    """Show one lesson."""
    shown = await work.read(courses.lesson, course_id, lesson_key, (language, language_of(request)))
    html = await lesson_text.get(work.company_id, shown.body)
    return page(
        request,
        "training/course/lesson.html",
        work,
        course=shown.course,
        shown=shown,
        html=html,
        language_names=LANGUAGES,
    )


@router.post("/{course_id}/lessons/{lesson_key}/done")
async def done(request: Request, work: PageWork, course_id: PathId, lesson_key: PathId, form: Spoken) -> Response:
    """Record that a lesson is finished, and go on with the next one."""
    language = form.value.language if form.value else language_of(request)
    try:
        far = await work.write(taking.finish_lesson, course_id, lesson_key, language)
    except Conflict as refusal:
        return redirect(f"/courses/{course_id}", Flash("error", worded(language_of(request), refusal)))
    following = f"/lessons/{far.next_key}" if far.next_key else ""
    return redirect(f"/courses/{course_id}{following}?language={language}")
