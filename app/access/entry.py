"""Who stands at the door, and what they may do inside: the only place where an Actor is made."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from app.authz import (
    AGENCY_ROLE_PERMISSIONS,
    AGENCY_ROLE_SCOPES,
    CLIENT_SCOPES,
    ROLE_PERMISSIONS,
    SCOPE_PERMISSIONS,
    Actor,
    ActorKind,
    AgencyRole,
    Caller,
    Client,
    EngagementScope,
    Permission,
    Role,
    SignedIn,
    System,
)
from app.context import CompanyFacts
from app.db.periods import covers
from app.db.prepared import Prepared, in_company
from app.errors import NotFound
from app.models import (
    Account,
    Agency,
    AgencyMember,
    Company,
    Engagement,
    OAuthClient,
    OAuthToken,
    Person,
    RoleGrant,
    SignInSession,
)
from app.roster import employment

_SESSION = Prepared(
    select(
        col(SignInSession.id),
        col(SignInSession.account_id),
        col(SignInSession.method),
        col(SignInSession.organisation_id),
        col(SignInSession.locked),
        col(SignInSession.created_at),
        col(SignInSession.idle_until),
        col(Account.language),
        col(Account.email).is_not(None).label("reaches_further"),
    ).where(
        col(SignInSession.token_hash) == bindparam("token_hash"),
        col(SignInSession.idle_until) > bindparam("now"),
        col(SignInSession.expires_at) > bindparam("now"),
        col(Account.id) == col(SignInSession.account_id),
    )
)

_TOKEN = Prepared(
    select(
        col(OAuthClient.id), col(OAuthClient.owner_company), col(OAuthClient.owner_agency), col(OAuthToken.scopes)
    ).where(
        col(OAuthToken.token_hash) == bindparam("token_hash"),
        col(OAuthToken.expires_at) > bindparam("now"),
        col(OAuthToken.revoked_at).is_(None),
        col(OAuthClient.id) == col(OAuthToken.client_id),
        col(OAuthClient.revoked_at).is_(None),
    )
)

_COMPANY = Prepared(
    select(col(Company.name), col(Company.time_zone), col(Company.language)).where(col(Company.id) == bindparam("id"))
)

_PERSON = Prepared(
    select(col(Person.id), col(Person.name), col(Person.accepted)).where(
        in_company(Person),
        col(Person.account_id) == bindparam("account_id"),
        employment.works_here(col(Person.company_id), col(Person.id), bindparam("today")),
    )
)

_ROLES = Prepared(
    select(col(RoleGrant.role)).where(in_company(RoleGrant), col(RoleGrant.person_id) == bindparam("person_id"))
)

_MEMBERSHIPS = Prepared(
    select(col(AgencyMember.id), col(AgencyMember.agency_id), col(AgencyMember.role), col(AgencyMember.name)).where(
        col(AgencyMember.account_id) == bindparam("account_id")
    )
)

_AGENCY_NAME = Prepared(select(col(Agency.name)).where(col(Agency.id) == bindparam("agency_id")))

_ENGAGED = Prepared(
    select(col(Engagement.agency_id), col(Engagement.scopes)).where(
        in_company(Engagement),
        covers(Engagement, bindparam("today")),
        col(Engagement.agreement_signed_on).is_not(None),
    )
)


class OpenSession(NamedTuple):
    """A session that is still valid, and until when it may idle."""

    caller: SignedIn
    idle_until: datetime


def open_session(session: Session, token_hash: str, now: datetime) -> OpenSession | None:
    """Return who is signed in with this token, or None if nobody is any more."""
    row = _SESSION.one(session, token_hash=token_hash, now=now)
    if row is None:
        return None
    caller = SignedIn(
        account_id=row.account_id,
        session_id=row.id,
        method=row.method.value,
        authenticated_at=row.created_at,
        language=row.language,
        organisation_id=row.organisation_id,
        locked=row.locked,
        borrowed=bool(row.locked and row.reaches_further),
    )
    return OpenSession(caller, row.idle_until)


def client_of_token(session: Session, token_hash: str, now: datetime) -> Client | None:
    """Return the API client that holds this access token, or None."""
    row = _TOKEN.one(session, token_hash=token_hash, now=now)
    if row is None:
        return None
    return Client(row.id, row.owner_company, row.owner_agency, frozenset(row.scopes))


def company_facts(session: Session, company_id: str) -> CompanyFacts:
    """Return what nearly every act needs of the company; NotFound if there is none."""
    row = _COMPANY.one(session, id=company_id)
    if row is None:
        raise NotFound
    return CompanyFacts(company_id, row.name, ZoneInfo(row.time_zone), row.language)


def actor_in_company(session: Session, caller: Caller, company: CompanyFacts, now: datetime) -> Actor:
    """Return the caller as somebody inside this company.

    NotFound, and never a hint that the company exists, for whoever has nothing to do with it: another company's
    person or client, a leaver, an agency without a running engagement or data-processing agreement.
    """
    today = now.astimezone(company.zone).date()
    if isinstance(caller, System):
        return Actor(ActorKind.SYSTEM, caller.name, frozenset(Permission))
    if isinstance(caller, Client):
        return _client(session, caller, company, today)
    return _person(session, caller, company, today) or _member(session, caller, today)


def actor_in_agency(session: Session, caller: Caller, agency_id: str) -> Actor:
    """Return the caller as somebody of this agency; NotFound for everybody else."""
    if isinstance(caller, Client) and caller.agency_id == agency_id:
        return Actor(ActorKind.CLIENT, caller.client_id, _granted(caller), method="api")
    if isinstance(caller, SignedIn) and not caller.locked:
        for row in _MEMBERSHIPS(session, account_id=caller.account_id):
            if row.agency_id == agency_id:
                permissions = AGENCY_ROLE_PERMISSIONS[row.role]
                return _signed_in(caller, ActorKind.AGENCY_MEMBER, row, permissions)
    raise NotFound


def first_engaged(session: Session, agencies: Sequence[str], company_id: str, now: datetime) -> str | None:
    """Return the first of these agencies that is engaged in this company today, if there is one and any is."""
    company = _COMPANY.one(session, id=company_id)
    if company is None:
        return None
    today = now.astimezone(ZoneInfo(company.time_zone)).date()
    engaged = {row.agency_id for row in _ENGAGED(session, today=today)}
    return next((agency for agency in agencies if agency in engaged), None)


def member_permissions(session: Session, agency_id: str, role: AgencyRole, today: date) -> frozenset[Permission]:
    """Return what a member of an agency may do in the session's company today; nothing if it is not engaged there."""
    try:
        return _opened(session, {agency_id: AGENCY_ROLE_SCOPES[role]}, today)[1]
    except NotFound:
        return frozenset()


