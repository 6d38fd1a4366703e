"""How far the company's courses have come: all of them, and each by team."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.access.work import Work
from app.duties.schemas.reminding import RemindIn
from app.duties.web import words as duty_words
from app.routers.pages.waits import COMPANY_PAGES
from app.training.queries import coverage
from app.training.queries import questions as question_queries
from app.training.services import reminding
from app.training.web import coverage_words as words
from app.web.door import PageWork
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.ids import PathId
from app.web.render import language_of, page
from app.web.tables import csv_answer

router = APIRouter(prefix="/company/training", dependencies=COMPANY_PAGES)
RemindForm = Annotated[Posted[RemindIn], Depends(posted(RemindIn, hidden=RemindIn.model_fields))]


@router.get("")
async def overview(request: Request, work: PageWork) -> Response:
    """List the courses that can be taken, with how far each has come."""
    lines = await work.read_slow(coverage.overview)
    return page(request, "training/coverage/overview.html", work, lines=lines)


@router.get("/courses/{course_id}")
async def course(request: Request, work: PageWork, course_id: PathId) -> Response:
    """Say how far a course has come."""
    return await _course(request, work, course_id)


@router.post("/courses/{course_id}/remind")
async def remind(request: Request, work: PageWork, course_id: PathId, form: RemindForm) -> Response:
    """Remind everybody who still has to finish a course, or those of one team."""
    done = await submitted(form, lambda data: work.write(reminding.remind_now, course_id, data.team_id))
    if isinstance(done, Refused):
        return await _course(request, work, course_id, done)
    told = Flash("success" if done.people else "info", duty_words.reminded(language_of(request), done))
    return redirect(f"/company/training/courses/{course_id}", told)


@router.get("/courses/{course_id}/teams.csv")
async def export(request: Request, work: PageWork, course_id: PathId) -> Response:
    """Return the counts by team as a table for a spreadsheet."""
    figures = await work.read_slow(coverage.figures, course_id)
    language = language_of(request)
    return csv_answer("training.csv", words.team_columns(language), _team_part(language, figures.teams))


@router.get("/courses/{course_id}/questions")
async def questions(request: Request, work: PageWork, course_id: PathId) -> Response:
    """Show which questions many people miss, to those who write courses."""
    asked = await work.read_slow(question_queries.asked, course_id, language_of(request))
    return page(request, "training/coverage/questions.html", work, **asked._asdict())


async def _course(request: Request, work: Work, course_id: str, refused: Refused | None = None) -> Response:
    figures = await work.read_slow(coverage.figures, course_id)
    language = language_of(request)
    return page(
        request,
        "training/coverage/course.html",
        work,
        headline=words.headline(language, figures.counts, mandatory=figures.course.mandatory),
        points=[(duty_words.short_day(language, day), number) for day, number in figures.progress],
        **figures._asdict(),
        **form_values(request, refused),
    )


async def _team_part(language: str, teams: Sequence[Any]) -> AsyncIterator[list[Any]]:
    yield [words.team_cells(language, team) for team in teams]
