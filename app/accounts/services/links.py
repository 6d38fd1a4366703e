"""Which account a person signs in with: always the one of their e-mail.

An account may reach several companies. So a company's HR that changes the e-mail of its person only ties that
person to another account, the one of the new address; the account's own e-mail is its owner's alone. Else HR
could write its own address into somebody's account, ask for a sign-in link and enter their other companies.
"""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlmodel import col

from app.context import Ctx
from app.db.bulk import insert_all
from app.db.dialects import among
from app.db.prepared import Prepared, in_company
from app.models import Account, Person, SignInSession
from app.platform import outbox
from app.platform.outbox import JobKind

_ACCOUNTS = Prepared(select(col(Account.email), col(Account.id)).where(among(col(Account.email), "emails")))
_IN_USE = Prepared(
    select(col(Person.account_id)).where(in_company(Person), among(col(Person.account_id), "account_ids"))
)


def by_email(ctx: Ctx, emails: Collection[str], language: str = "") -> dict[str, str]:
    """Return the account ids of these e-mails; missing accounts are made, in this language and without credentials."""
    if not emails:
        return {}
    there = known(ctx, emails)
    missing = [email for email in dict.fromkeys(emails) if email not in there]
    if not missing:
        return there
    new = {"language": language or ctx.company.language, "created_at": ctx.now}
    insert_all(ctx.session, Account, [{"email": email, **new} for email in missing], ["email"])
    return there | known(ctx, missing)


def ask(ctx: Ctx, person_id: str, account_id: str) -> None:
    """Send the one mail that asks the owner of an account whether they belong to this company."""
    key = f"ask {ctx.company_id} {person_id} {account_id}"
    outbox.add(ctx, JobKind.WELCOME_MAIL, dedupe_key=key, person_id=person_id)


def end_sessions(ctx: Ctx, account_ids: Collection[str]) -> None:
    """End the sessions of these accounts that show this company, those locked to it included; others stay."""
    if account_ids:
        ctx.session.execute(
            delete(SignInSession).where(
                col(SignInSession.account_id).in_(account_ids), col(SignInSession.organisation_id) == ctx.company_id
            )
        )


def used_here(ctx: Ctx, account_ids: Collection[str]) -> set[str]:
    """Return the ids of the people of this company who sign in with one of these accounts."""
    return set(ctx.session.scalars(select(col(Person.id)).where(col(Person.account_id).in_(account_ids))))


def in_use(ctx: Ctx, account_ids: Collection[str]) -> set[str]:
    """Return those of these accounts with which somebody of this company signs in."""
    return {row.account_id for row in _IN_USE(ctx.session, account_ids=account_ids)}


def known(ctx: Ctx, emails: Collection[str]) -> dict[str, str]:
    """Return the account ids of those of these e-mails that have an account already."""
    return {row.email: row.id for row in _ACCOUNTS(ctx.session, emails=emails)}