def agency_name(session: Session, agency_id: str) -> str:
    """Return what an agency is called."""
    return str(_AGENCY_NAME(session, agency_id=agency_id)[0].name)


def _client(session: Session, caller: Client, company: CompanyFacts, today: date) -> Actor:
    if caller.company_id == company.id:
        return Actor(ActorKind.CLIENT, caller.client_id, _granted(caller), method="api")
    if caller.agency_id is None:
        raise NotFound
    agency_id, opened = _opened(session, {caller.agency_id: frozenset(EngagementScope)}, today)
    granted = _granted(caller) & opened
    return Actor(ActorKind.CLIENT, caller.client_id, granted, agency_id=agency_id, sees_names=False, method="api")


def _granted(caller: Client) -> frozenset[Permission]:
    return frozenset(permission for permission in CLIENT_SCOPES if permission.value in caller.scopes)


def _person(session: Session, caller: SignedIn, company: CompanyFacts, today: date) -> Actor | None:
    if caller.locked and caller.organisation_id != company.id:
        raise NotFound
    person = _PERSON.one(session, account_id=caller.account_id, today=today)
    # A printed code was handed over by the company itself, and opens nothing else.
    if person is None or not (person.accepted or caller.locked):
        return None
    roles = {Role.EMPLOYEE}
    if not caller.locked:  # who prints invitations must not be able to print themselves an owner's session
        roles.update(row.role for row in _ROLES(session, person_id=person.id))
    permissions = frozenset[Permission]().union(*(ROLE_PERMISSIONS[role] for role in roles))
    actor = _signed_in(caller, ActorKind.PERSON, person, permissions)
    return replace(actor, person_id=person.id, roles=frozenset(roles), sees_names=True)


def _member(session: Session, caller: SignedIn, today: date) -> Actor:
    memberships = _MEMBERSHIPS(session, account_id=caller.account_id)
    if caller.locked or not memberships:
        raise NotFound
    scopes = {row.agency_id: AGENCY_ROLE_SCOPES[AgencyRole(row.role)] for row in memberships}
    agency_id, opened = _opened(session, scopes, today)
    member = next(row for row in memberships if row.agency_id == agency_id)
    return replace(_signed_in(caller, ActorKind.AGENCY_MEMBER, member, opened), agency_id=agency_id)


def _opened(
    session: Session, agencies: dict[str, frozenset[EngagementScope]], today: date
) -> tuple[str, frozenset[Permission]]:
    """Return which of these agencies is engaged in this company, and what all that are open; NotFound if none is."""
    engaged = [row for row in _ENGAGED(session, today=today) if row.agency_id in agencies]
    if not engaged:
        raise NotFound
    scopes = {
        scope for row in engaged for scope in map(EngagementScope, row.scopes) if scope in agencies[row.agency_id]
    }
    return engaged[0].agency_id, frozenset[Permission]().union(*(SCOPE_PERMISSIONS[scope] for scope in scopes))


def _signed_in(caller: SignedIn, kind: ActorKind, who: Any, permissions: frozenset[Permission]) -> Actor:
    return Actor(
        kind=kind,
        id=who.id,
        permissions=permissions,
        name=who.name,
        sees_names=False,
        method=caller.method,
        authenticated_at=caller.authenticated_at,
    )


def keep_alive(session: Session, session_id: str, until: datetime) -> None:
    """Let a session idle on until then."""
    session.execute(update(SignInSession).where(col(SignInSession.id) == session_id).values(idle_until=until))
