"""Passkeys (WebAuthn Level 3, https://www.w3.org/TR/webauthn-3/): a person's device signs them in.

Credentials are discoverable and user-verified, so that one is enough: no address to type, no second step.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import webauthn
from sqlalchemy import delete, update
from sqlmodel import col, select
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.authz import SignedIn
from app.context import AccountCtx
from app.errors import Conflict, Forbidden, NotFound
from app.models import Account, Passkey
from app.queries import organisations
from app.queries import sign_in as queries
from app.services import outbox
from app.services.outbox import JobKind
from app.wording import N_

FRESH = timedelta(minutes=30)
_MOST = 10


@dataclass(frozen=True, slots=True)
class Site:
    """For which host and origin a passkey is good, e.g. ``voce.example`` and ``https://voce.example``."""

    host: str
    origin: str


def request_options(site: Site, challenge: bytes) -> str:
    """Return, as JSON, what a browser needs to ask its owner for a passkey of this site."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return webauthn.options_to_json(options)


def creation_options(ctx: AccountCtx, caller: SignedIn, site: Site, challenge: bytes) -> str:
    """Return, as JSON, what a browser needs to make a passkey for one's own account."""
    refuse_adding(ctx, caller)
    account = ctx.session.get_one(Account, ctx.account_id)
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="Portavoce",
        user_id=account.id.encode(),
        user_name=account.email or "Portavoce",
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(known.credential_id)) for known in queries.passkeys(ctx)
        ],
    )
    return webauthn.options_to_json(options)


def refuse_adding(ctx: AccountCtx, caller: SignedIn) -> None:
    """Raise Forbidden unless this session may add a way into the account.

    It must have signed in lately. One that began with a printed code, which another hand may have held, may add
    one only where nothing else lies behind the account: no e-mail, and no organisation but that of the code.
    """
    if ctx.now - caller.authenticated_at > FRESH:
        raise Forbidden("sign_in_again", N_("You signed in some time ago. Sign in again, then add the passkey."))
    if not caller.locked:
        return
    known = {organisation.id for organisation in organisations.of_account(ctx)}
    if queries.own_credentials(ctx).email is not None or known != {caller.organisation_id}:
        detail = N_("You came in with a printed code. Sign in with your e-mail address, then add the passkey.")
        raise Forbidden("locked_session", detail)


def add(
    ctx: AccountCtx, caller: SignedIn, credential: dict[str, Any], name: str, site: Site, challenge: bytes
) -> Passkey:
    """Add the passkey that a browser made; its owner is told by mail. Conflict if it does not fit what was asked."""
    refuse_adding(ctx, caller)
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as refused:
        raise unfit() from refused
    credential_id = bytes_to_base64url(made.credential_id)
    taken = select(Passkey.id).where(Passkey.credential_id == credential_id)
    if ctx.session.scalars(taken).first() or len(queries.passkeys(ctx)) >= _MOST:
        raise Conflict("passkey_known", N_("This passkey is here already, or you have too many. Remove one first."))
    passkey = Passkey(
        account_id=caller.account_id,
        credential_id=credential_id,
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
        name=name,
        created_at=ctx.now,
    )
    ctx.session.add(passkey)
    outbox.add(ctx, JobKind.CREDENTIALS_MAIL, account_id=caller.account_id, change="passkey")
    return passkey


def prove(ctx: AccountCtx, credential: dict[str, Any], site: Site, challenge: bytes) -> str:
    """Return the account whose passkey signed the challenge; Conflict ``passkey_unfit`` for anything else."""
    wanted = select(Passkey).where(Passkey.credential_id == str(credential.get("id"))[:1400])
    known = ctx.session.scalars(wanted).first()
    if known is None:
        raise unfit()
    try:
        proven = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(known.public_key),
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as refused:
        raise unfit() from refused
    counted = update(Passkey).where(col(Passkey.id) == known.id).values(sign_count=proven.new_sign_count)
    ctx.session.execute(counted)
    return known.account_id


def remove(ctx: AccountCtx, passkey_id: str) -> None:
    """Remove one of one's own passkeys; NotFound for anybody else's."""
    own = (col(Passkey.id) == passkey_id, col(Passkey.account_id) == ctx.account_id)
    if not ctx.session.execute(delete(Passkey).where(*own)).rowcount:  # type: ignore[attr-defined]
        raise NotFound


def unfit() -> Conflict:
    """Return the one refusal for whatever does not fit; it never says what."""
    return Conflict("passkey_unfit", N_("This passkey could not be checked. Try again, or come in another way."))
