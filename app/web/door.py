"""What a route depends on: who asks, by cookie or by token, and their unit of work (access/work.py)."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from app.access import entry, organisations
from app.access.secrets import token_hash
from app.access.work import AccountWork, AgencyWork, Work
from app.authz import Client, Permission, SignedIn
from app.context import AgencyCtx, Ctx
from app.db import NO_COMPANY, Database, Scope
from app.errors import Forbidden, NotFound, Unauthenticated
from app.evidence.notes import Signer
from app.web import idempotency
from app.web.ids import PathId
from app.web.login import signed_in
from app.web.openapi import permissions_of
from app.web.rate_limits import RateLimits
from app.wording import N_


async def api_client(request: Request) -> Client:
    """Return the client of the bearer token, counting its call; cookies count for nothing here."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated
    client = await database(request).read(NO_COMPANY, entry.client_of_token, token_hash(token), datetime.now(UTC))
    if client is None:
        raise Unauthenticated
    allowances: RateLimits = request.app.state.rate_limits
    allowances.spend_of_client(request, client.client_id)
    return client


ApiClient = Annotated[Client, Depends(api_client)]


async def company_work(request: Request, company_id: PathId, client: ApiClient) -> Work:
    work = Work(database(request), client, company_id, request.state.request_id)
    await _recall(request, work, client)
    return work


async def client_agency_work(request: Request, client: ApiClient) -> AgencyWork:
    if client.agency_id is None:
        raise NotFound
    work = AgencyWork(database(request), client, client.agency_id, request.state.request_id)
    await _recall(request, work, client)
    return work


async def page_work(request: Request) -> Work:
    """Return work in the organisation that the session shows; whoever is not signed in is asked to."""
    caller = await signed_in(request)
    if caller.organisation_id is None:
        raise NotFound
    return Work(database(request), caller, caller.organisation_id, request.state.request_id)


async def account_work(request: Request) -> AccountWork:
    caller = await signed_in(request)
    if caller.borrowed:
        detail = N_("You came in with an invitation of one company. Sign in with your e-mail to see your account.")
        raise Forbidden("locked_session", detail)
    return AccountWork(database(request), caller.account_id, request.state.request_id)


async def page_agency_work(request: Request) -> AgencyWork:
    """Return work in the caller's agency, also when the session shows one of its clients right now."""
    own, caller = await account_work(request), await signed_in(request)
    agencies = [one.id for one in await own.read(organisations.of_account) if one.is_agency]
    if not agencies:
        raise NotFound
    shown = caller.organisation_id
    if shown is not None and shown not in agencies:
        shown = await own.db.read(Scope(shown), entry.first_engaged, agencies, shown, own.now)
    return AgencyWork(own.db, caller, shown or agencies[0], own.request_id)


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
        await work.read(_require, *permissions_of(request.scope["route"]))
        work.claim = await idempotency.admit(request, once, client.client_id, work.db)


def _require(ctx: Ctx | AgencyCtx, *permissions: Permission) -> None:
    ctx.require(*permissions)


def database(request: Request) -> Database:
    return request.app.state.database  # type: ignore[no-any-return]
