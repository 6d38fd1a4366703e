"""The way in with a printed code: scanned, or typed from the sheet."""

from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Path, Request
from markupsafe import Markup
from starlette.responses import Response

from app.access.secrets import code_hash
from app.accounts.schemas.sign_in import CodeIn
from app.accounts.web.signing_in import as_system, welcome_invited
from app.accounts.web.throttle import trying_code
from app.people.services import invitations
from app.settings import Settings
from app.web.door import PageWork, VisitorWork
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.render import page

router = APIRouter(prefix="/i")


@router.get("")
async def ask(request: Request) -> Response:
    return page(request, "accounts/sign_in/code.html", code="", scanned=False, **form_values(request, None))


@router.post("/phone")
async def go_on_with_phone(request: Request, work: PageWork) -> Response:
    """Show a code with which the person goes on, on a phone of their own."""
    settings: Settings = request.app.state.settings
    code = await work.write(invitations.for_own_phone, settings.secret_key.get_secret_value())
    square = segno.make_qr(f"{settings.public_url}/i/{code}", error="m").svg_inline(scale=6, omitsize=True)
    return page(request, "accounts/phone.html", work, code=code, square=Markup(square))  # noqa: S704 - our own drawing


@router.get("/{code}")
async def scanned(request: Request, code: Annotated[str, Path(max_length=40)]) -> Response:
    """Show a button and look nothing up: a camera that previews the address must not use the code."""
    return page(request, "accounts/sign_in/code.html", code=code, scanned=True, **form_values(request, None))


@router.post("")
async def redeem(
    request: Request, work: VisitorWork, form: Annotated[Posted[CodeIn], Depends(posted(CodeIn))]
) -> Response:
    async def act(data: CodeIn) -> tuple[str, str]:
        async with trying_code(request):
            hashed = code_hash(data.code, request.app.state.settings.secret_key.get_secret_value())
            company_id = await work.read(invitations.company_of, hashed)
            if company_id is None:
                raise invitations.code_unknown()
            return await as_system(request, "invitation", company_id).write(invitations.redeem, hashed), company_id

    done = await submitted(form, act)
    if isinstance(done, Refused):
        typed = form.raw.get("code", "")[:40]
        values = form_values(request, done)
        return page(request, "accounts/sign_in/code.html", code=typed, scanned=False, **values)
    return await welcome_invited(request, *done, shared=form.raw.get("device") != "own")
