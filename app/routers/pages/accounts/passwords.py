"""Signing in with a password, and choosing one. Hashing happens in threads of its own, never in a transaction."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from app.access.secrets import token_hash
from app.accounts.queries import sign_in as queries
from app.accounts.queries.sign_in import Credentials
from app.accounts.schemas.sign_in import ChangePasswordIn, EmailIn, NewPasswordIn, PasswordSignIn
from app.accounts.services import passwords, sign_in
from app.accounts.web.signing_in import next_path, welcome
from app.accounts.web.throttle import asking_for_mail, trying, trying_secret
from app.errors import Conflict, FieldError, Invalid
from app.models import LinkPurpose, SignInMethod
from app.web.bounded_pool import PASSWORDS
from app.web.browsers import network
from app.web.door import OwnWork, SignedInCaller, VisitorWork, shell
from app.web.flash import Flash, redirect
from app.web.forms import Posted, Refused, form_values, posted, submitted
from app.web.render import page, translate
from app.wording import N_

router = APIRouter()
NewPasswordForm = Annotated[Posted[NewPasswordIn], Depends(posted(NewPasswordIn, hidden=("token",)))]
LinkToken = Annotated[str, Query(max_length=100)]
_CHANGED = N_("Your new password is in place. All other sessions have ended.")


@router.get("/sign-in/password")
async def show(request: Request, to: Annotated[str, Query(alias="next", max_length=2000)] = "") -> Response:
    return page(request, "accounts/sign_in/password.html", next=next_path(to), **form_values(request, None))


@router.post("/sign-in/password")
async def use_password(
    request: Request, work: VisitorWork, form: Annotated[Posted[PasswordSignIn], Depends(posted(PasswordSignIn))]
) -> Response:
    to = next_path(form.raw.get("next", ""))

    async def act(data: PasswordSignIn) -> str:
        async with trying(request, email=data.email):
            return await _proven(work, data, network(request))

    done = await submitted(form, act)
    if isinstance(done, Refused):
        return page(request, "accounts/sign_in/password.html", next=to, **form_values(request, done))
    return await welcome(request, done, SignInMethod.PASSWORD, to)


@router.get("/password/forgotten")
async def show_forgotten(request: Request) -> Response:
    return page(request, "accounts/sign_in/forgotten.html", **form_values(request, None))


@router.post("/password/forgotten")
async def ask_for_link(
    request: Request, work: VisitorWork, form: Annotated[Posted[EmailIn], Depends(posted(EmailIn))]
) -> Response:
    async def act(data: EmailIn) -> None:
        asking_for_mail(request, data.email)
        await work.write(sign_in.request_link, data.email, LinkPurpose.PASSWORD)

    done = await submitted(form, act)
    if isinstance(done, Refused):
        return page(request, "accounts/sign_in/forgotten.html", **form_values(request, done))
    return redirect("/sign-in/sent")


@router.get("/password/new")
async def show_new(request: Request, work: VisitorWork, token: LinkToken = "") -> Response:
    owner = await work.read(queries.owner_of_link, token_hash(token), LinkPurpose.PASSWORD)
    return _new_page(request, token, owner)


@router.post("/password/new")
async def choose(
    request: Request,
    work: VisitorWork,
    form: NewPasswordForm,
) -> Response:
    token = form.raw.get("token", "")[:100]
    owner = await work.read(queries.owner_of_link, token_hash(token), LinkPurpose.PASSWORD)

    async def act(data: NewPasswordIn) -> str:
        async with trying_secret(request):
            if owner is None:
                raise sign_in.link_used_up()
            new_hash = await _hash_of(data.password, owner.email, network(request))
            return await work.write(passwords.choose, data.token, new_hash)

    done = await submitted(form, act)
    if isinstance(done, Refused):
        return _new_page(request, token, None if done.status == Conflict.status else owner, done)
    flash = Flash("success", translate(request, _CHANGED))
    return await welcome(request, done, SignInMethod.PASSWORD, flash=flash)


@router.get("/me/password")
async def show_change(request: Request, work: OwnWork) -> Response:
    return await _change_page(request, await work.read(queries.own_credentials))


@router.post("/me/password")
async def change(
    request: Request,
    work: OwnWork,
    caller: SignedInCaller,
    form: Annotated[Posted[ChangePasswordIn], Depends(posted(ChangePasswordIn))],
) -> Response:
    own = await work.read(queries.own_credentials)

    async def act(data: ChangePasswordIn) -> None:
        async with trying(request, email=own.email or own.account_id or ""):
            await _change(work, own, data, network(request))

    done = await submitted(form, act)
    if isinstance(done, Refused):
        return await _change_page(request, own, done)
    flash = Flash("success", translate(request, _CHANGED))
    return await welcome(request, caller.account_id, SignInMethod.PASSWORD, "/me/sessions", flash)


async def _proven(work: VisitorWork, typed: PasswordSignIn, where: str) -> str:
    """Return the account that address and password open; Invalid, after the same work, if they open none."""
    known = await work.read(queries.credentials_of_email, typed.email)
    checked = await PASSWORDS.run(where, passwords.check, known.password_hash, typed.password)
    if not checked.matches or known.account_id is None or known.password_hash is None:
        raise _wrong("password", N_("Address and password do not fit together. Try again, or ask for a link."))
    if checked.rehashed is not None:
        await work.write(passwords.store_rehashed, known.account_id, known.password_hash, checked.rehashed)
    return known.account_id


async def _change(work: OwnWork, own: Credentials, typed: ChangePasswordIn, where: str) -> None:
    checked = await PASSWORDS.run(where, passwords.check, own.password_hash, typed.current)
    if not checked.matches or own.account_id is None or own.password_hash is None:
        raise _wrong("current", N_("This is not your present password. Try again, or ask for a link."))
    new_hash = await _hash_of(typed.password, own.email, where)
    await work.write(passwords.change, own.account_id, own.password_hash, new_hash)


async def _hash_of(password: str, email: str | None, where: str) -> str:
    """Return the hash of a new password; Invalid if it cannot be chosen."""
    weakness = passwords.weakness(password, email)
    if weakness is not None:
        raise Invalid([weakness])
    return await PASSWORDS.run(where, passwords.hashed, password)


def _new_page(request: Request, token: str, owner: Credentials | None, refused: Refused | None = None) -> Response:
    values = form_values(request, refused) | ({} if owner else {"status": 410})
    return page(
        request,
        "accounts/sign_in/new_password.html",
        token=token if owner else "",
        open=owner is not None,
        email=owner.email if owner else "",
        minimum=passwords.MINIMUM_LENGTH,
        **values,
    )


async def _change_page(request: Request, own: Credentials, refused: Refused | None = None) -> Response:
    work = await shell(request)
    values = form_values(request, refused) | {"own": own, "minimum": passwords.MINIMUM_LENGTH}
    return page(request, "accounts/password.html", work, **values)


def _wrong(field: str, detail: str) -> Invalid:
    return Invalid([FieldError(f"/{field}", f"{field}_wrong", detail)])
