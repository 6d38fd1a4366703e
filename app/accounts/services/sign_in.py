"""Signing in: every way ends in ``open_for``, which makes a new session; nothing else does."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, or_, update
from sqlmodel import col, select

from app.access import organisations
from app.access.secrets import new_token, token_hash
from app.context import AccountCtx
from app.errors import Conflict, Forbidden, NotFound
from app.models import Account, LinkPurpose, SignInLink, SignInMethod, SignInSession
from app.models.types import new_id
from app.platform import outbox
from app.platform.outbox import JobKind
from app.wording import N_

LINK_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a session may idle, and how long it lasts in any case."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True, slots=True)
class Browser:
    """What a new session remembers of the browser: its family, for its owner's list, and whether people share it."""

    device: str
    lifetimes: Lifetimes
    shared: bool = False


def open_for(
    ctx: AccountCtx,
    account_id: str,
    method: SignInMethod,
    browser: Browser,
    *,
    organisation_id: str | None = None,
    locked: bool = False,
) -> str:
    """Open a session and return its token, the only time it exists in clear."""
    token = new_token("pvs")
    ctx.session.add(
        SignInSession(
            token_hash=token_hash(token),
            account_id=account_id,
            method=method,
            organisation_id=organisation_id,
            locked=locked,
            shared=browser.shared,
            device=browser.device,
            created_at=ctx.now,
            idle_until=ctx.now + browser.lifetimes.idle,
            expires_at=ctx.now + browser.lifetimes.absolute,
        )
    )
    return token


def begin(  # noqa: PLR0913 - the facts of a session
    ctx: AccountCtx,
    account_id: str,
    method: SignInMethod,
    browser: Browser,
    *,
    organisation_id: str | None,
    locked: bool = False,
    replaces: str = "",
    language: str = "",
) -> str:
    """Sign a browser in and return the token of its new session; the one it had before, if any, ends.

    ``replaces`` is the token that the browser brought along. It never becomes valid for somebody else. ``language`` is
    the one chosen before coming in, if any: the account speaks it from now on, unless a printed code, which somebody
    else may hold, opens an account that reaches further.
    """
    if language:
        _speak(ctx, language, col(Account.id) == account_id, *([col(Account.email).is_(None)] if locked else []))
    ctx.session.execute(
        delete(SignInSession).where(
            or_(
                col(SignInSession.token_hash) == token_hash(replaces),
                (col(SignInSession.account_id) == account_id) & (col(SignInSession.idle_until) <= ctx.now),
                (col(SignInSession.account_id) == account_id) & (col(SignInSession.expires_at) <= ctx.now),
            )
        )
    )
    return open_for(ctx, account_id, method, browser, organisation_id=organisation_id, locked=locked)


def request_link(ctx: AccountCtx, email: str, purpose: LinkPurpose) -> None:
    """Send a link if the address is known. If it is not, the same happens, to nobody: neither words nor time tell."""
    account = ctx.session.scalars(select(Account.id).where(Account.email == email.lower())).first()
    kind = JobKind.SIGN_IN_LINK_MAIL if purpose is LinkPurpose.SIGN_IN else JobKind.PASSWORD_MAIL
    outbox.add(ctx, kind, account_id=account or new_id())


def make_link(ctx: AccountCtx, account_id: str, purpose: LinkPurpose) -> str:
    """Return a new token for a link, valid for ten minutes; called when the mail is written, so none lies about."""
    token = new_token("pvl")
    too_old = (col(SignInLink.account_id) == account_id, col(SignInLink.expires_at) <= ctx.now)
    ctx.session.execute(delete(SignInLink).where(*too_old))
    ctx.session.add(
        SignInLink(
            token_hash=token_hash(token),
            account_id=account_id,
            purpose=purpose,
            expires_at=ctx.now + timedelta(minutes=LINK_MINUTES),
        )
    )
    return token


def redeem_link(ctx: AccountCtx, token: str, purpose: LinkPurpose) -> str:
    """Consume a link and return its account; Conflict ``link_used_up`` if it was used, expired or never was."""
    used = (
        update(SignInLink)
        .where(
            col(SignInLink.token_hash) == token_hash(token),
            col(SignInLink.purpose) == purpose,
            col(SignInLink.used_at).is_(None),
            col(SignInLink.expires_at) > ctx.now,
        )
        .values(used_at=ctx.now)
        .returning(col(SignInLink.account_id))
    )
    account_id = ctx.session.execute(used).scalar()
    if account_id is None:
        raise link_used_up()
    return str(account_id)


def link_used_up() -> Conflict:
    return Conflict("link_used_up", N_("This link was used already or is too old. Ask for a new one."))


def end(ctx: AccountCtx, session_id: str) -> None:
    """End one of one's own sessions; NotFound for anybody else's."""
    gone = ctx.session.execute(
        delete(SignInSession).where(
            col(SignInSession.id) == session_id, col(SignInSession.account_id) == ctx.account_id
        )
    )
    if not gone.rowcount:  # type: ignore[attr-defined]
        raise NotFound


def end_others(ctx: AccountCtx, session_id: str) -> None:
    """End all of one's own sessions but this one."""
    ctx.session.execute(
        delete(SignInSession).where(
            col(SignInSession.account_id) == ctx.account_id, col(SignInSession.id) != session_id
        )
    )


def speak(ctx: AccountCtx, language: str) -> None:
    """Let the pages, and later mails, speak this language to the account."""
    _speak(ctx, language, col(Account.id) == ctx.account_id)


def _speak(ctx: AccountCtx, language: str, *which: ColumnElement[bool]) -> None:
    ctx.session.execute(update(Account).where(*which).values(language=language))


def enter(ctx: AccountCtx, session_id: str, organisation_id: str) -> None:
    """Show another of one's own organisations in this session."""
    row = ctx.session.get(SignInSession, session_id)
    if row is None or row.account_id != ctx.account_id:
        raise NotFound
    if row.locked and row.organisation_id != organisation_id:
        raise Forbidden("locked_session", N_("You came in with an invitation of one company. Sign in to see others."))
    if organisation_id not in {known.id for known in organisations.of_account(ctx)}:
        raise NotFound
    row.organisation_id = organisation_id
