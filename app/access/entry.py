"""Who may enter a company or an agency, and as whom."""

from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, join, select
from sqlalchemy.orm import Session
from sqlmodel import col

from app.access import actors, visited
from app.authz import Actor, AgencyRole, ApiClient, Caller, Permission, SignedIn, System
from app.context import CompanyFacts
from app.db.periods import covers
from app.db.prepared import Prepared, in_company
from app.errors import NotFound
from app.models import Agency, AgencyMember, Company, Employment, Engagement, Person, RoleGrant
from app.roster import employment

# What tells whether a person of the company stands at its door: a row for each employment that is not long over and
# each role. Whether it runs today is decided in Python: only the row says in which zone the company's day is.
PERSON: tuple[Any, ...] = (
    col(Person.id).label("person_id"),
    col(Person.name).label("person_name"),
    col(Person.accepted),
    col(Employment.starts_on),
    col(Employment.ends_on),
    col(RoleGrant.role),
)
EMPLOYED = and_(
    in_company(Employment),
    col(Employment.person_id) == col(Person.id),
    employment.not_over(bindparam("day")),
)
GRANTED = and_(in_company(RoleGrant), col(RoleGrant.person_id) == col(Person.id))

_COMPANY = Prepared(
    select(col(Company.name), col(Company.time_zone), col(Company.language)).where(col(Company.id) == bindparam("id"))
)

_PERSON = Prepared(
    select(*PERSON)
    .outerjoin_from(Person, Employment, EMPLOYED)  # inner, SQLite without statistics would begin with all employments
    .outerjoin(RoleGrant, GRANTED)
    .where(in_company(Person), col(Person.account_id) == bindparam("account_id"))
)

_RUNNING = (
    in_company(Engagement),
    col(Engagement.agreement_signed_on).is_not(None),
    covers(Engagement, bindparam("today")),
)

_MEMBER = Prepared(
    select(
        col(AgencyMember.id),
        col(AgencyMember.name),
        col(AgencyMember.role),
        col(AgencyMember.agency_id),
        col(Engagement.scopes),
    )
    .where(
        col(AgencyMember.account_id) == bindparam("account_id"),
        col(Engagement.agency_id) == col(AgencyMember.agency_id),
        *_RUNNING,
    )
    .order_by(col(Engagement.id))
)

_ENGAGED = Prepared(
    select(col(Engagement.scopes)).where(col(Engagement.agency_id) == bindparam("agency_id"), *_RUNNING)
)

_AGENCY = Prepared(
    select(col(Agency.name).label("agency_name"), col(AgencyMember.id), col(AgencyMember.name), col(AgencyMember.role))
    .outerjoin_from(
        Agency,
        AgencyMember,
        and_(col(AgencyMember.agency_id) == col(Agency.id), col(AgencyMember.account_id) == bindparam("account_id")),
    )
    .where(col(Agency.id) == bindparam("agency_id"))
)

_OWN_AGENCIES = Prepared(
    select(
        col(Agency.id).label("agency_id"),
        col(Agency.name).label("agency_name"),
        col(AgencyMember.id),
        col(AgencyMember.name),
        col(AgencyMember.role),
        col(Company.time_zone),
        col(Engagement.starts_on),
        col(Engagement.ends_on),
    )
    .select_from(
        join(AgencyMember, Agency, col(Agency.id) == col(AgencyMember.agency_id))
        .outerjoin(Company, col(Company.id) == bindparam("company_id"))
        .outerjoin(
            Engagement,
            and_(
                in_company(Engagement),
                col(Engagement.company_id) == col(Company.id),
                col(Engagement.agency_id) == col(Agency.id),
                col(Engagement.agreement_signed_on).is_not(None),
            ),
        )
    )
    .where(col(AgencyMember.account_id) == bindparam("account_id"))
    .order_by(col(Agency.name), col(Agency.id), col(Engagement.id))
)


class Inside(NamedTuple):
    """Somebody inside a company; ``traced`` unless a visit of an agency is still to be written down today."""

    company: CompanyFacts
    actor: Actor
    traced: bool


class InAgency(NamedTuple):
    """Somebody inside an agency, which is called ``organisation``."""

    agency_id: str
    organisation: str
    actor: Actor


