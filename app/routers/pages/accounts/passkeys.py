"""One's own passkeys."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.accounts.queries import sign_in as queries
from app.accounts.schemas.sign_in import NewPasskeyIn
from app.accounts.services import passkeys as service
from app.accounts.web import passkeys
from app.authz import SignedIn
from app.web import browsers
from app.web.door import OwnWork, SignedInCaller, shell
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.ids import PathId
from app.web.render import page, translate
from app.wording import N_

router = APIRouter(prefix="/me/passkeys")


@router.get("")
async def show(request: Request, work: OwnWork, caller: SignedInCaller) -> Response:
    return await _list(request, work, caller)


@router.post("/options")
async def options(request: Request, work: OwnWork, caller: SignedInCaller) -> Response:
    challenge = passkeys.new_challenge()
    made = await work.read(service.creation_options, caller, passkeys.site(request), challenge)
    return passkeys.options(request, caller.account_id, made, challenge)


@router.post("")
async def add(
    request: Request,
    work: OwnWork,
    caller: SignedInCaller,
    form: Annotated[Posted[NewPasskeyIn], Depends(posted(NewPasskeyIn, hidden=("credential",)))],
) -> Response:

    async def act(data: NewPasskeyIn) -> None:
        made = passkeys.credential(data.credential)
        challenge = passkeys.spend_challenge(request, caller.account_id)
        await work.write(service.add, caller, made, data.name, passkeys.site(request), challenge)

    done = await submitted(form, act)
    if isinstance(done, Refused):
        return await _list(request, work, caller, done)
    added = N_("The passkey is there. Next time you sign in with it alone.")
    return redirect("/me/passkeys", Flash("success", translate(request, added)))


@router.post("/{passkey_id}/remove")
async def remove(request: Request, work: OwnWork, passkey_id: PathId) -> Response:
    await work.write(service.remove, passkey_id)
    return redirect("/me/passkeys", Flash("success", translate(request, N_("The passkey is removed."))))


async def _list(request: Request, work: OwnWork, caller: SignedIn, refused: Refused | None = None) -> Response:
    return page(
        request,
        "accounts/passkeys.html",
        await shell(request),
        passkeys=await work.read(queries.passkeys),
        obstacle=await work.read(service.obstacle, caller),
        name=refused.form.raw.get("name", "") if refused else browsers.family(request.headers.get("user-agent", "")),
        **form_values(request, refused),
    )
