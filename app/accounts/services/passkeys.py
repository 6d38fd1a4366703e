"""Passkeys: a person's device signs them in (passkey_ceremonies.py speaks to it).

Credentials are discoverable and user-verified, so that one is enough: no address to type, no second step.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import col, select

from app.access import organisations
from app.accounts.queries import sign_in as queries
from app.authz import SignedIn
from app.context import AccountCtx
from app.errors import Conflict, Forbidden, NotFound
from app.models import Account, Passkey
from app.platform import outbox
from app.platform.outbox import JobKind
from app.wording import N_

FRESH = timedelta(minutes=30)
_MOST = 10
_ID = re.compile(r"[A-Za-z0-9_-]{1,1400}")  # base64url; PostgreSQL cannot even look for a null character


@dataclass(frozen=True, slots=True)
class Site:
    """For which host and origin a passkey is good, e.g. ``voce.example`` and ``https://voce.example``."""

    host: str
    origin: str


def request_options(site: Site, challenge: bytes) -> str:
    """Return, as JSON, what a browser needs to ask its owner for a passkey of this site."""
    from app.accounts.services import passkey_ceremonies  # noqa: PLC0415 - its library is slow to load

    return passkey_ceremonies.request_options(site.host, challenge)


def creation_options(ctx: AccountCtx, caller: SignedIn, site: Site, challenge: bytes) -> str:
    """Return, as JSON, what a browser needs to make a passkey for one's own account."""
    from app.accounts.services import passkey_ceremonies  # noqa: PLC0415 - its library is slow to load

    refuse_adding(ctx, caller)
    account = ctx.session.get_one(Account, ctx.account_id)
    known = [one.credential_id for one in queries.passkeys(ctx)]
    return passkey_ceremonies.creation_options(site.host, challenge, account.id, account.email or "Portavoce", known)


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


def obstacle(ctx: AccountCtx, caller: SignedIn) -> Forbidden | None:
    """Return why this session may not add a passkey, if so."""
    try:
        refuse_adding(ctx, caller)
    except Forbidden as refused:
        return refused
    return None


def add(
    ctx: AccountCtx, caller: SignedIn, credential: dict[str, Any], name: str, site: Site, challenge: bytes
) -> Passkey:
    """Add the passkey that a browser made; its owner is told by mail. Conflict if it does not fit what was asked."""
    from app.accounts.services import passkey_ceremonies  # noqa: PLC0415 - its library is slow to load

    refuse_adding(ctx, caller)
    try:
        made = passkey_ceremonies.made(credential, site.host, site.origin, challenge)
    except passkey_ceremonies.Unfit as refused:
        raise unfit() from refused
    taken = select(Passkey.id).where(Passkey.credential_id == made.credential_id)
    if ctx.session.scalars(taken).first() or len(queries.passkeys(ctx)) >= _MOST:
        raise Conflict("passkey_known", N_("This passkey is here already, or you have too many. Remove one first."))
    passkey = Passkey(
        account_id=caller.account_id,
        **made._asdict(),
        name=name,
        created_at=ctx.now,
    )
    ctx.session.add(passkey)
    outbox.add(ctx, JobKind.CREDENTIALS_MAIL, account_id=caller.account_id, change="passkey")
    return passkey


def prove(ctx: AccountCtx, credential: dict[str, Any], site: Site, challenge: bytes) -> str:
    """Return the account whose passkey signed the challenge; Conflict ``passkey_unfit`` for anything else."""
    from app.accounts.services import passkey_ceremonies  # noqa: PLC0415 - its library is slow to load

    shown = str(credential.get("id"))
    wanted = select(Passkey).where(Passkey.credential_id == shown)
    known = ctx.session.scalars(wanted).first() if _ID.fullmatch(shown) else None
    if known is None:
        raise unfit()
    passkey = passkey_ceremonies.Made(known.credential_id, known.public_key, known.sign_count)
    try:
        times = passkey_ceremonies.signed(credential, passkey, site.host, site.origin, challenge)
    except passkey_ceremonies.Unfit as refused:
        raise unfit() from refused
    counted = update(Passkey).where(col(Passkey.id) == known.id).values(sign_count=times)
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
