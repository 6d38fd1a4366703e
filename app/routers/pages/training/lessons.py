"""Writing a lesson: one language at a time, with how it looks and how easy it is to read, and its questions."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ValidationError
from starlette.responses import Response

from app.access.work import Work
from app.errors import NotFound
from app.routers.pages.waits import COMPANY_PAGES
from app.training.queries import workshop
from app.training.queries.workshop import LessonDesk
from app.training.rules import reading_ease
from app.training.rules.content import WrittenQuestion
from app.training.rules.quiz import QuestionKind
from app.training.schemas.course import MOST_CHARACTERS, QuestionIn
from app.training.schemas.forms import LessonForm
from app.training.services import authoring
from app.training.web import question_form
from app.training.web.reading import read
from app.web.bounded_pool import DRAFTS
from app.web.door import PageWork
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.i18n import LANGUAGES
from app.web.ids import PathId
from app.web.render import language_of, page, translate
from app.web.validation import field_errors
from app.wording import N_

router = APIRouter(
    prefix="/company/courses/versions/{course_version_id}/lessons/{lesson_key}", dependencies=COMPANY_PAGES
)
Chosen = Annotated[str, Query(max_length=8)]
Language = Annotated[Literal["it", "en"], Query()]
_SAVED = N_("Saved.")
_REMOVED = N_("The lesson is taken out of the draft.")


@router.get("")
async def lesson(
    request: Request, work: PageWork, course_version_id: PathId, lesson_key: PathId, language: Chosen = ""
) -> Response:
    """Show a lesson to its author."""
    return await _lesson(request, work, (course_version_id, lesson_key, language))


@router.post("")
async def write(
    request: Request,
    work: PageWork,
    course_version_id: PathId,
    lesson_key: PathId,
    language: Language,
    form: Annotated[Posted[LessonForm], Depends(posted(LessonForm, hidden=("seen",)))],
) -> Response:
    """Save a lesson in one language."""
    where = (course_version_id, lesson_key, language)
    done = await submitted(form, lambda data: work.write(authoring.write_in_language, *where, data))
    if isinstance(done, Refused):
        return await _lesson(request, work, where, done)
    return redirect(_address(where), Flash("success", translate(request, _SAVED)))


@router.post("/preview")
async def preview(
    request: Request, work: PageWork, course_version_id: PathId, lesson_key: PathId, language: Language
) -> Response:
    """Show what is typed as people will read it; nothing is stored."""
    desk = await work.read_slow(workshop.lesson_desk, course_version_id, lesson_key, (language,))
    body = str((await request.form()).get("body", ""))[:MOST_CHARACTERS]
    values = await DRAFTS.run(work.company_id, _as_read, body, language)
    return page(request, "training/author/_preview.html", work, shown=desk, language=language, **values)


@router.post("/remove")
async def remove(request: Request, work: PageWork, course_version_id: PathId, lesson_key: PathId) -> Response:
    """Take a lesson out of the draft."""
    await work.write(authoring.remove_lesson, course_version_id, lesson_key)
    flash = Flash("success", translate(request, _REMOVED))
    return redirect(f"/company/courses/versions/{course_version_id}", flash)


@router.get("/questions/new")
async def new_question(
    request: Request,
    work: PageWork,
    course_version_id: PathId,
    lesson_key: PathId,
    kind: QuestionKind = QuestionKind.SINGLE,
    language: Chosen = "",
) -> Response:
    """Show the form of a new question of this kind."""
    return await _question(request, work, (course_version_id, lesson_key, language), None, kind)


@router.get("/questions/{question_place}")
async def question(
    request: Request,
    work: PageWork,
    course_version_id: PathId,
    lesson_key: PathId,
    question_place: int,
    language: Chosen = "",
) -> Response:
    """Show the question at this place of the lesson, from 0."""
    return await _question(request, work, (course_version_id, lesson_key, language), question_place)


@router.post("/questions")
async def add_question(
    request: Request,
    work: PageWork,
    course_version_id: PathId,
    lesson_key: PathId,
    language: Language,
    kind: Annotated[QuestionKind, Query()],
) -> Response:
    """Add a question of this kind at the end of the lesson, written in one language."""
    return await _write_question(request, work, (course_version_id, lesson_key, language), None, kind)


@router.post("/questions/{question_place}")
async def write_question(
    request: Request,
    work: PageWork,
    course_version_id: PathId,
    lesson_key: PathId,
    question_place: int,
    language: Language,
) -> Response:
    """Save the question at this place of the lesson in one language."""
    return await _write_question(request, work, (course_version_id, lesson_key, language), question_place)


@router.post("/questions/{question_place}/remove")
async def remove_question(
    request: Request,
    work: PageWork,
    course_version_id: PathId,
    lesson_key: PathId,
    question_place: int,
    language: Language,
) -> Response:
    """Take a question out of the lesson."""
    where = (course_version_id, lesson_key, language)
    seen = str((await request.form()).get("seen", ""))
    await work.write(authoring.remove_question, *where[:2], question_place, seen)
    return redirect(f"{_address(where)}#questions", Flash("success", translate(request, _SAVED)))


async def _write_question(
    request: Request, work: Work, where: tuple[str, str, str], place: int | None, kind: QuestionKind | None = None
) -> Response:
    desk = await work.read_slow(workshop.lesson_desk, *where[:2], (where[2],))
    before = _at(desk, place)
    raw = {name: text for name, text in (await request.form()).items() if isinstance(text, str)}
    given = question_form.values(before.kind if before else kind or QuestionKind.SINGLE, where[2], raw, before)

    async def act(data: QuestionIn) -> object:
        return await work.write(authoring.write_question, *where[:2], place, raw.get("seen", ""), data)

    done = await submitted(_parsed(given, raw), act)
    if isinstance(done, Refused):
        return await _question(request, work, where, place, kind, done)
    return redirect(f"{_address(where)}#questions", Flash("success", translate(request, _SAVED)))


def _parsed(given: dict[str, Any], raw: dict[str, str]) -> Posted[QuestionIn]:
    try:
        return Posted(QuestionIn.model_validate(given), (), raw)
    except ValidationError as refused:
        return Posted(None, tuple(field_errors(refused.errors())), raw)


def _at(desk: LessonDesk, place: int | None) -> WrittenQuestion | None:
    if place is None:
        return None
    if not 0 <= place < len(desk.lesson.questions):
        raise NotFound
    return desk.lesson.questions[place]


def _address(where: tuple[str, str, str]) -> str:
    version_id, key, language = where
    return f"/company/courses/versions/{version_id}/lessons/{key}?language={language}"


async def _lesson(
    request: Request, work: Work, where: tuple[str, str, str], refused: Refused | None = None
) -> Response:
    desk = await work.read_slow(workshop.lesson_desk, *where[:2], (where[2], language_of(request)))
    language = where[2] if refused else desk.desk.language
    words = desk.lesson.texts.get(language)
    values = form_values(request, refused)
    body = values["raw"].get("body", words.body if words else "")
    return page(
        request,
        "training/author/lesson.html",
        work,
        shown=desk,
        words=words,
        language=language,
        language_names=LANGUAGES,
        kinds=list(QuestionKind),
        **values,
        **await DRAFTS.run(work.company_id, _as_read, body, language),
    )


async def _question(
    request: Request,
    work: Work,
    where: tuple[str, str, str],
    place: int | None,
    kind: QuestionKind | None = None,
    refused: Refused | None = None,
) -> Response:
    desk = await work.read_slow(workshop.lesson_desk, *where[:2], (where[2], language_of(request)))
    language, asked = desk.desk.language, _at(desk, place)
    values = form_values(request, refused)
    return page(
        request,
        "training/author/question.html",
        work,
        shown=desk,
        question=asked,
        words=asked.texts.get(language) if asked else None,
        kind=asked.kind if asked else kind,
        place=place,
        rows=question_form.rows(asked, language),
        language=language,
        language_names=LANGUAGES,
        **values,
    )


def _as_read(body: str, language: str) -> dict[str, Any]:
    return {"html": read(body), "ease": reading_ease.measured(body, language)}
