"""The first companies and agencies, and a way in for whom the mail does not reach."""

from datetime import UTC, datetime

import typer
from pydantic import TypeAdapter
from sqlalchemy.orm import Session
from sqlmodel import col, select

from app.access import work
from app.accounts.services import links as account_links
from app.accounts.services import sign_in
from app.authz import AgencyRole, Role
from app.cli.database import OPERATOR, REQUEST_ID, with_database
from app.context import AccountCtx
from app.db import NO_COMPANY, Scope
from app.db.upsert import insert_new
from app.models import Account, Agency, AgencyMember, Company, LinkPurpose
from app.models.types import new_id
from app.organisations.services import time_zones
from app.people.schemas.people import PersonIn
from app.people.services import people, roles
from app.platform import audit
from app.platform.audit import Act
from app.schemas.base import Email, Input, Language, Name
from app.settings import ConfigurationError, Settings


class FirstAgency(Input):
    name: Name
    owner_name: Name
    owner_email: Email
    language: Language


class FirstCompany(FirstAgency):
    time_zone: str


def company(name: str, owner_name: str, owner_email: str, language: str, time_zone: str) -> None:
    """Found a company. Its owner is the first of its people, employed from today."""
    data = FirstCompany.model_validate(
        {
            "name": name,
            "owner_name": owner_name,
            "owner_email": owner_email,
            "language": language,
            "time_zone": time_zone,
        }
    )
    settings, company_id = Settings(), new_id()
    token = with_database(settings, lambda db: db.write(Scope(company_id), _found_company, company_id, data))
    typer.echo(f"Company {data.name}: {company_id}")
    _show_link(settings, data.owner_email, token)


def agency(name: str, owner_name: str, owner_email: str, language: str) -> None:
    """Found an agency with its administrator."""
    data = FirstAgency.model_validate(
        {"name": name, "owner_name": owner_name, "owner_email": owner_email, "language": language}
    )
    settings, agency_id = Settings(), new_id()
    token = with_database(settings, lambda db: db.write(NO_COMPANY, _found_agency, agency_id, data))
    typer.echo(f"Agency {data.name}: {agency_id}")
    _show_link(settings, data.owner_email, token)


def link(email: str) -> None:
    """Make a link for an account that is there already."""
    settings, known = Settings(), TypeAdapter(Email).validate_python(email)
    token = with_database(settings, lambda db: db.write(NO_COMPANY, _link_for, known))
    if token is None:
        raise ConfigurationError(f"Nobody signs in with {known}.")
    _show_link(settings, known, token)


def _found_company(session: Session, company_id: str, data: FirstCompany) -> str:
    now = datetime.now(UTC)
    time_zones.refuse_unknown(data.time_zone)
    session.add(
        Company(id=company_id, name=data.name, language=data.language, time_zone=data.time_zone, created_at=now)
    )
    session.flush()
    ctx = work.context(session, OPERATOR, company_id, REQUEST_ID, now)
    audit.record(ctx, Act.COMPANY_CREATED, company_id, name=data.name)
    owner = people.create(ctx, PersonIn(name=data.owner_name, email=data.owner_email, language=data.language))
    roles.grant(ctx, owner.id, Role.OWNER)
    return _link(session, account_links.by_email(ctx, [data.owner_email])[data.owner_email], now)


def _found_agency(session: Session, agency_id: str, data: FirstAgency) -> str:
    now = datetime.now(UTC)
    account = {"email": data.owner_email, "language": data.language, "created_at": now}
    insert_new(session, Account, [account], ["email"])
    account_id = session.scalars(select(Account.id).where(Account.email == data.owner_email)).one()
    session.add(Agency(id=agency_id, name=data.name, created_at=now))
    session.flush()
    session.add(
        AgencyMember(
            agency_id=agency_id,
            account_id=account_id,
            name=data.owner_name,
            role=AgencyRole.AGENCY_ADMIN,
            created_at=now,
        )
    )
    ctx = work.agency_context(session, OPERATOR, agency_id, REQUEST_ID, now)
    audit.record(ctx, Act.AGENCY_CREATED, agency_id, name=data.name, administrator=data.owner_name)
    return _link(session, account_id, now)


def _link_for(session: Session, email: str) -> str | None:
    account_id = session.scalars(select(Account.id).where(col(Account.email) == email)).first()
    return None if account_id is None else _link(session, account_id, datetime.now(UTC))


def _link(session: Session, account_id: str, now: datetime) -> str:
    return sign_in.make_link(AccountCtx(session, account_id, now, REQUEST_ID), account_id, LinkPurpose.SIGN_IN)


def _show_link(settings: Settings, email: str, token: str) -> None:
    typer.echo(f"Link for {email}, works once, for {sign_in.LINK_MINUTES} minutes:")
    typer.echo(f"{settings.public_url}/sign-in/link?token={token}")
