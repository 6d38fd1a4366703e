"""Paper: where a version hangs, and signatures on a sheet, each with its proof."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.access.work import Work
from app.authz import Permission
from app.errors import NotFound
from app.platform.files import ACCEPTED
from app.policies.queries import lists, paper, postings
from app.policies.schemas.acknowledgement import PaperIn
from app.policies.schemas.posting import PostingEndIn, PostingIn
from app.policies.services import acknowledging, posting
from app.routers.pages.waits import COMPANY_PAGES
from app.schemas.base import Search
from app.web.bounded_pool import PRINTING
from app.web.door import PageWork, only
from app.web.downloads import attachment, download
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.i18n import LANGUAGES, translations
from app.web.ids import GivenId, PathId
from app.web.pdf import SignatureSheet, signature_sheet
from app.web.render import page, translate
from app.web.uploads import Uploaded
from app.wording import N_

router = APIRouter(prefix="/company/policies", dependencies=COMPANY_PAGES)
_POSTED = N_("Recorded where it hangs.")
_ENDED = N_("Recorded: it does not hang there any more.")
_SIGNED = N_("Recorded: %(name)s signed on paper.")
_NO_SCAN = N_("Choose the photo or scan of the signed sheet.")


@router.get("/versions/{version_id}/posting")
async def where(request: Request, work: PageWork, version_id: PathId) -> Response:
    """Ask where it hangs, since when, and for a proof."""
    return await _posting_page(request, work, version_id)


@router.post("/versions/{version_id}/posting", dependencies=[only(Permission.PUBLISH_POLICIES)])
async def record(
    request: Request,
    work: PageWork,
    version_id: PathId,
    form: Annotated[Posted[PostingIn], Depends(posted(PostingIn))],
    proof: Uploaded,
) -> Response:
    """Record a posting."""
    done = await submitted(
        form, lambda data: work.write(posting.record, version_id, data, proof), {"file_too_large": "proof"}
    )
    if isinstance(done, Refused):
        return await _posting_page(request, work, version_id, done)
    version = await work.read(lists.one_version, version_id)
    return redirect(f"/company/policies/{version.policy_id}", Flash("success", translate(request, _POSTED)))


@router.post("/posting/{posting_id}/end")
async def end(
    request: Request,
    work: PageWork,
    posting_id: PathId,
    form: Annotated[Posted[PostingEndIn], Depends(posted(PostingEndIn))],
) -> Response:
    """Record the last day somewhere."""
    version = await work.read(postings.posted_version, posting_id)
    done = await submitted(form, lambda data: work.write(posting.end, version.id, posting_id, data))
    told = (
        Flash("error", done.said(request))
        if isinstance(done, Refused)
        else Flash("success", translate(request, _ENDED))
    )
    return redirect(f"/company/policies/{version.policy_id}", told)


@router.get("/posting/{posting_id}/proof")
async def proof(work: PageWork, posting_id: PathId) -> Response:
    """Return the proof of a posting, to save."""
    return download(await work.read(postings.proof, posting_id))


@router.get("/versions/{version_id}/paper")
async def sheet(
    request: Request, work: PageWork, version_id: PathId, q: Annotated[Search, Query()] = "", person_id: GivenId = None
) -> Response:
    """Ask who signed on paper, when, and for the scan."""
    return await _paper_page(request, work, version_id, search=q, chosen=person_id or "")


@router.get("/versions/{version_id}/paper.pdf")
async def blank_sheet(
    work: PageWork, version_id: PathId, language: Annotated[Literal["it", "en"], Query()]
) -> Response:
    """Print the sheet to sign, in the language of its signer."""
    version, text = await work.read(paper.blank, version_id, language)
    blank = SignatureSheet(
        title=text.title,
        company=work.organisation,
        version=version.label,
        effective_on=version.effective_on,
        statement=text.statement,
        content_sha256=version.content_sha256 or "",
    )
    printed = await PRINTING.run(work.company_id, signature_sheet, blank, language, translations(language).gettext)
    return attachment(printed, "application/pdf", f"{text.title} {version.label} {language}.pdf")


@router.post("/versions/{version_id}/paper", dependencies=[only(Permission.RECORD_ACKNOWLEDGEMENTS)])
async def sign(
    request: Request,
    work: PageWork,
    version_id: PathId,
    form: Annotated[Posted[PaperIn], Depends(posted(PaperIn, hidden=("version_id",)))],
    scan: Uploaded,
) -> Response:
    """Record a signature on paper."""
    if form.value and form.value.version_id != version_id:
        raise NotFound
    version = await work.read(lists.one_version, version_id)
    done = await submitted(
        form.with_file("scan", scan, _NO_SCAN),
        lambda signed: work.write(acknowledging.record_on_paper, version.policy_id, *signed),
        {"file_too_large": "scan"},
    )
    if isinstance(done, Refused):
        return await _paper_page(request, work, version_id, done)
    name = await work.read(paper.name, form.raw["person_id"])
    flash = Flash("success", translate(request, _SIGNED, name=name))
    return redirect(f"/company/policies/versions/{version_id}/paper", flash)


@router.get("/acknowledgements/{acknowledgement_id}/scan")
async def signed_sheet(work: PageWork, acknowledgement_id: PathId) -> Response:
    """Return the scan of a signed sheet, to save."""
    return download(await work.read(postings.scan, acknowledgement_id))


async def _posting_page(request: Request, work: Work, version_id: str, refused: Refused | None = None) -> Response:
    version, policy, sites = await work.read(postings.to_post, version_id)
    return page(
        request,
        "policies/posting/posting.html",
        work,
        version=version,
        policy=policy,
        sites=sites,
        accepted=ACCEPTED,
        today=work.today,
        **form_values(request, refused),
    )


async def _paper_page(
    request: Request, work: Work, version_id: str, refused: Refused | None = None, search: str = "", chosen: str = ""
) -> Response:
    raw = refused.form.raw if refused else {"q": search, "person_id": chosen}
    shown = await work.read(paper.sheet, version_id, raw.get("q", ""), raw.get("person_id", ""))
    return page(
        request,
        "policies/posting/paper.html",
        work,
        shown=shown,
        accepted=ACCEPTED,
        language_names=LANGUAGES,
        today=work.today,
        **form_values(request, refused) | {"raw": raw},
    )