def enter(session: Session, caller: Caller, company_id: str, now: datetime) -> Inside:
    """Let the caller into a company. NotFound as in ``actor_in_company``, and where there is no such company."""
    row = _COMPANY.one(session, id=company_id)
    if row is None:
        raise NotFound
    company = CompanyFacts(company_id, row.name, ZoneInfo(row.time_zone), row.language)
    return inside(session, company, actor_in_company(session, caller, company, now), now)


def inside(session: Session, company: CompanyFacts, actor: Actor, now: datetime) -> Inside:
    """Return the actor as inside, having looked whether an agency's visit of today is written down."""
    traced = actor.agency_id is None or visited.is_recorded(session, actor, company.day(now))
    return Inside(company, actor, traced)


def actor_in_company(session: Session, caller: Caller, company: CompanyFacts, now: datetime) -> Actor:
    """Return the caller as somebody inside this company.

    NotFound, and never a hint that the company exists, for whoever has nothing to do with it: another company's
    person or client, a leaver, an agency without a running engagement or data-processing agreement. One statement for
    a person, none where the token alone decides.
    """
    if isinstance(caller, System):
        return actors.system(caller)
    actor = _client(session, caller, company, now) if isinstance(caller, ApiClient) else None
    if isinstance(caller, SignedIn):
        actor = _person(session, caller, company, now) or member(session, caller, company, now)
    if actor is None:
        raise NotFound
    return actor


def member(session: Session, caller: SignedIn, company: CompanyFacts, now: datetime) -> Actor | None:
    """Return the caller as a member of an agency that is engaged in this company today, if they are."""
    if caller.locked:
        return None
    return actors.member(caller, _MEMBER(session, account_id=caller.account_id, today=company.day(now)))


def member_permissions(session: Session, agency_id: str, role: AgencyRole, today: date) -> frozenset[Permission]:
    """Return what a member of an agency may do in the session's company today; nothing if it is not engaged there."""
    running = _ENGAGED(session, agency_id=agency_id, today=today)
    return actors.opened_to([(role, row.scopes) for row in running])


def enter_agency(session: Session, caller: Caller, agency_id: str) -> InAgency:
    """Let the caller into an agency; NotFound for those who do not belong to it, and where there is no such agency."""
    account_id = caller.account_id if isinstance(caller, SignedIn) else None
    row = _AGENCY.one(session, agency_id=agency_id, account_id=account_id)
    actor = row and _of_agency(caller, agency_id, row)
    if actor is None:
        raise NotFound
    return InAgency(agency_id, row.agency_name, actor)


def enter_own_agency(session: Session, caller: SignedIn, now: datetime) -> InAgency:
    """Let a member into the agency that their session shows, or through which they see the client it shows.

    ``session`` is bound to what is shown. Failing that, their first agency by name; NotFound for whoever has none.
    """
    rows = [] if caller.locked else _OWN_AGENCIES(session, account_id=caller.account_id)
    if not rows:
        raise NotFound
    chosen = next((row for row in rows if row.agency_id == caller.organisation_id or _engaged(row, now)), rows[0])
    return InAgency(chosen.agency_id, chosen.agency_name, actors.agency_member(caller, chosen))


def _person(session: Session, caller: SignedIn, company: CompanyFacts, now: datetime) -> Actor | None:
    if caller.locked and caller.organisation_id != company.id:
        return None
    today = company.day(now)
    return actors.person(caller, _PERSON(session, account_id=caller.account_id, day=today), today)


def _client(session: Session, caller: ApiClient, company: CompanyFacts, now: datetime) -> Actor | None:
    if caller.agency_id is None:
        return actors.own_client(caller) if caller.company_id == company.id else None
    running = _ENGAGED(session, agency_id=caller.agency_id, today=company.day(now))
    return actors.agency_client(caller, [row.scopes for row in running])


def _of_agency(caller: Caller, agency_id: str, row: Any) -> Actor | None:
    if isinstance(caller, System):
        return actors.system(caller)
    if isinstance(caller, ApiClient):
        return actors.own_client(caller) if caller.agency_id == agency_id else None
    return None if caller.locked or row.id is None else actors.agency_member(caller, row)


def _engaged(row: Any, now: datetime) -> bool:
    """Tell whether the agency of this row is engaged today in the company of this row."""
    return row.time_zone is not None and actors.runs(row, now.astimezone(ZoneInfo(row.time_zone)).date())
