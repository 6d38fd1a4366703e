"""Writing a course version: its outline, its title, its rules, its lessons, and publishing it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.access.work import Work
from app.errors import Invalid
from app.routers.pages.waits import COMPANY_PAGES
from app.training.queries import workshop
from app.training.queries.workshop import Desk
from app.training.rules.course import Asks
from app.training.schemas.course import CourseVersionChange, LessonIn, PublishCourseIn, WithdrawCourseIn
from app.training.schemas.forms import NewLessonForm, TitleForm, VersionForm
from app.training.services import authoring, publishing
from app.training.web.shortcomings import Missing, missing
from app.web.door import PageWork
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.i18n import LANGUAGES
from app.web.ids import PathId
from app.web.render import language_of, page, translate
from app.wording import N_

router = APIRouter(prefix="/company/courses/versions/{course_version_id}", dependencies=COMPANY_PAGES)
Chosen = Annotated[str, Query(max_length=8)]
Language = Annotated[Literal["it", "en"], Query()]
_SAVED = N_("Saved.")
_PUBLISHED = N_("Published. The people it is for are enrolled.")
_WITHDRAWN = N_("The version is taken back. What people did of it is kept.")
_DISCARDED = N_("The draft is thrown away.")


@router.get("")
async def version(request: Request, work: PageWork, course_version_id: PathId, language: Chosen = "") -> Response:
    """Show a version: its lessons, and what it asks."""
    return await _page(request, work, course_version_id, language)


@router.post("/title")
async def write_title(
    request: Request,
    work: PageWork,
    course_version_id: PathId,
    language: Language,
    form: Annotated[Posted[TitleForm], Depends(posted(TitleForm, hidden=("row_version",)))],
) -> Response:
    """Write what a version is called in one language, which adds the language to the course."""
    done = await submitted(form, lambda data: work.write(authoring.write_title, course_version_id, language, data))
    return await _done(request, work, course_version_id, language, done)


@router.post("/rules")
async def change_rules(
    request: Request,
    work: PageWork,
    course_version_id: PathId,
    language: Language,
    form: Annotated[Posted[VersionForm], Depends(posted(VersionForm, hidden=("row_version",)))],
) -> Response:
    """Change the passing score, the attempts, and what is asked of those who passed."""

    async def act(data: VersionForm) -> object:
        rules = CourseVersionChange(**data.model_dump(exclude={"row_version"}))
        return await work.write(authoring.change_version, course_version_id, data.row_version, rules)

    return await _done(request, work, course_version_id, language, await submitted(form, act))


@router.post("/languages/remove")
async def remove_language(
    work: PageWork, course_version_id: PathId, language: Language, row_version: Annotated[int, Query(ge=1)]
) -> Response:
    """Take a language out of a draft."""
    await work.write(authoring.remove_language, course_version_id, language, row_version)
    return redirect(f"/company/courses/versions/{course_version_id}")


@router.post("/lessons")
async def add_lesson(
    request: Request,
    work: PageWork,
    course_version_id: PathId,
    form: Annotated[Posted[NewLessonForm], Depends(posted(NewLessonForm, hidden=("language",)))],
) -> Response:
    """Add a lesson at the end, and go on to write it."""

    async def act(data: NewLessonForm) -> str:
        lesson = LessonIn.model_validate({"texts": {data.language: {"title": data.lesson_title}}})
        return (await work.write(authoring.add_lesson, course_version_id, lesson)).key

    done = await submitted(form, act)
    if isinstance(done, Refused):
        return await _page(request, work, course_version_id, form.raw.get("language", ""), done)
    address = f"/company/courses/versions/{course_version_id}/lessons/{done}"
    return redirect(f"{address}?language={form.raw['language']}")


@router.post("/lessons/{lesson_key}/up")
async def move_up(work: PageWork, course_version_id: PathId, lesson_key: PathId) -> Response:
    """Put a lesson one place earlier."""
    await work.write(authoring.move_lesson, course_version_id, lesson_key, -1)
    return redirect(f"/company/courses/versions/{course_version_id}#lessons")


@router.post("/lessons/{lesson_key}/down")
async def move_down(work: PageWork, course_version_id: PathId, lesson_key: PathId) -> Response:
    """Put a lesson one place later."""
    await work.write(authoring.move_lesson, course_version_id, lesson_key, 1)
    return redirect(f"/company/courses/versions/{course_version_id}#lessons")


@router.post("/publish")
async def publish(
    request: Request,
    work: PageWork,
    course_version_id: PathId,
    form: Annotated[Posted[PublishCourseIn], Depends(posted(PublishCourseIn, hidden=("sha256",)))],
) -> Response:
    """Publish the version as it was shown, or say everything that keeps it from that."""
    done = await submitted(form, lambda data: work.write(publishing.publish, course_version_id, data))
    if isinstance(done, Refused):
        return await _page(request, work, course_version_id, "", done)
    return redirect(f"/company/courses/{done.course_id}", Flash("success", translate(request, _PUBLISHED)))


@router.post("/withdraw")
async def withdraw(
    request: Request,
    work: PageWork,
    course_version_id: PathId,
    form: Annotated[Posted[WithdrawCourseIn], Depends(posted(WithdrawCourseIn))],
) -> Response:
    """Take a published version back, for a reason that is kept."""
    done = await submitted(form, lambda data: work.write(publishing.withdraw, course_version_id, data))
    return await _done(request, work, course_version_id, "", done, _WITHDRAWN)


@router.post("/discard")
async def discard(request: Request, work: PageWork, course_version_id: PathId) -> Response:
    """Throw a draft away."""
    await work.write(authoring.discard, course_version_id)
    return redirect("/company/courses", Flash("success", translate(request, _DISCARDED)))


async def _done(
    request: Request, work: Work, version_id: str, language: str, done: object, said: str = _SAVED
) -> Response:
    if isinstance(done, Refused):
        return await _page(request, work, version_id, language, done)
    where = f"/company/courses/versions/{version_id}?language={language}"
    return redirect(where, Flash("success", translate(request, said)))


async def _page(
    request: Request, work: Work, version_id: str, language: str, refused: Refused | None = None
) -> Response:
    desk = await work.read_slow(workshop.desk, version_id, (language, language_of(request)))
    values = form_values(request, refused)
    if refused is not None and refused.status == Invalid.status and "sha256" in refused.form.raw:
        values["errors"] = {"form": translate(request, N_("It cannot be published yet: see what is missing."))}
    return page(
        request,
        "training/author/version.html",
        work,
        desk=desk,
        content=desk.written.content,
        missing=_missing(request, desk),
        all_asks=list(Asks),
        language_names=LANGUAGES,
        **values,
    )


def _missing(request: Request, desk: Desk) -> list[Missing]:
    return missing(language_of(request), desk.written) if desk.is_draft else []
