"""Companies: an agency founds one for a client, its owner changes it."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import col

from app.access import work
from app.accounts.services import links as account_links
from app.authz import Permission, Role
from app.context import AgencyCtx, CompanyFacts, Ctx
from app.errors import FieldError, Invalid, PreconditionFailed
from app.models import Company, Employment, Engagement, Person, RoleGrant
from app.organisations.schemas.company import CompanyChange, CompanyIn, EngagementIn, OwnerIn
from app.organisations.services import time_zones
from app.organisations.services.engagements import refuse_wrong_order
from app.platform import audit, outbox
from app.platform.audit import Act
from app.platform.outbox import JobKind
from app.rules.work_calendar import countries
from app.wording import N_


def create(ctx: AgencyCtx, company_id: str, data: CompanyIn) -> Company:
    """Found a company with its owner and the engagement of the agency; the owner gets a mail.

    The transaction must be bound to ``company_id``, a new id: the agency acts, the rows are the company's.
    """
    ctx.require(Permission.CREATE_COMPANIES)
    time_zones.refuse_unknown(data.time_zone)
    _refuse_unknown_country(data.country)
    _refuse_wrong_engagement(data.engagement)
    company = Company(
        id=company_id,
        name=data.name,
        time_zone=data.time_zone,
        language=data.language,
        country=data.country,
        contact=data.contact,
        created_at=ctx.now,
    )
    ctx.session.add(company)
    ctx.session.flush()
    facts = CompanyFacts(company_id, data.name, ZoneInfo(data.time_zone), data.language)
    inside = work.founding(ctx, facts)
    audit.record(inside, Act.COMPANY_CREATED, company_id, name=data.name, agency_id=ctx.agency_id)
    audit.record(ctx, Act.COMPANY_CREATED, company_id, name=data.name)
    owner_id = _settle_owner(inside, data.owner)
    _engage(inside, ctx.agency_id, data.engagement)
    outbox.add(inside, JobKind.WELCOME_MAIL, person_id=owner_id)
    return company


def change(ctx: Ctx, row_version: int, data: CompanyChange) -> Company:
    """Change the company; PreconditionFailed if somebody else did since ``row_version``."""
    ctx.require(Permission.WRITE_COMPANY)
    changes: dict[str, Any] = data.model_dump(exclude_unset=True)
    if "time_zone" in changes:
        time_zones.refuse_unknown(changes["time_zone"])
    if "country" in changes:
        _refuse_unknown_country(changes["country"])
    done = ctx.session.execute(
        update(Company)
        .where(col(Company.id) == ctx.company_id, col(Company.row_version) == row_version)
        .values(row_version=row_version + 1, **changes)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise PreconditionFailed
    audit.record(ctx, Act.COMPANY_CHANGED, ctx.company_id, **changes)
    return ctx.session.get_one(Company, ctx.company_id, populate_existing=True)


def _refuse_unknown_country(code: str) -> None:
    if code not in countries():
        detail = N_("The holidays of this country are not known. Give its ISO 3166 code of two letters, such as IT.")
        raise Invalid([FieldError("/country", "unknown_country", detail)])


def _settle_owner(ctx: Ctx, data: OwnerIn) -> str:
    was_there = data.email in account_links.known(ctx, [data.email])
    account_id = account_links.by_email(ctx, [data.email])[data.email]
    owner = Person(
        name=data.name,
        email=data.email,
        account_id=account_id,
        accepted=not was_there,
        language=ctx.company.language,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    ctx.session.add(owner)
    ctx.session.flush()
    ctx.session.add(Employment(person_id=owner.id, starts_on=ctx.today))
    ctx.session.add(RoleGrant(person_id=owner.id, role=Role.OWNER))
    audit.record(ctx, Act.PERSON_CREATED, owner.id, role=Role.OWNER.value)
    return owner.id


def _engage(ctx: Ctx, agency_id: str, data: EngagementIn) -> None:
    engagement = Engagement(
        agency_id=agency_id,
        scopes=sorted(set(data.scopes)),
        starts_on=data.starts_on,
        ends_on=data.ends_on,
        agreement_signed_on=data.agreement.signed_on if data.agreement else None,
        agreement_reference=data.agreement.reference if data.agreement else "",
        created_at=ctx.now,
    )
    ctx.session.add(engagement)
    facts = data.model_dump(mode="json")
    audit.record(ctx, Act.ENGAGEMENT_CREATED, engagement.id, agency_id=agency_id, **facts)


def _refuse_wrong_engagement(data: EngagementIn) -> None:
    try:
        refuse_wrong_order(data.starts_on, data.ends_on)
    except Invalid as refused:
        found = [FieldError(f"/engagement{e.pointer}", e.code, e.detail) for e in refused.errors]
        raise Invalid(found) from refused
