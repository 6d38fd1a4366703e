"""Who holds a session's cookie or an access token, and whom it lets into a company: each is one statement."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, join, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from app.access import actors, entry
from app.access.entry import EMPLOYED, GRANTED, PERSON, Inside
from app.authz import ApiClient, SignedIn
from app.context import CompanyFacts
from app.db import Database, Scope
from app.db.prepared import Prepared, in_company
from app.models import (
    Account,
    Company,
    Employment,
    Engagement,
    OAuthClient,
    OAuthToken,
    Person,
    RoleGrant,
    SignInSession,
)

_COMPANY: tuple[Any, ...] = (
    col(Company.id).label("company_id"),
    col(Company.name).label("company_name"),
    col(Company.time_zone).label("company_zone"),
    col(Company.language).label("company_language"),
)

_SESSION = Prepared(
    select(
        col(SignInSession.id),
        col(SignInSession.account_id),
        col(SignInSession.method),
        col(SignInSession.organisation_id),
        col(SignInSession.locked),
        col(SignInSession.shared),
        col(SignInSession.created_at),
        col(SignInSession.idle_until),
        col(Account.language),
        col(Account.email).is_not(None).label("reaches_further"),
        *_COMPANY,
        *PERSON,
    )
    .select_from(
        join(SignInSession, Account, col(Account.id) == col(SignInSession.account_id))
        .outerjoin(
            Company, and_(col(Company.id) == bindparam("company_id"), col(Company.id) == SignInSession.organisation_id)
        )
        .outerjoin(
            Person,
            and_(
                in_company(Person),
                col(Person.company_id) == col(Company.id),
                col(Person.account_id) == col(SignInSession.account_id),
            ),
        )
        .outerjoin(Employment, EMPLOYED)
        .outerjoin(RoleGrant, GRANTED)
    )
    .where(
        col(SignInSession.token_hash) == bindparam("token_hash"),
        col(SignInSession.idle_until) > bindparam("now"),
        col(SignInSession.expires_at) > bindparam("now"),
    )
)

_TOKEN = Prepared(
    select(
        col(OAuthClient.id),
        col(OAuthClient.owner_company),
        col(OAuthClient.owner_agency),
        col(OAuthToken.scopes),
        *_COMPANY,
        col(Engagement.scopes).label("opened"),
        col(Engagement.starts_on),
        col(Engagement.ends_on),
    )
    .select_from(
        join(OAuthToken, OAuthClient, col(OAuthClient.id) == col(OAuthToken.client_id))
        .outerjoin(Company, col(Company.id) == bindparam("company_id"))
        .outerjoin(
            Engagement,
            and_(
                in_company(Engagement),
                col(Engagement.agency_id) == col(OAuthClient.owner_agency),
                col(Engagement.agreement_signed_on).is_not(None),
            ),
        )
    )
    .where(
        col(OAuthToken.token_hash) == bindparam("token_hash"),
        col(OAuthToken.expires_at) > bindparam("now"),
        col(OAuthToken.revoked_at).is_(None),
        col(OAuthClient.revoked_at).is_(None),
    )
)


class OpenSession(NamedTuple):
    """A session that is valid at ``now``: whose, until when it may idle, and the company it shows, if that lets in.

    ``shared`` ones are on a device that others use, too.
    """

    caller: SignedIn
    shared: bool
    idle_until: datetime
    inside: Inside | None
    now: datetime


class ValidToken(NamedTuple):
    """An access token that is valid at ``now``: whose, and the company that was asked for, if that lets in."""

    client: ApiClient
    inside: Inside | None
    now: datetime


class Sessions:
    """The sessions that a process has met lately, by their hash, with the organisation that each of them showed.

    It is a guess and never trusted. With the right guess the look-up is bound to that company from its start, so that
    one statement finds the session and the person; with a wrong one it is done again.
    """

    MOST = 10_000

    def __init__(self) -> None:
        self._shown: dict[str, str | None] = {}

    async def find(self, db: Database, token_hash: str, now: datetime) -> OpenSession | None:
        """Return who is signed in with this token, or None if nobody is any more."""
        guess = self._shown.get(token_hash)
        found = await db.read(Scope(guess), by_session, token_hash, now)
        if found is None or found.caller.organisation_id == guess:
            return found
        self._note(token_hash, found.caller.organisation_id)
        return await db.read(Scope(found.caller.organisation_id), by_session, token_hash, now)

    def _note(self, token_hash: str, organisation_id: str | None) -> None:
        self._shown.pop(token_hash, None)
        self._shown[token_hash] = organisation_id
        if len(self._shown) > self.MOST:
            del self._shown[next(iter(self._shown))]


def by_session(session: Session, token_hash: str, now: datetime) -> OpenSession | None:
    """Return the session, entered if the company it shows is the one that ``session`` is bound to."""
    yesterday = now.astimezone(UTC).date() - timedelta(days=1)  # wherever the company is, no earlier day is today
    rows = _SESSION(session, token_hash=token_hash, now=now, day=yesterday)
    if not rows:
        return None
    row = rows[0]
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
    return OpenSession(caller, row.shared, row.idle_until, _signed_in_inside(session, caller, rows, now), now)


def by_token(session: Session, token_hash: str, now: datetime) -> ValidToken | None:
    """Return the client that holds this access token, inside the company that ``session`` is bound to, or None."""
    rows = _TOKEN(session, token_hash=token_hash, now=now)
    if not rows:
        return None
    row = rows[0]
    client = ApiClient(row.id, row.owner_company, row.owner_agency, frozenset(row.scopes))
    return ValidToken(client, _client_inside(session, client, rows, now), now)


def keep_alive(session: Session, session_id: str, until: datetime) -> None:
    """Let a session idle on until then."""
    session.execute(update(SignInSession).where(col(SignInSession.id) == session_id).values(idle_until=until))


def _signed_in_inside(session: Session, caller: SignedIn, rows: list[Any], now: datetime) -> Inside | None:
    if rows[0].company_id is None:
        return None
    company = _company(rows[0])
    actor = actors.person(caller, rows, company.day(now)) or entry.member(session, caller, company, now)
    return entry.inside(session, company, actor, now) if actor else None


def _client_inside(session: Session, client: ApiClient, rows: list[Any], now: datetime) -> Inside | None:
    if rows[0].company_id is None:
        return None
    company = _company(rows[0])
    if client.agency_id is None:
        actor = actors.own_client(client) if client.company_id == company.id else None
    else:
        today = company.day(now)
        actor = actors.agency_client(client, [row.opened for row in rows if actors.runs(row, today)])
    return entry.inside(session, company, actor, now) if actor else None


def _company(row: Any) -> CompanyFacts:
    return CompanyFacts(row.company_id, row.company_name, ZoneInfo(row.company_zone), row.company_language)
