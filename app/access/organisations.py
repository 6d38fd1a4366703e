"""The companies and agencies that somebody belongs to."""

from typing import NamedTuple

from sqlmodel import col, select

from app.context import AccountCtx
from app.models import Agency, AgencyMember, Company, Person


class Organisation(NamedTuple):
    id: str
    name: str
    is_agency: bool


def of_account(ctx: AccountCtx) -> list[Organisation]:
    """Return the organisations of the account at work, companies first, by name.

    Whether a person still works there is decided at the door of the company (queries/entry.py), not here.
    """
    agencies = ctx.session.execute(
        select(Agency.id, Agency.name).where(
            Agency.id == AgencyMember.agency_id, AgencyMember.account_id == ctx.account_id
        )
    )
    found = _companies(ctx, accepted=True)
    found += [Organisation(row.id, row.name, is_agency=True) for row in agencies]
    return sorted(found, key=lambda known: (known.is_agency, known.name))


def asking(ctx: AccountCtx) -> list[Organisation]:
    """Return the companies that wrote the account's e-mail down and wait for its owner to accept, by name."""
    return sorted(_companies(ctx, accepted=False), key=lambda known: known.name)


def _companies(ctx: AccountCtx, *, accepted: bool) -> list[Organisation]:
    mine = select(Person.company_id).where(Person.account_id == ctx.account_id, col(Person.accepted).is_(accepted))
    ids = ctx.session.scalars(mine).all()
    companies = ctx.session.execute(select(Company.id, Company.name).where(col(Company.id).in_(ids)))
    return [Organisation(row.id, row.name, is_agency=False) for row in companies]
