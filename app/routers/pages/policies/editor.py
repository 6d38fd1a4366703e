"""Writing a version: one language at a time, with what it looks like and what is still missing beside it.

Nothing typed is lost: the draft saves itself while scripts run; a text that another editor changed meanwhile is shown
beside one's own, and only saving again, knowingly, replaces it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.access.work import Work
from app.errors import FieldError, Invalid, PreconditionFailed
from app.policies.queries import editor, guides, review
from app.policies.queries.editor import Desk
from app.policies.rules.guarantees import checklist, reworded
from app.policies.schemas.policy import DraftIn
from app.policies.services import approval, drafting
from app.policies.services.templates import LANGUAGES, named
from app.policies.web import drafts
from app.policies.web import words as policy_words
from app.policies.web.reading import read
from app.routers.pages.waits import COMPANY_PAGES
from app.web.bounded_pool import DRAFTS
from app.web.door import PageWork
from app.web.errors import worded
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.i18n import LANGUAGES as LANGUAGE_NAMES
from app.web.ids import PathId
from app.web.render import language_of, page, translate
from app.wording import N_

router = APIRouter(prefix="/company/policies/versions/{version_id}", dependencies=COMPANY_PAGES)
_SAVED = N_("The draft is saved.")
_SUBMITTED = N_("Sent for approval. It cannot be changed until it is approved or given back.")
_DISCARDED = N_("The draft is thrown away.")
Chosen = Annotated[str, Query(max_length=8)]
Language = Annotated[Literal["it", "en"], Query()]
DraftForm = Annotated[Posted[DraftIn], Depends(posted(DraftIn, hidden=("seen",)))]
_PREVIEWED = 200_000


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that keeps the draft from approval, in words, with the place to correct it."""

    text: str
    language: str
    field: str


@router.get("/edit")
async def edit(request: Request, work: PageWork, version_id: PathId, language: Chosen = "") -> Response:
    """Open a draft."""
    desk = await work.read(editor.desk, version_id, (language, language_of(request)))
    return await _page(request, work, desk, desk.words)


@router.post("/edit")
async def save(request: Request, work: PageWork, version_id: PathId, language: Language, form: DraftForm) -> Response:
    """Save the draft, look at it, or send it for approval, by the button pressed."""
    if form.raw.get("then") == "preview":
        return await _page(request, work, await work.read(editor.desk, version_id, (language,)), form.raw)
    done = await submitted(form, lambda data: work.write(drafting.save_draft, version_id, language, data))
    if isinstance(done, Refused):
        desk = await work.read(editor.desk, version_id, (language,))
        theirs = desk.words if done.status == PreconditionFailed.status else None
        return await _page(request, work, desk, form.raw, theirs=theirs, **form_values(request, done))
    if form.raw.get("then") != "submit":
        where = f"/company/policies/versions/{version_id}/edit?language={language}"
        return redirect(where, Flash("success", translate(request, _SAVED)))
    return await _submit(request, work, version_id, language, form)


@router.post("/autosave")
async def autosave(
    request: Request, work: PageWork, version_id: PathId, language: Language, form: DraftForm
) -> Response:
    """Save the draft while it is being written, and answer with how that went."""
    done = await submitted(form, lambda data: work.write(drafting.save_draft, version_id, language, data))
    if isinstance(done, Refused):
        outcome = "conflict" if done.status == PreconditionFailed.status else "incomplete"
        values: dict[str, Any] = {"status": done.status, "outcome": outcome, "seen": form.raw.get("seen", "")}
    else:
        desk = await work.read(editor.desk, version_id, (language,))
        values = {"outcome": "saved", "seen": desk.seen}
    return page(request, "policies/editor/_saved.html", work, at=work.now, **values)


@router.post("/preview")
async def preview(request: Request, work: PageWork, version_id: PathId, language: Language) -> Response:
    """Show what is typed as people will read it; nothing is stored."""
    desk = await work.read(editor.desk, version_id, (language,))
    raw = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    if request.headers.get("hx-request-type") != "partial":
        return await _page(request, work, desk, raw)
    values = await DRAFTS.run(work.company_id, _preview_values, desk, raw)
    return page(request, "policies/editor/_preview.html", work, desk=desk, **values)


@router.post("/languages")
async def add_language(work: PageWork, version_id: PathId, language: Language) -> Response:
    """Add a language, from the template."""
    await work.write(drafting.add_text, version_id, language)
    return redirect(f"/company/policies/versions/{version_id}/edit?language={language}")


@router.post("/languages/remove")
async def remove_language(work: PageWork, version_id: PathId, language: Language, row_version: int) -> Response:
    """Take a language out of the draft."""
    await work.write(drafting.remove_text, version_id, language, row_version)
    return redirect(f"/company/policies/versions/{version_id}/edit")


@router.post("/discard")
async def discard(request: Request, work: PageWork, version_id: PathId) -> Response:
    """Throw away a draft that was never sent for approval."""
    await work.write(drafting.discard, version_id)
    return redirect("/company/policies", Flash("success", translate(request, _DISCARDED)))


async def _submit(request: Request, work: Work, version_id: str, language: str, form: Posted[DraftIn]) -> Response:
    before = await drafts.judge(work.company_id, await work.read(review.judged, version_id))
    done = await submitted(form, lambda _: work.write(approval.submit, version_id, before))
    if isinstance(done, Refused):
        desk = await work.read(editor.desk, version_id, (language,))
        if done.status == Invalid.status:
            missing = _missing(request, done.errors)
            return await _page(request, work, desk, desk.words, missing=missing, status=done.status)
        return await _page(request, work, desk, desk.words, **form_values(request, done))
    return redirect(f"/company/policies/{done.policy_id}", Flash("success", translate(request, _SUBMITTED)))


async def _page(
    request: Request,
    work: Work,
    desk: Desk,
    words: Mapping[str, Any],
    *,
    missing: list[Missing] | None = None,
    theirs: Mapping[str, Any] | None = None,
    **shown: Any,
) -> Response:
    values = form_values(request, None) | shown | await DRAFTS.run(work.company_id, _page_values, desk, words)
    return page(
        request,
        "policies/editor/edit.html",
        work,
        desk=desk,
        words=words,
        missing=missing or [],
        theirs=theirs,
        language_names=LANGUAGE_NAMES,
        all_languages=LANGUAGES,
        **values,
    )


def _page_values(desk: Desk, words: Mapping[str, Any]) -> dict[str, Any]:
    errors = review.shortcomings(desk.judged)
    return {"incomplete": {error.pointer.split("/")[2] for error in errors}, **_preview_values(desk, words)}


def _preview_values(desk: Desk, words: Mapping[str, Any]) -> dict[str, Any]:
    body = str(words.get("body", ""))[:_PREVIEWED].replace("\r\n", "\n")
    reading = read(body, desk.language)
    return {
        "title": words.get("title", ""),
        "html": reading.html,
        "minutes": reading.minutes,
        "statement": named(str(words.get("statement", "")), desk.label),
        "checks": checklist(body) if desk.internal else {},
        "reworded": reworded(body, guides.unfilled(desk.language)),
        "guarantee_names": policy_words.GUARANTEE_NAMES,
    }


def _missing(request: Request, errors: Iterable[FieldError]) -> list[Missing]:
    found = []
    for error in errors:
        _, _, language, field = error.pointer.split("/")
        found.append(Missing(worded(language_of(request), error), language, field))
    return found
