"""Questions and refusals: HR reads them, answers, or stops asking a person."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.authz import Permission
from app.policies.queries import coverage_people
from app.policies.schemas.acknowledgement import ReplyIn
from app.policies.schemas.coverage import ExcuseIn
from app.policies.services import acknowledging
from app.policies.web import coverage_words as words
from app.routers.pages.waits import COMPANY_PAGES
from app.web.door import PageWork
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.ids import PathId
from app.web.paging import Paging
from app.web.render import language_of, page, translate
from app.wording import N_

router = APIRouter(prefix="/company/policies", dependencies=COMPANY_PAGES)


@router.get("/questions")
async def questions(request: Request, work: PageWork, paging: Paging) -> Response:
    """List what people asked or refused, the oldest first."""
    rows = await work.read(coverage_people.questions, paging.limit + 1, paging.after)
    part, next_key = paging.cut(rows, lambda row: (row.answered_at.isoformat(), row.id))
    return page(
        request,
        "policies/coverage/questions.html",
        work,
        questions=part,
        next_href=paging.next_href(next_key),
        first_href="/company/policies/questions" if paging.after else "",
    )


@router.get("/assignments/{assignment_id}")
async def assignment(request: Request, work: PageWork, assignment_id: PathId) -> Response:
    """Show what one person answered, with what can be done about it."""
    return await _page(request, work, assignment_id)


@router.post("/assignments/{assignment_id}/reply")
async def reply(
    request: Request,
    work: PageWork,
    assignment_id: PathId,
    form: Annotated[Posted[ReplyIn], Depends(posted(ReplyIn))],
) -> Response:
    """Answer a question; the person gets the answer by mail and is asked to read again."""
    done = await submitted(form, lambda data: work.write(acknowledging.reply, assignment_id, data))
    if isinstance(done, Refused):
        return await _page(request, work, assignment_id, done)
    said = translate(request, N_("Your answer is on its way. The text is open again for this person."))
    return redirect("/company/policies/questions", Flash("success", said))


@router.post("/assignments/{assignment_id}/excuse")
async def excuse(
    request: Request,
    work: PageWork,
    assignment_id: PathId,
    form: Annotated[Posted[ExcuseIn], Depends(posted(ExcuseIn))],
) -> Response:
    """Stop asking a person, for a reason that is kept."""
    done = await submitted(form, lambda data: work.write(acknowledging.excuse, assignment_id, data.reason))
    if isinstance(done, Refused):
        return await _page(request, work, assignment_id, done)
    said = translate(request, N_("This person is no longer asked. The reason is kept."))
    return redirect("/company/policies/questions", Flash("success", said))


async def _page(request: Request, work: PageWork, assignment_id: str, refused: Refused | None = None) -> Response:
    row = await work.read(coverage_people.assignment, assignment_id)
    language = language_of(request)
    return page(
        request,
        "policies/coverage/assignment.html",
        work,
        row=row,
        state=words.state(language, row),
        may_answer=work.actor.may(Permission.RECORD_ACKNOWLEDGEMENTS),
        **form_values(request, refused),
    )
