"""Signing in with a password, and choosing one. Hashing happens in threads of its own, never in a transaction."""

from typing import Annotated, Any

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
from app.web.bounded_work import PASSWORDS
from app.web.door import OwnWork, SignedInCaller, VisitorWork, shell
from app.web.flash import Flash, redirect
from app.web.forms import Posted, posted
from app.web.render import page, translate
from app.wording import N_

router = APIRouter()
LinkToken = Annotated[str, Query(max_length=100)]
_CHANGED = N_("Your new password is in place. All other sessions have ended.")


@router.get("/sign-in/password")
async def show(request: Request, to: Annotated[str, Query(alias="next", max_length=2000)] = "") -> Response:
    return page(request, "accounts/sign_in/password.html", next=next_path(to), errors={}, raw={})


@router.post("/sign-in/password")
async def use_password(
    request: Request, work: VisitorWork, form: Annotated[Posted[PasswordSignIn], Depends(posted(PasswordSignIn))]
) -> Response:
    to = next_path(form.raw.get("next", ""))
    shown: dict[str, Any] = {"next": to, "raw": form.raw}
    if form.value is None:
        return page(request, "accounts/sign_in/password.html", status=422, errors=form.errors, **shown)
    try:
        async with trying(request, email=form.value.email):
            account_id = await _proven(work, form.value)
    except Invalid as refused:
        return page(request, "accounts/sign_in/password.html", status=422, errors=_by_field(refused), **shown)
    return await welcome(request, account_id, SignInMethod.PASSWORD, to)


@router.get("/password/forgotten")
async def show_forgotten(request: Request) -> Response:
    return page(request, "accounts/sign_in/forgotten.html", errors={}, raw={})


@router.post("/password/forgotten")
async def ask_for_link(
    request: Request, work: VisitorWork, form: Annotated[Posted[EmailIn], Depends(posted(EmailIn))]
) -> Response:
    if form.value is None:
        return page(request, "accounts/sign_in/forgotten.html", status=422, errors=form.errors, raw=form.raw)
    asking_for_mail(request, form.value.email)
    await work.write(sign_in.request_link, form.value.email, LinkPurpose.PASSWORD)
    return redirect("/sign-in/sent")


@router.get("/password/new")
async def show_new(request: Request, work: VisitorWork, token: LinkToken = "") -> Response:
    owner = await work.read(queries.owner_of_link, token_hash(token), LinkPurpose.PASSWORD)
    return _new_page(request, token, owner, {}, 200)


@router.post("/password/new")
async def choose(
    request: Request, work: VisitorWork, form: Annotated[Posted[NewPasswordIn], Depends(posted(NewPasswordIn))]
) -> Response:
    token = form.raw.get("token", "")[:100]
    owner = await work.read(queries.owner_of_link, token_hash(token), LinkPurpose.PASSWORD)
    try:
        async with trying_secret(request):
            account_id = await _choose(work, owner, form)
    except Invalid as refused:
        return _new_page(request, token, owner, form.errors or _by_field(refused), 422)
    except Conflict:
        return _new_page(request, "", None, {}, 410)
    flash = Flash("success", translate(request, _CHANGED))
    return await welcome(request, account_id, SignInMethod.PASSWORD, flash=flash)


@router.get("/me/password")
async def show_change(request: Request, work: OwnWork) -> Response:
    own = await work.read(queries.own_credentials)
    return await _change_page(request, own, {}, 200)


@router.post("/me/password")
async def change(
    request: Request,
    work: OwnWork,
    caller: SignedInCaller,
    form: Annotated[Posted[ChangePasswordIn], Depends(posted(ChangePasswordIn))],
) -> Response:
    own = await work.read(queries.own_credentials)
    try:
        async with trying(request, email=own.email or own.account_id or ""):
            await _change(work, own, form)
    except Invalid as refused:
        return await _change_page(request, own, form.errors or _by_field(refused), 422)
    flash = Flash("success", translate(request, _CHANGED))
    return await welcome(request, caller.account_id, SignInMethod.PASSWORD, "/me/sessions", flash)


async def _proven(work: VisitorWork, typed: PasswordSignIn) -> str:
    """Return the account that address and password open; Invalid, after the same work, if they open none."""
    known = await work.read(queries.credentials_of_email, typed.email)
    checked = await PASSWORDS.run(passwords.check, known.password_hash, typed.password)
    if not checked.matches or known.account_id is None or known.password_hash is None:
        raise _wrong("password", N_("Address and password do not fit together. Try again, or ask for a link."))
    if checked.rehashed is not None:
        await work.write(passwords.store_rehashed, known.account_id, known.password_hash, checked.rehashed)
    return known.account_id


async def _choose(work: VisitorWork, owner: Credentials | None, form: Posted[NewPasswordIn]) -> str:
    if owner is None:
        raise sign_in.link_used_up()
    if form.value is None:
        raise Invalid(tuple(form.errors.values()))
    new_hash = await _hash_of(form.value.password, owner.email)
    return await work.write(passwords.choose, form.value.token, new_hash)


async def _change(work: OwnWork, own: Credentials, form: Posted[ChangePasswordIn]) -> None:
    if form.value is None or own.account_id is None or own.password_hash is None:
        raise Invalid(tuple(form.errors.values()))
    checked = await PASSWORDS.run(passwords.check, own.password_hash, form.value.current)
    if not checked.matches:
        raise _wrong("current", N_("This is not your present password. Try again, or ask for a link."))
    new_hash = await _hash_of(form.value.password, own.email)
    await work.write(passwords.change, own.account_id, own.password_hash, new_hash)


async def _hash_of(password: str, email: str | None) -> str:
    """Return the hash of a new password; Invalid if it cannot be chosen."""
    weakness = passwords.weakness(password, email)
    if weakness is not None:
        raise Invalid([weakness])
    return await PASSWORDS.run(passwords.hashed, password)


def _new_page(
    request: Request, token: str, owner: Credentials | None, errors: dict[str, FieldError], status: int
) -> Response:
    return page(
        request,
        "accounts/sign_in/new_password.html",
        status=status if owner else 410,
        token=token,
        open=owner is not None,
        email=owner.email if owner else "",
        minimum=passwords.MINIMUM_LENGTH,
        errors=errors,
    )


async def _change_page(request: Request, own: Credentials, errors: dict[str, FieldError], status: int) -> Response:
    work = await shell(request)
    minimum = passwords.MINIMUM_LENGTH
    return page(request, "accounts/password.html", work, status=status, own=own, minimum=minimum, errors=errors)


def _wrong(field: str, detail: str) -> Invalid:
    return Invalid([FieldError(f"/{field}", f"{field}_wrong", detail)])


def _by_field(refused: Invalid) -> dict[str, FieldError]:
    return {error.pointer.removeprefix("/"): error for error in refused.errors}
