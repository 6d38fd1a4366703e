"""The page to sign in, the link from a mail, the passkey."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.access.secrets import token_hash
from app.accounts.queries import sign_in as queries
from app.accounts.schemas.sign_in import EmailIn, PasskeyIn, TokenIn
from app.accounts.services import passkeys as passkey_service
from app.accounts.services import sign_in
from app.accounts.web import passkeys
from app.accounts.web.signing_in import keep_next, kept_next, next_path, welcome
from app.accounts.web.throttle import asking_for_mail, trying_secret
from app.models import LinkPurpose, SignInMethod
from app.web.door import VisitorWork
from app.web.flash import redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.render import page

router = APIRouter()
Address = Annotated[str, Query(max_length=2000)]
PasskeyForm = Annotated[Posted[PasskeyIn], Depends(posted(PasskeyIn, hidden=("credential",)))]
LinkToken = Annotated[str, Query(max_length=100)]


@router.get("/sign-in")
async def show(request: Request, to: Annotated[str, Query(alias="next", max_length=2000)] = "") -> Response:
    return _page(request, next_path(to))


@router.post("/sign-in")
async def ask_for_link(
    request: Request, work: VisitorWork, form: Annotated[Posted[EmailIn], Depends(posted(EmailIn))]
) -> Response:
    to = next_path(form.raw.get("next", ""))

    async def act(data: EmailIn) -> None:
        asking_for_mail(request, data.email)
        await work.write(sign_in.request_link, data.email, LinkPurpose.SIGN_IN)

    done = await submitted(form, act)
    if isinstance(done, Refused):
        return _page(request, to, done)
    response = redirect("/sign-in/sent")
    keep_next(response, to)
    return response


@router.get("/sign-in/sent")
async def sent(request: Request) -> Response:
    return page(request, "accounts/sign_in/sent.html", minutes=sign_in.LINK_MINUTES, here=_mail_stays_here(request))


@router.get("/sign-in/link")
async def show_link(request: Request, work: VisitorWork, token: LinkToken = "") -> Response:
    """Show a button and do nothing: programs that check mails open every link in them."""
    owner = await work.read(queries.owner_of_link, token_hash(token), LinkPurpose.SIGN_IN)
    return page(
        request, "accounts/sign_in/link.html", status=200 if owner else 410, token=token, open=owner is not None
    )


@router.post("/sign-in/link")
async def use_link(
    request: Request, work: VisitorWork, form: Annotated[Posted[TokenIn], Depends(posted(TokenIn))]
) -> Response:

    async def act(data: TokenIn) -> str:
        async with trying_secret(request):
            return await work.write(sign_in.redeem_link, data.token, LinkPurpose.SIGN_IN)

    done = await submitted(form, act)
    if isinstance(done, Refused):
        return page(request, "accounts/sign_in/link.html", status=410, token="", open=False)
    return await welcome(request, done, SignInMethod.MAGIC_LINK, kept_next(request))


@router.post("/sign-in/passkey/options")
async def passkey_options(request: Request) -> Response:
    challenge = passkeys.new_challenge()
    made = passkey_service.request_options(passkeys.site(request), challenge)
    return passkeys.options(request, passkeys.SIGN_IN, made, challenge)


@router.post("/sign-in/passkey")
async def use_passkey(
    request: Request,
    work: VisitorWork,
    form: PasskeyForm,
) -> Response:
    to = next_path(form.raw.get("next", ""))

    async def act(data: PasskeyIn) -> str:
        async with trying_secret(request):
            shown = passkeys.credential(data.credential)
            challenge = passkeys.spend_challenge(request, passkeys.SIGN_IN)
            return await work.write(passkey_service.prove, shown, passkeys.site(request), challenge)

    done = await submitted(form, act)
    if isinstance(done, Refused):
        return _page(request, to, done)
    return await welcome(request, done, SignInMethod.PASSKEY, to)


def _page(request: Request, to: str, refused: Refused | None = None) -> Response:
    return page(request, "accounts/sign_in/sign_in.html", next=to, **form_values(request, refused))


def _mail_stays_here(request: Request) -> bool:
    settings = request.app.state.settings
    return bool(settings.demo and not settings.smtp_url.get_secret_value())
