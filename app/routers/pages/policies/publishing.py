"""Publishing a version, taking it back, and the poster that leads to it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.access.work import Work
from app.models import PolicyKind
from app.policies.queries import publishing as queries
from app.policies.schemas.policy import PublishIn, WithdrawIn
from app.policies.services import publishing
from app.policies.web import words as policy_words
from app.routers.pages.waits import COMPANY_PAGES
from app.web.bounded_pool import PRINTING
from app.web.door import PageWork
from app.web.downloads import attachment
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.i18n import translations
from app.web.ids import PathId
from app.web.pdf import Poster, policy_poster
from app.web.render import page, translate
from app.wording import N_

router = APIRouter(prefix="/company/policies/versions/{version_id}", dependencies=COMPANY_PAGES)
_PUBLISHED = N_("Published. The people who have to read it are being told.")
_WITHDRAWN = N_("Taken back. Nobody is asked to read it any more.")


@router.get("/publish")
async def consider(request: Request, work: PageWork, version_id: PathId) -> Response:
    """Show in numbers what publishing would do."""
    return await _consider(request, work, version_id)


@router.post("/publish")
async def publish(
    request: Request, work: PageWork, version_id: PathId, form: Annotated[Posted[PublishIn], Depends(posted(PublishIn))]
) -> Response:
    """Publish on the day chosen."""
    done = await submitted(form, lambda data: work.write(publishing.publish, version_id, data))
    if isinstance(done, Refused):
        return await _consider(request, work, version_id, done)
    return redirect(f"/company/policies/{done.policy_id}", Flash("success", translate(request, _PUBLISHED)))


@router.get("/withdraw")
async def consider_withdrawing(request: Request, work: PageWork, version_id: PathId) -> Response:
    """Ask for the reason, and say what follows."""
    return await _withdrawing(request, work, version_id)


@router.post("/withdraw")
async def withdraw(
    request: Request,
    work: PageWork,
    version_id: PathId,
    form: Annotated[Posted[WithdrawIn], Depends(posted(WithdrawIn))],
) -> Response:
    """Take the version back."""
    done = await submitted(form, lambda data: work.write(publishing.withdraw, version_id, data))
    if isinstance(done, Refused):
        return await _withdrawing(request, work, version_id, done)
    return redirect(f"/company/policies/{done.policy_id}", Flash("success", translate(request, _WITHDRAWN)))


@router.get("/poster")
async def poster(
    request: Request,
    work: PageWork,
    version_id: PathId,
    language: Annotated[Literal["it", "en"], Query()] = "it",
    paper: Annotated[Literal["a4", "a3"], Query()] = "a4",
) -> Response:
    """Print the poster for the noticeboard; its address leads to the text, and for people of the company to sign-in."""
    policy, version, text = await work.read(queries.on_poster, version_id, language)
    base = request.app.state.settings.public_url
    internal = policy.kind is PolicyKind.INTERNAL
    printed = Poster(
        title=text.title,
        company=work.organisation,
        version=version.label,
        effective_on=version.effective_on,
        url=f"{base}/policies/{policy.id}" if internal else f"{base}/p/{work.company_id}/{policy.id}",
        disciplinary=version.disciplinary,
    )
    pdf = await PRINTING.run(work.company_id, policy_poster, printed, language, translations(language).gettext, paper)
    return attachment(pdf, "application/pdf", f"{policy.name} {version.label} {language} {paper}.pdf")


async def _consider(request: Request, work: Work, version_id: str, refused: Refused | None = None) -> Response:
    policy, version, follows = await work.read(queries.to_publish, version_id)
    return page(
        request,
        "policies/publish.html",
        work,
        policy=policy,
        version=version,
        follows=follows,
        internal=policy.kind is PolicyKind.INTERNAL,
        **form_values(request, refused),
    )


async def _withdrawing(request: Request, work: Work, version_id: str, refused: Refused | None = None) -> Response:
    policy, version = await work.read(queries.to_withdraw, version_id)
    words = policy_words.state_words(version)
    values: dict[str, Any] = {"policy": policy, "version": version, "state": words, **form_values(request, refused)}
    return page(request, "policies/withdraw.html", work, **values)
