"""To whom the mails about signing in go, and what they say. Links are made here, when the mail is composed."""

from collections.abc import Iterator
from typing import Any

from app.accounts.services import accounts, sign_in
from app.context import AccountCtx, Ctx
from app.models import Account, LinkPurpose, Person

Addressed = tuple[str, str, dict[str, Any]]


def sign_in_link(ctx: AccountCtx, account_id: str) -> Iterator[Addressed]:
    """Address the owner of the account, with a new link to sign in."""
    yield from _with_link(ctx, account_id, LinkPurpose.SIGN_IN)


def password_link(ctx: AccountCtx, account_id: str) -> Iterator[Addressed]:
    """Address the owner of the account, with a new link to choose a password."""
    yield from _with_link(ctx, account_id, LinkPurpose.PASSWORD)


def credentials(ctx: AccountCtx, account_id: str, change: str) -> Iterator[Addressed]:
    """Address the owner of the account after a ``change`` of the ways in: ``password`` or ``passkey``."""
    account = ctx.session.get(Account, account_id)
    if account is not None and account.email:
        yield account.email, account.language, {"change": change}


def welcome(ctx: Ctx, person_id: str) -> Iterator[Addressed]:
    """Address a person who can sign in with their e-mail from now on. Nobody, if they have none or are gone."""
    person = ctx.session.get(Person, (ctx.company_id, person_id))
    if person is not None and person.email:
        accounts.of_person(ctx, person)
        yield (
            person.email,
            person.language,
            {"name": person.name, "company": ctx.company.name, "ask": not person.accepted},
        )


def _with_link(ctx: AccountCtx, account_id: str, purpose: LinkPurpose) -> Iterator[Addressed]:
    account = ctx.session.get(Account, account_id)
    if account is not None and account.email:
        token = sign_in.make_link(ctx, account.id, purpose)
        yield account.email, account.language, {"token": token, "minutes": sign_in.LINK_MINUTES}
