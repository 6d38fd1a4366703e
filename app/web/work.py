"""What a route gets: somebody at the door, and the one way from there to a service function.

A route is one line: ``return await work.write(service.verb, body)``. The seam opens the transaction, the caller
becomes an Actor inside it, the plain synchronous function runs, the commit follows, and only then the answer.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar

from fastapi import Depends, Path, Request
from sqlalchemy.orm import Session

from app.access import entry, organisations
from app.access import visited as visits
from app.access import visits as agency_visits
from app.access.secrets import token_hash
from app.authz import Actor, Caller, Client, Permission, SignedIn
from app.context import AccountCtx, AgencyCtx, CompanyFacts, Ctx
from app.db import NO_COMPANY, Database, Scope, is_id
from app.errors import Forbidden, NotFound, Unauthenticated
from app.evidence.notes import Signer
from app.web import idempotency
from app.web.idempotency import Once
from app.web.login import signed_in
from app.web.rate_limits import RateLimits
from app.web.scopes import OPERATIONS
from app.wording import N_

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(slots=True)
class Work:
    """Units of work inside one company. ``actor`` and ``company`` are known after the first one."""

    db: Database
    caller: Caller
    company_id: str
    request_id: str
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    actor: Actor | None = None
    company: CompanyFacts | None = None
    once: Once | None = None
    traced: bool = False

    @property
    def organisation(self) -> str:
        """What the company is called, as far as it is known."""
        return self.company.name if self.company else ""

    async def read(self, fn: Callable[Concatenate[Ctx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a short query."""
        return await self._traced(await self.db.read(Scope(self.company_id), self._enter, fn, args, kwargs))

    async def read_slow(self, fn: Callable[Concatenate[Ctx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query that may take more than 2 ms."""
        return await self._traced(await self.db.read_slow(Scope(self.company_id), self._enter, fn, args, kwargs))

    async def write(self, fn: Callable[Concatenate[Ctx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a service function in a transaction; it is durable when this returns."""
        fn = idempotency.claiming(self.once, fn, self.now)
        return await self._traced(await self.db.write(Scope(self.company_id), self._enter, fn, args, kwargs))

    async def _traced(self, result: T) -> T:
        """Hand on what an agency gets only when its visit of today is written down."""
        if not self.traced:
            await self.db.write(Scope(self.company_id), self._enter, agency_visits.record, (), {})
            self.traced = True
        return result

    def _enter(self, session: Session, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        self.company = entry.company_facts(session, self.company_id)
        self.actor = entry.actor_in_company(session, self.caller, self.company, self.now)
        ctx = Ctx(session, self.actor, self.company, self.now, self.request_id)
        self.traced = self.traced or self.actor.agency_id is None or visits.is_recorded(ctx)
        return fn(ctx, *args, **kwargs)


@dataclass(slots=True)
class AgencyWork:
    """Units of work inside one agency, called ``organisation``. It never sees a company's rows."""

    db: Database
    caller: Caller
    agency_id: str
    request_id: str
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    actor: Actor | None = None
    organisation: str = ""
    once: Once | None = None

    async def read(self, fn: Callable[Concatenate[AgencyCtx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a short query."""
        return await self.db.read(Scope(agency_id=self.agency_id), self._enter, fn, args, kwargs)

    async def write(self, fn: Callable[Concatenate[AgencyCtx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a service function in a transaction; it is durable when this returns."""
        fn = idempotency.claiming(self.once, fn, self.now)
        return await self.db.write(Scope(agency_id=self.agency_id), self._enter, fn, args, kwargs)

    async def write_in_company(
        self, company_id: str, fn: Callable[Concatenate[AgencyCtx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a service function that founds a company: the agency acts, the rows are the company's."""
        fn = idempotency.claiming(self.once, fn, self.now)
        return await self.db.write(Scope(company_id), self._enter, fn, args, kwargs)

    def _enter(self, session: Session, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        self.actor = entry.actor_in_agency(session, self.caller, self.agency_id)
        self.organisation = entry.agency_name(session, self.agency_id)
        return fn(AgencyCtx(session, self.actor, self.agency_id, self.now, self.request_id), *args, **kwargs)


@dataclass(slots=True)
class AccountWork:
    """Units of work before any company: sign-in, one's own sessions, language, organisations."""

    db: Database
    account_id: str | None
    request_id: str
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def read(self, fn: Callable[Concatenate[AccountCtx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a short query."""
        return await self.db.read(self._scope(), self._enter, fn, args, kwargs)

    async def write(self, fn: Callable[Concatenate[AccountCtx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a service function in a transaction; it is durable when this returns."""
        return await self.db.write(self._scope(), self._enter, fn, args, kwargs)

    def _scope(self) -> Scope:
        return Scope(account_id=self.account_id) if self.account_id else NO_COMPANY

    def _enter(self, session: Session, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        return fn(AccountCtx(session, self.account_id, self.now, self.request_id), *args, **kwargs)


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


async def company_work(request: Request, company_id: Annotated[str, Path(max_length=36)], client: ApiClient) -> Work:
    work = Work(database(request), client, known_id(company_id), request.state.request_id, once=_once(request))
    await _recall(request, work, client)
    return work


async def client_agency_work(request: Request, client: ApiClient) -> AgencyWork:
    if client.agency_id is None:
        raise NotFound
    work = AgencyWork(database(request), client, client.agency_id, request.state.request_id, once=_once(request))
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
    if work.once is not None:
        await work.read(_require, OPERATIONS.get(request.scope["route"].operation_id, ()))
        await idempotency.admit(request, work.once, client.client_id, work.db)


def _require(ctx: Ctx | AgencyCtx, permissions: Iterable[Permission]) -> None:
    for permission in permissions:
        ctx.require(permission)


def _once(request: Request) -> Once | None:
    return getattr(request.state, "once", None)


def database(request: Request) -> Database:
    return request.app.state.database  # type: ignore[no-any-return]


def known_id(text: str) -> str:
    """Return a path's id, or raise NotFound: what is not even an id names nothing."""
    if not is_id(text):
        raise NotFound
    return text
