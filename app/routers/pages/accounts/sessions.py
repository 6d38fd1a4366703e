"""One's own sessions, language and organisations."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.access import organisations
from app.access.work import AccountWork
from app.accounts.queries import sign_in as queries
from app.accounts.schemas.sign_in import LanguageIn, OrganisationIn
from app.accounts.services import memberships, sign_in
from app.accounts.web import passkeys
from app.accounts.web.signing_in import (
    as_system,
    home_of,
    keep_language,
    local_path,
    open_organisations,
    own_work,
)
from app.context import Ctx
from app.errors import NotFound
from app.web.door import OwnWork, SignedInCaller, shell
from app.web.flash import Flash, redirect
from app.web.forms import Posted, posted
from app.web.i18n import COOKIE
from app.web.ids import PathId
from app.web.login import clear_session, maybe_signed_in
from app.web.render import page, translate
from app.wording import N_

router = APIRouter()
_YEAR = 365 * 86400


@router.get("/me/sessions")
async def show(request: Request, work: OwnWork, caller: SignedInCaller) -> Response:
    found = await work.read(queries.sessions)
    return page(request, "accounts/sessions.html", await shell(request), sessions=found, this=caller.session_id)


@router.post("/me/sessions/end-others")
async def end_others(request: Request, work: OwnWork, caller: SignedInCaller) -> Response:
    await work.write(sign_in.end_others, caller.session_id)
    return redirect("/me/sessions", Flash("success", translate(request, N_("All your other sessions have ended."))))


@router.post("/me/sessions/{session_id}/end")
async def end_one(request: Request, work: OwnWork, caller: SignedInCaller, session_id: PathId) -> Response:
    await work.write(sign_in.end, session_id)
    if session_id == caller.session_id:
        return _out(request)
    return redirect("/me/sessions", Flash("success", translate(request, N_("The session has ended."))))


@router.post("/me/sessions/alive", status_code=204)
async def stay(_: SignedInCaller) -> None:
    """Keep the session of somebody who reads on a shared device: asking for it is enough."""


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    caller = await maybe_signed_in(request)
    if caller is not None:
        await own_work(request, caller.account_id).write(sign_in.end, caller.session_id)
    return _out(request)


@router.post("/language")
async def speak(request: Request, form: Annotated[Posted[LanguageIn], Depends(posted(LanguageIn))]) -> Response:
    response = redirect(_back(request, form.raw.get("next", "")))
    if form.value is None:
        return response
    caller = await maybe_signed_in(request)
    if caller is None:
        keep_language(response, form.value.language)
    elif not caller.borrowed:
        await own_work(request, caller.account_id).write(sign_in.speak, form.value.language)
    response.set_cookie(COOKIE, form.value.language, max_age=_YEAR, path="/", httponly=True, samesite="lax")
    return response


@router.get("/organisations")
async def choose(request: Request, work: OwnWork, caller: SignedInCaller) -> Response:
    found, asking = await open_organisations(request, work), await work.read(organisations.asking)
    return page(request, "accounts/sign_in/organisations.html", organisations=found, asking=asking, caller=caller)


@router.post("/organisations")
async def enter(
    request: Request,
    work: OwnWork,
    caller: SignedInCaller,
    form: Annotated[Posted[OrganisationIn], Depends(posted(OrganisationIn))],
) -> Response:
    wanted = form.value.organisation_id if form.value else ""
    chosen = next((one for one in await open_organisations(request, work) if one.id == wanted), None)
    if chosen is None:
        raise NotFound
    await work.write(sign_in.enter, caller.session_id, chosen.id)
    return redirect(home_of(chosen))


@router.post("/organisations/accept")
async def accept(
    request: Request, work: OwnWork, form: Annotated[Posted[OrganisationIn], Depends(posted(OrganisationIn))]
) -> Response:
    """Belong to a company that asks; from then on it is shown like the others."""
    return await _decide(request, work, form, memberships.accept, N_("%(name)s is one of your organisations now."))


@router.post("/organisations/decline")
async def decline(
    request: Request, work: OwnWork, form: Annotated[Posted[OrganisationIn], Depends(posted(OrganisationIn))]
) -> Response:
    """Stay out of a company that asks; it is not told."""
    return await _decide(request, work, form, memberships.decline, N_("%(name)s asks you no more, and is not told."))


async def _decide(
    request: Request, work: AccountWork, form: Posted[OrganisationIn], verb: Callable[[Ctx, str], None], said: str
) -> Response:
    wanted = form.value.organisation_id if form.value else ""
    asking = next((one for one in await work.read(organisations.asking) if one.id == wanted), None)
    if asking is None:
        raise NotFound
    await as_system(request, "membership", asking.id).write(verb, str(work.account_id))
    return redirect("/organisations", Flash("success", translate(request, said, name=asking.name)))


def _back(request: Request, path: str) -> str:
    """Return the address of the page with its query, which a link from a mail cannot do without."""
    came_from = urlsplit(request.headers.get("referer", ""))
    same = came_from.path == path and f"{came_from.scheme}://{came_from.netloc}" == passkeys.site(request).origin
    return local_path(f"{path}?{came_from.query}" if same and came_from.query else path)


def _out(request: Request) -> Response:
    response = redirect("/sign-in", Flash("success", translate(request, N_("You are signed out."))))
    clear_session(response)
    response.headers["clear-site-data"] = '"storage"'  # drafts: the next person may sit at the same machine
    return response
