"""What a route depends on: who asks, by cookie or by token, and their unit of work (access/work.py)."""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from app.access import credentials, entry
from app.access.credentials import OpenSession, ValidToken
from app.access.secrets import token_hash
from app.access.work import AccountWork, AgencyWork, Work, enter_agency
from app.authz import Permission, SignedIn
from app.db import NO_COMPANY, Database, Scope
from app.errors import Forbidden, NotFound, Unauthenticated
from app.evidence.notes import Signer
from app.web import idempotency
from app.web.ids import PathId, known_id
from app.web.login import open_session, signed_in
from app.web.openapi import permissions_of
from app.web.rate_limits import RateLimits
from app.wording import N_


class Operation(APIRoute):
    """An operation of the API, declared by ``op``: no byte of its body is read before the caller may carry it out.

    FastAPI reads and parses a body before it looks at what a route depends on, so this stands before both.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        carry_out = super().get_route_handler()
        permissions = permissions_of(self)

        async def behind_the_door(request: Request) -> Response:
            work = request.state.work = await _let_in(request)
            work.require(*permissions)
            await _recall(request, work)
            return await carry_out(request)

        return behind_the_door


async def company_work(request: Request, company_id: PathId) -> Work:  # noqa: ARG001 - for the document: it was looked at
    """Return work of the token's client in the company that the path names."""
    return request.state.work  # type: ignore[no-any-return]


async def client_agency_work(request: Request) -> AgencyWork:
    """Return work of the token's client in the agency it belongs to."""
    return request.state.work  # type: ignore[no-any-return]


async def _let_in(request: Request) -> Work | AgencyWork:
    """Let the token's client into the company that the path names, else into its own agency, counting the call."""
    company_id = request.path_params.get("company_id")
    return await (_into_agency(request) if company_id is None else _into_company(request, known_id(company_id)))


async def _into_company(request: Request, company_id: str) -> Work:
    token = await _valid_token(request, Scope(company_id))
    if token.inside is None:
        raise NotFound
    return Work(database(request), token.client, *token.inside, request.state.request_id, token.now)


async def _into_agency(request: Request) -> AgencyWork:
    client = (await _valid_token(request, NO_COMPANY)).client
    if client.agency_id is None:
        raise NotFound
    return await enter_agency(database(request), client, client.agency_id, request.state.request_id)


async def _recall(request: Request, work: Work | AgencyWork) -> None:
    """Raise the first answer to a keyed request."""
    once = idempotency.of(request)
    if once is not None:
        work.claim = await idempotency.admit(request, once, work.actor.id, work.db)


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


def only(*permissions: Permission) -> Any:
    """Return what a page's route depends on to ask for permissions before it reads a form with files.

    It stands among the ``dependencies`` of the decorator, which come before those of the function.
    """

    async def asked_for(work: PageWork) -> None:
        work.require(*permissions)

    return Depends(asked_for)


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


def database(request: Request) -> Database:
    return request.app.state.database  # type: ignore[no-any-return]
