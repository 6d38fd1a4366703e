"""A quiz: one question per screen, its explanation, and at the end what came of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.access.work import Work
from app.errors import Conflict
from app.training.queries import attempts
from app.training.rules.attempt import in_order
from app.training.schemas.taking import AnswerIn, BeginIn
from app.training.services import attempting
from app.web.door import PageWork
from app.web.errors import worded
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.ids import PathId
from app.web.render import language_of, page

router = APIRouter(prefix="/courses/{course_id}/quiz")
Choice = Annotated[str, Query(max_length=8)]
Number = Annotated[int | None, Query(ge=1, le=500)]
_PLACE = "place-"


@router.post("")
async def begin(
    request: Request,
    work: PageWork,
    course_id: PathId,
    form: Annotated[Posted[BeginIn], Depends(posted(BeginIn, hidden=BeginIn.model_fields))],
) -> Response:
    """Begin an attempt, or go on with the one that is not finished."""
    wanted = form.value or BeginIn()
    try:
        attempt = await work.write(attempting.begin, course_id, wanted.lesson_key or "")
    except Conflict as refusal:
        return redirect(f"/courses/{course_id}", Flash("error", worded(language_of(request), refusal)))
    return redirect(f"/courses/{course_id}/quiz/{attempt.id}?language={wanted.language}")


@router.get("/{attempt_id}")
async def attempt(
    request: Request, work: PageWork, attempt_id: PathId, question: Number = None, language: Choice = ""
) -> Response:
    """Show a question, its explanation once it is answered, or what came of the attempt."""
    return await _page(request, work, attempt_id, question, language)


@router.post("/{attempt_id}")
async def answer(
    request: Request,
    work: PageWork,
    course_id: PathId,
    attempt_id: PathId,
    form: Annotated[Posted[AnswerIn], Depends(posted(AnswerIn, hidden=("question_id", "language")))],
    question: Number = None,
) -> Response:
    """Record an answer and show its explanation."""
    places = {name.removeprefix(_PLACE): text for name, text in form.raw.items() if name.startswith(_PLACE)}

    async def act(data: AnswerIn) -> Any:
        given = in_order(places) if places else data.given
        return await work.write(attempting.answer, attempt_id, data.question_id, given, data.language)

    done = await submitted(form, act)
    language = form.raw.get("language", "")
    if isinstance(done, Refused):
        return await _page(request, work, attempt_id, question, language, done)
    return redirect(f"/courses/{course_id}/quiz/{attempt_id}?question={question or 1}&language={language}")


async def _page(
    request: Request,
    work: Work,
    attempt_id: str,
    number: int | None,
    language: str,
    refused: Refused | None = None,
) -> Response:
    shown = await work.read(attempts.attempt, attempt_id, number, (language, language_of(request)))
    part = "result" if shown.asked is None else "question" if shown.asked.given is None else "explained"
    values = form_values(request, refused)
    return page(request, f"training/quiz/{part}.html", work, course=shown.course, shown=shown, **values)
