"""The agency of the demo, its clients, and their people."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from app.accounts.services import accounts
from app.authz import Role
from app.cli.demo import firm
from app.cli.demo.marks import AGENCY_ID, COMPANY_IDS
from app.cli.demo.story import Someone, Staff, Story
from app.context import Ctx
from app.db import NO_COMPANY
from app.models import Account, Agency, AgencyMember, Employment, Person
from app.organisations.schemas.company import AgreementIn, CompanyIn, EngagementIn, OwnerIn
from app.organisations.services import companies
from app.people.queries import people
from app.people.services import importing as people_import
from app.people.services import roles
from app.rules.working_time import WorkingWindow


async def found_agency(story: Story) -> str:
    """Make the agency with its members and return the account of the one who founds the companies."""
    at = story.moment(400, 9, 0)
    return await story.db.write(NO_COMPANY, _agency, at)


async def found_company(story: Story, founder: str, company: firm.Company) -> Staff:
    """Let the agency found a company, its owner bring in the people, and everybody have an account."""
    company_id = COMPANY_IDS[company.key]
    at = story.moment(company.engagement.started_days_ago, 11, 20)
    work = await story.agency(founder, AGENCY_ID, at)
    await work.write_in_company(company_id, companies.create, company_id, _first_facts(story, company))
    operator = story.operator(company_id, at)
    account_id = await operator.read(_only_account)
    at = story.moment(company.engagement.started_days_ago - 1, 15, 5)
    await story.owner(account_id, company_id, at).write(_bring_in_people, company)
    return Staff(company_id, await operator.write(_staff))


def _agency(session: Session, at: datetime) -> str:
    agency = firm.firm().agency
    session.add(Agency(id=AGENCY_ID, name=agency.name, created_at=at))
    found = [Account(email=member.email, language=member.language, created_at=at) for member in agency.members]
    session.add_all(found)
    session.flush()
    for member, account in zip(agency.members, found, strict=True):
        session.add(
            AgencyMember(
                agency_id=AGENCY_ID, account_id=account.id, name=member.name, role=member.roles[0], created_at=at
            )
        )
    return found[0].id


def _first_facts(story: Story, company: firm.Company) -> CompanyIn:
    owner = next(row for row in company.rows() if row.external_id == company.roles.owner)
    starts_on = story.today - timedelta(days=company.engagement.started_days_ago)
    return CompanyIn(
        name=company.name,
        time_zone=company.time_zone,
        contact=company.contact["it"],
        owner=OwnerIn(name=owner.name, email=owner.email or ""),
        engagement=EngagementIn(
            scopes=company.engagement.scopes,
            starts_on=starts_on,
            ends_on=story.today + timedelta(days=company.engagement.ends_in_days),
            agreement=AgreementIn(signed_on=starts_on, reference=f"DPA {starts_on.year}/{company.key}"),
        ),
    )


def _only_account(ctx: Ctx) -> str:
    return str(ctx.session.scalars(select(col(Person.account_id))).one())


def _bring_in_people(ctx: Ctx, company: firm.Company) -> None:
    people_import.import_rows(ctx, company.rows())
    for role in (Role.MARKETING_LEAD, Role.HR):
        number = getattr(company.roles, role.value)
        roles.grant(ctx, people.by_external_id(ctx, number).id, role)


def _staff(ctx: Ctx) -> dict[str, Someone]:
    found = select(Person, Employment).where(
        col(Employment.company_id) == col(Person.company_id), col(Employment.person_id) == col(Person.id)
    )
    return {
        str(person.external_id): Someone(
            person_id=person.id,
            account_id=accounts.of_person(ctx, person),
            has_email=person.email is not None,
            language=person.language,
            starts_on=employment.starts_on,
            window=WorkingWindow.parse(employment.working_window),
        )
        for person, employment in ctx.session.execute(found.order_by(col(Person.external_id))).all()
    }
