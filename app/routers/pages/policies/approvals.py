"""Approval: exactly what goes out, what it replaces, and the decision."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.access.work import Work
from app.models import PolicyText
from app.policies.queries import guides, overview
from app.policies.queries import review as policy_review
from app.policies.rules.guarantees import checklist, reworded
from app.policies.rules.version import VersionState
from app.policies.schemas.policy import ApproveIn, ReturnIn
from app.policies.services import approval
from app.policies.services.templates import named
from app.policies.web import drafts
from app.policies.web import words as policy_words
from app.policies.web.decision import decision
from app.policies.web.reading import as_read, comparisons, labelled, safe_html
from app.routers.pages.waits import COMPANY_PAGES
from app.web.bounded_pool import DRAFTS
from app.web.door import PageWork
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.i18n import LANGUAGES
from app.web.ids import PathId
from app.web.render import language_of, page, translate
from app.wording import N_

router = APIRouter(prefix="/company/policies", dependencies=COMPANY_PAGES)
_APPROVED = N_("Approved. The text is fixed now; the next step is to publish it.")
_RETURNED = N_("Given back. Its authors see your reason.")
ApproveForm = Annotated[Posted[ApproveIn], Depends(posted(ApproveIn, hidden=("row_version",)))]
Choice = Annotated[str, Query(max_length=8)]


@router.get("/approvals")
async def waiting(request: Request, work: PageWork) -> Response:
    """Show what waits for a decision."""
    lines = await work.read(overview.waiting)
    words: dict[str, Any] = {"next_words": policy_words.NEXT, "state_words": policy_words.state_words}
    return page(request, "policies/approvals/waiting.html", work, lines=lines, **words)


@router.get("/versions/{version_id}/review")
async def review(
    request: Request, work: PageWork, version_id: PathId, language: Choice = "", marks: Choice = ""
) -> Response:
    """Show a version as it goes out, with what changes marked against the one in force."""
    return await _page(request, work, version_id, language, with_marks=marks != "off")


@router.post("/versions/{version_id}/approve")
async def approve(request: Request, work: PageWork, version_id: PathId, form: ApproveForm) -> Response:
    """Approve exactly what was shown."""

    async def act(data: ApproveIn) -> None:
        before = await drafts.judge(work.company_id, await work.read(policy_review.judged, version_id))
        await work.write(approval.approve, version_id, data.row_version, before)

    done = await submitted(form, act)
    if isinstance(done, Refused):
        return await _page(request, work, version_id, form.raw.get("language", ""), refused=done)
    return redirect(f"/company/policies/versions/{version_id}/publish", Flash("success", translate(request, _APPROVED)))


@router.post("/versions/{version_id}/return")
async def give_back(
    request: Request, work: PageWork, version_id: PathId, form: Annotated[Posted[ReturnIn], Depends(posted(ReturnIn))]
) -> Response:
    """Give a version back to its authors, with the reason."""
    done = await submitted(form, lambda data: work.write(approval.request_changes, version_id, data))
    if isinstance(done, Refused):
        return await _page(request, work, version_id, form.raw.get("language", ""), refused=done)
    return redirect("/company/policies/approvals", Flash("success", translate(request, _RETURNED)))


async def _page(
    request: Request,
    work: Work,
    version_id: str,
    wanted: str,
    *,
    with_marks: bool = True,
    refused: Refused | None = None,
) -> Response:
    shown = await work.read(policy_review.review, version_id)
    language = next(one for one in (wanted, language_of(request), *shown.texts) if one in shown.texts)
    text, before = shown.texts[language], shown.texts_before.get(language)
    found = await drafts.judge(work.company_id, shown.judged)
    values = await DRAFTS.run(work.company_id, _text_values, text, shown.label)
    marked = await comparisons.get(work.company_id, before.body, text.body) if before else None
    return page(
        request,
        "policies/approvals/review.html",
        work,
        shown=shown,
        language=language,
        with_marks=with_marks,
        decision=decision(request, shown, language, found.shortcomings),
        waits=shown.version.state is VersionState.IN_APPROVAL,
        state=policy_words.state_words(shown.version),
        guarantee_names=policy_words.GUARANTEE_NAMES,
        language_names=LANGUAGES,
        changes=marked and as_read(marked, language),
        **values,
        **form_values(request, refused),
    )


def _text_values(text: PolicyText, label: str) -> dict[str, Any]:
    return {
        "text": text,
        "statement": named(text.statement, label),
        "html": labelled(safe_html(text.body), text.language),
        "checks": checklist(text.body),
        "reworded": reworded(text.body, guides.unfilled(text.language)),
    }
