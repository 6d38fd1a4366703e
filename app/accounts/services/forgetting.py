"""Accounts that are no longer used to sign in."""

from typing import Any

from sqlalchemy import delete, select
from sqlmodel import col

from app.models import Account, AgencyMember, Passkey, Person, SignInLink, SignInSession


def forget(session: Any, account_id: str) -> None:
    """Delete an account and its ways in, unless a person of any company or a member of an agency has it.

    To be called in the scope of that account, which alone sees its people in all companies.
    """
    needed = (
        select(col(Person.id)).where(col(Person.account_id) == account_id),
        select(col(AgencyMember.id)).where(col(AgencyMember.account_id) == account_id),
    )
    if any(session.scalars(found).first() for found in needed):
        return
    for model in (Passkey, SignInLink, SignInSession):
        session.execute(delete(model).where(col(model.account_id) == account_id))
    session.execute(delete(Account).where(col(Account.id) == account_id))
