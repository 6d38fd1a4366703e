"""What a route depends on: who asks, by cookie or by token, and their unit of work (access/work.py)."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from app.access import credentials, entry
from app.access.credentials import OpenSession, ValidToken
from app.access.secrets import token_hash
from app.access.work import AccountWork, AgencyWork, Work, enter_agency
from app.authz import Client, SignedIn
from app.db import NO_COMPANY, Database, Scope
from app.errors import Forbidden, NotFound, Unauthenticated
from app.evidence.notes import Signer
from app.web import idempotency
from app.web.ids import PathId
from app.web.login import open_session, signed_in
from app.web.openapi import permissions_of
from app.web.rate_limits import RateLimits
from app.wording import N_


async def company_work(request: Request, company_id: PathId) -> Work:
    """Return work of the token's client in the company that the path names, counting the call."""
    token = await _valid_token(request, Scope(company_id))
    if token.inside is None:
        raise NotFound
    work = Work(database(request), token.client, *token.inside, request.state.request_id, token.now)
    await _recall(request, work, token.client)
    return work


async def client_agency_work(request: Request) -> AgencyWork:
    """Return work of the token's client in the agency it belongs to, counting the call."""
    client = (await _valid_token(request, NO_COMPANY)).client
    if client.agency_id is None:
        raise NotFound
    work = await enter_agency(database(request), client, client.agency_id, request.state.request_id)
    await _recall(request, work, client)
    return work


async def _valid_token(request: Request, scope: Scope) -> ValidToken:
    """Return the bearer token, looked up in this scope; cookies count for nothing here."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated
    found = await database(request).read(scope, credentials.by_token, token_hash(token), datetime.now(UTC))
    if found is None:
        raise Unauthenticated
    allowances: RateLimits = request.app.state.rate_limits
    allowances.spend_of_client(request, found.client.client_id)
    return found


async def page_work(request: Request) -> Work:
    """Return work in the company that the session shows; whoever is not signed in is asked to."""
    return inside_company(request, await open_session(request))


def inside_company(request: Request, session: OpenSession) -> Work:
    """Return work in the company that the session shows; NotFound if that is no company, or lets nobody in."""
    if session.inside is None:
        raise NotFound
    return Work(database(request), session.caller, *session.inside, request.state.request_id, session.now)


async def shell(request: Request) -> Work | AgencyWork | None:
    """Return work in the company or agency that the session shows, so that a page has its navigation, if it opens."""
    session = await open_session(request)
    if session.inside is not None:
        work = inside_company(request, session)
        await work.visit()
        return work
    if session.caller.organisation_id is None:
        return None
    try:
        return await enter_agency(
            database(request), session.caller, session.caller.organisation_id, request.state.request_id, session.now
        )
    except NotFound:
        return None


async def account_work(request: Request) -> AccountWork:
    caller = await signed_in(request)
    if caller.borrowed:
        detail = N_("You came in with an invitation of one company. Sign in with your e-mail to see your account.")
        raise Forbidden("locked_session", detail)
    return AccountWork(database(request), caller.account_id, request.state.request_id)


async def page_agency_work(request: Request) -> AgencyWork:
    """Return work in the caller's agency, also when the session shows one of its clients right now."""
    own, session = await account_work(request), await open_session(request)
    shown = Scope(session.caller.organisation_id)
    inside = await own.db.read(shown, entry.enter_own_agency, session.caller, session.now)
    return AgencyWork(own.db, session.caller, *inside, own.request_id, session.now)


async def visitor_work(request: Request) -> AccountWork:
    return AccountWork(database(request), None, request.state.request_id)


CompanyWork = Annotated[Work, Depends(company_work)]
ClientAgencyWork = Annotated[AgencyWork, Depends(client_agency_work)]
PageWork = Annotated[Work, Depends(page_work)]
PageAgencyWork = Annotated[AgencyWork, Depends(page_agency_work)]
OwnWork = Annotated[AccountWork, Depends(account_work)]
VisitorWork = Annotated[AccountWork, Depends(visitor_work)]
SignedInCaller = Annotated[SignedIn, Depends(signed_in)]


def log_signer(request: Request) -> Signer:
    """Return the key that signs the evidence logs."""
    return request.app.state.signer  # type: ignore[no-any-return]


LogSigner = Annotated[Signer, Depends(log_signer)]


async def _recall(request: Request, work: Work | AgencyWork, client: Client) -> None:
    """Raise the first answer to a keyed request, but only for whoever may do now what it asks for."""
    once = idempotency.of(request)
    if once is not None:
        work.require(*permissions_of(request.scope["route"]))
        work.claim = await idempotency.admit(request, once, client.client_id, work.db)


def database(request: Request) -> Database:
    return request.app.state.database  # type: ignore[no-any-return]
