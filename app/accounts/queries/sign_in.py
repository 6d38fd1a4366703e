"""Reading what an account signs in with."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import col, select

from app.context import AccountCtx
from app.models import Account, DevelopmentMail, LinkPurpose, Passkey, SignInLink, SignInSession


class Credentials(NamedTuple):
    """What a typed password is compared with; nothing for an unknown address."""

    account_id: str | None
    email: str | None
    password_hash: str | None


NOBODY = Credentials(None, None, None)


def credentials_of_email(ctx: AccountCtx, email: str) -> Credentials:
    """Return what opens the account of this address, or NOBODY."""
    wanted = select(Account.id, Account.email, Account.password_hash).where(Account.email == email)
    row = ctx.session.execute(wanted).first()
    return NOBODY if row is None else Credentials(row.id, row.email, row.password_hash)


def own_credentials(ctx: AccountCtx) -> Credentials:
    """Return what opens one's own account."""
    wanted = select(Account.id, Account.email, Account.password_hash).where(Account.id == ctx.account_id)
    row = ctx.session.execute(wanted).one()
    return Credentials(row.id, row.email, row.password_hash)


def owner_of_link(ctx: AccountCtx, token_hash: str, purpose: LinkPurpose) -> Credentials | None:
    """Return whose account a link opens, or None if it opens none any more. It stays unused."""
    wanted = select(Account.id, Account.email, Account.password_hash).where(
        SignInLink.token_hash == token_hash,
        SignInLink.purpose == purpose,
        col(SignInLink.used_at).is_(None),
        col(SignInLink.expires_at) > ctx.now,
        Account.id == SignInLink.account_id,
    )
    row = ctx.session.execute(wanted).first()
    return None if row is None else Credentials(row.id, row.email, row.password_hash)


def last_organisation(ctx: AccountCtx) -> str | None:
    """Return the organisation that the account's latest open session of its own shows, if there is one."""
    wanted = select(SignInSession.organisation_id).where(
        SignInSession.account_id == ctx.account_id,
        col(SignInSession.organisation_id).is_not(None),
        col(SignInSession.locked).is_(False),
    )
    return ctx.session.scalars(wanted.order_by(col(SignInSession.created_at).desc())).first()


def sessions(ctx: AccountCtx) -> Sequence[SignInSession]:
    """Return one's own open sessions, the newest first."""
    wanted = (
        select(SignInSession)
        .where(
            SignInSession.account_id == ctx.account_id,
            col(SignInSession.idle_until) > ctx.now,
            col(SignInSession.expires_at) > ctx.now,
        )
        .order_by(col(SignInSession.created_at).desc())
    )
    return ctx.session.scalars(wanted).all()


def passkeys(ctx: AccountCtx) -> Sequence[Passkey]:
    """Return one's own passkeys, the oldest first."""
    wanted = select(Passkey).where(Passkey.account_id == ctx.account_id).order_by(col(Passkey.id))
    return ctx.session.scalars(wanted).all()


class SentMail(NamedTuple):
    id: str
    at: datetime
    recipient: str
    subject: str


def development_mails(ctx: AccountCtx, limit: int = 100) -> list[SentMail]:
    """Return the last mails of the development mailbox, the newest first."""
    wanted = (
        select(DevelopmentMail.id, DevelopmentMail.at, DevelopmentMail.recipient, DevelopmentMail.subject)
        .order_by(col(DevelopmentMail.at).desc())
        .limit(limit)
    )
    return [SentMail(*row) for row in ctx.session.execute(wanted)]


def development_mail(ctx: AccountCtx, mail_id: str) -> DevelopmentMail | None:
    return ctx.session.get(DevelopmentMail, mail_id)
