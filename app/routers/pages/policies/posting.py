"""Paper: where a version hangs, and signatures on a sheet, each with its proof."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from app.access.work import Work
from app.context import Ctx
from app.errors import DomainError, Invalid, NotFound
from app.platform.files import ACCEPTED, MAXIMUM_BYTES, Upload
from app.policies.queries import lists, paper, policies, postings
from app.policies.schemas.acknowledgement import PaperIn
from app.policies.schemas.posting import PostingEndIn, PostingIn
from app.policies.services import acknowledging, posting
from app.routers.pages.waits import COMPANY_PAGES
from app.schemas.base import Search
from app.web.bounded_work import PRINTING
from app.web.door import PageWork
from app.web.downloads import attachment, download
from app.web.flash import Flash, redirect
from app.web.form_words import by_field
from app.web.forms import Posted, posted
from app.web.i18n import LANGUAGES, translations
from app.web.ids import GivenId, PathId
from app.web.pdf import SignatureSheet, signature_sheet
from app.web.render import page, translate
from app.wording import N_

router = APIRouter(prefix="/company/policies", dependencies=COMPANY_PAGES)
_POSTED = N_("Recorded where it hangs.")
_ENDED = N_("Recorded: it does not hang there any more.")
_SIGNED = N_("Recorded: %(name)s signed on paper.")
_NO_SCAN = N_("Choose the photo or scan of the signed sheet.")


async def upload(request: Request) -> Upload | None:
    """Return the file of the form, if one was chosen; one byte more than is allowed is enough to refuse it."""
    found = None
    for file in (await request.form()).values():
        if isinstance(file, UploadFile):
            if file.filename:
                found = Upload(file.filename, await file.read(MAXIMUM_BYTES + 1))
            await file.close()
    return found


Uploaded = Annotated[Upload | None, Depends(upload)]


@router.get("/versions/{version_id}/posting")
async def where(request: Request, work: PageWork, version_id: PathId) -> Response:
    """Ask where it hangs, since when, and for a proof."""
    return await _posting_page(request, work, version_id, {}, {})


@router.post("/versions/{version_id}/posting")
async def record(
    request: Request,
    work: PageWork,
    version_id: PathId,
    form: Annotated[Posted[PostingIn], Depends(posted(PostingIn))],
    proof: Uploaded,
) -> Response:
    """Record a posting."""
    if form.value is None:
        return await _posting_page(request, work, version_id, form.raw, by_field(request, form.errors.values()))
    try:
        await work.write(posting.record, version_id, form.value, proof)
    except DomainError as refused:
        errors = _beside_fields(request, refused, "proof")
        return await _posting_page(request, work, version_id, form.raw, errors, refused.status)
    version = await work.read(policies.version, version_id)
    return redirect(f"/company/policies/{version.policy_id}", Flash("success", translate(request, _POSTED)))


@router.post("/posting/{posting_id}/end")
async def end(
    request: Request,
    work: PageWork,
    posting_id: PathId,
    form: Annotated[Posted[PostingEndIn], Depends(posted(PostingEndIn))],
) -> Response:
    """Record the last day somewhere."""
    found = await work.read(postings.posting, posting_id)
    version = await work.read(policies.version, found.version_id)
    back, errors = f"/company/policies/{version.policy_id}", list(form.errors.values())
    if form.value is not None:
        try:
            await work.write(posting.end, found.version_id, posting_id, form.value)
            return redirect(back, Flash("success", translate(request, _ENDED)))
        except Invalid as refused:
            errors = list(refused.errors)
    return redirect(back, Flash("error", " ".join(by_field(request, errors).values())))


@router.get("/posting/{posting_id}/proof")
async def proof(work: PageWork, posting_id: PathId) -> Response:
    """Give the proof of a posting, to save."""
    return download(await work.read(postings.proof, posting_id))


@router.get("/versions/{version_id}/paper")
async def sheet(
    request: Request, work: PageWork, version_id: PathId, q: Annotated[Search, Query()] = "", person_id: GivenId = None
) -> Response:
    """Ask who signed on paper, when, and for the scan."""
    return await _paper_page(request, work, version_id, {"q": q, "person_id": person_id or ""}, {})


@router.get("/versions/{version_id}/paper.pdf")
async def blank_sheet(
    work: PageWork, version_id: PathId, language: Annotated[Literal["it", "en"], Query()]
) -> Response:
    """Print the sheet to sign, in the language of whoever will sign it."""
    version, text = await work.read(paper.blank, version_id, language)
    blank = SignatureSheet(
        title=text.title,
        company=work.organisation,
        version=version.label,
        effective_on=version.effective_on,
        statement=text.statement,
        content_sha256=version.content_sha256 or "",
    )
    printed = await PRINTING.run(signature_sheet, blank, language, translations(language).gettext)
    return attachment(printed, "application/pdf", f"{text.title} {version.label} {language}.pdf")


@router.post("/versions/{version_id}/paper")
async def sign(request: Request, work: PageWork, version_id: PathId, scan: Uploaded) -> Response:
    """Record a signature on paper."""
    form = await posted(PaperIn)(request)
    errors = by_field(request, form.errors.values())
    if scan is None:
        errors["scan"] = translate(request, _NO_SCAN)
    if form.value is None or scan is None:
        return await _paper_page(request, work, version_id, form.raw, errors, 422)
    if form.value.version_id != version_id:
        raise NotFound
    try:
        await work.write(acknowledging.record_on_paper, form.value, scan)
    except DomainError as refused:
        said = _beside_fields(request, refused, "scan")
        return await _paper_page(request, work, version_id, form.raw, said, refused.status)
    name = await work.read(paper.name, form.value.person_id)
    flash = Flash("success", translate(request, _SIGNED, name=name))
    return redirect(f"/company/policies/versions/{version_id}/paper", flash)


@router.get("/acknowledgements/{acknowledgement_id}/scan")
async def signed_sheet(work: PageWork, acknowledgement_id: PathId) -> Response:
    """Give the scan of a signed sheet, to save."""
    return download(await work.read(postings.scan, acknowledgement_id))


async def _posting_page(
    request: Request, work: Work, version_id: str, raw: dict[str, str], errors: dict[str, str], status: int = 422
) -> Response:
    version, policy, sites = await work.read(_posting_values, version_id)
    return page(
        request,
        "policies/posting/posting.html",
        work,
        status=status if errors else 200,
        version=version,
        policy=policy,
        sites=sites,
        raw=raw,
        errors=errors,
        accepted=ACCEPTED,
        today=work.today,
    )


async def _paper_page(
    request: Request, work: Work, version_id: str, raw: dict[str, str], errors: dict[str, str], status: int = 422
) -> Response:
    search, chosen = raw.get("q", ""), raw.get("person_id", "")
    shown = await work.read(paper.sheet, version_id, search, chosen)
    return page(
        request,
        "policies/posting/paper.html",
        work,
        status=status if errors else 200,
        shown=shown,
        raw=raw,
        errors=errors,
        accepted=ACCEPTED,
        language_names=LANGUAGES,
        today=work.today,
    )


def _beside_fields(request: Request, refused: DomainError, field: str) -> dict[str, str]:
    """Return what a form is refused for by field; refusals about no field in particular stand beside ``field``."""
    if isinstance(refused, Invalid):
        return by_field(request, refused.errors)
    return {field: translate(request, refused.detail, **refused.params)}


def _posting_values(ctx: Ctx, version_id: str) -> tuple[Any, Any, Any]:
    version = lists.one_version(ctx, version_id)
    return version, policies.policy(ctx, version.policy_id), postings.sites(ctx)
