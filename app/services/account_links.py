"""Which account a person signs in with: always the one of their e-mail.

An account may reach several companies. So a company's HR that changes the e-mail of its person only ties that
person to another account, the one of the new address; the account's own e-mail is its owner's alone. Else HR
could write its own address into somebody's account, ask for a sign-in link and enter their other companies.
"""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlmodel import col

from app.context import Ctx
from app.db.upsert import insert_new
from app.models import Account, Person, SignInSession
from app.services import outbox
from app.services.outbox import JobKind


def by_email(ctx: Ctx, emails: Collection[str], language: str = "") -> dict[str, str]:
    """Return the account ids of these e-mails; missing accounts are made, in this language and without credentials."""
    if not emails:
        return {}
    there = known(ctx, emails)
    missing = [email for email in dict.fromkeys(emails) if email not in there]
    if not missing:
        return there
    rows = [{"email": email, "language": language or ctx.company.language, "created_at": ctx.now} for email in missing]
    insert_new(ctx.session, Account, rows, ["email"])
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
    found = select(col(Person.account_id)).where(col(Person.account_id).in_(account_ids))
    return {account_id for account_id in ctx.session.scalars(found) if account_id is not None}


def known(ctx: Ctx, emails: Collection[str]) -> dict[str, str]:
    """Return the account ids of those of these e-mails that have an account already."""
    found = select(col(Account.email), col(Account.id)).where(col(Account.email).in_(emails))
    return {row.email: row.id for row in ctx.session.execute(found)}
