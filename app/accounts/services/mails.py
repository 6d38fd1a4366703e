"""To whom the mails about signing in go, and what they say. Links are made here, when the mail is composed."""

from typing import Any

from sqlmodel import select

from app.accounts.services import accounts, sign_in
from app.authz import Role
from app.context import AccountCtx, Ctx
from app.models import Account, LinkPurpose, Person, RoleGrant

Addressed = tuple[str, str, dict[str, Any]]


def sign_in_link(ctx: AccountCtx, account_id: str) -> Addressed | None:
    """Address the owner of the account, with a new link to sign in."""
    return _with_link(ctx, account_id, LinkPurpose.SIGN_IN)


def password_link(ctx: AccountCtx, account_id: str) -> Addressed | None:
    """Address the owner of the account, with a new link to choose a password."""
    return _with_link(ctx, account_id, LinkPurpose.PASSWORD)


def credentials(ctx: AccountCtx, account_id: str, change: str) -> Addressed | None:
    """Address the owner of the account after a ``change`` of the ways in: ``password`` or ``passkey``."""
    account = ctx.session.get(Account, account_id)
    if account is None or not account.email:
        return None
    return account.email, account.language, {"change": change}


def welcome(ctx: Ctx, person_id: str) -> Addressed | None:
    """Address a person who can sign in with their e-mail from now on. Nobody, if they have none or are gone."""
    person = ctx.session.get(Person, (ctx.company_id, person_id))
    if person is None or not person.email:
        return None
    accounts.of_person(ctx, person)
    owns = select(RoleGrant.id).where(RoleGrant.person_id == person_id, RoleGrant.role == Role.OWNER)
    owner = ctx.session.scalars(owns).first() is not None
    return person.email, person.language, {"name": person.name, "ask": not person.accepted, "owner": owner}


def _with_link(ctx: AccountCtx, account_id: str, purpose: LinkPurpose) -> Addressed | None:
    account = ctx.session.get(Account, account_id)
    if account is None or not account.email:
        return None
    token = sign_in.make_link(ctx, account.id, purpose)
    return account.email, account.language, {"token": token, "minutes": sign_in.LINK_MINUTES}
