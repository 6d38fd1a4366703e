"""Units of work for somebody who is inside: the one way from whoever asks to a service function.

A caller is one line: ``return await work.write(service.verb, body)``. The seam opens the transaction, the plain
synchronous function runs with its ``Ctx``, the commit follows, and only then the answer. No other module makes a
``Ctx``: pages, API, jobs and command line get theirs here.

Who asks enters once, when the work begins: then it is known who acts, in which company, on which of its days. Reads
go by that; a role or an engagement that ends during the request may still be seen by it, by the next one never. A
write judges the actor again in its own transaction: it waits for others, and what it stores stays. Judged again is
what others can take away (employment, roles, engagement, membership), not the credential, which was valid when the
request came and opens no door any more after it (docs/adr/0019-a-request-enters-once.md).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from app import context as contexts
from app.access import entry, visits
from app.authz import Actor, Caller, Permission
from app.context import AccountCtx, AgencyCtx, CompanyFacts, Ctx
from app.db import NO_COMPANY, Database, Scope
from app.platform.idempotency import Claim

T = TypeVar("T")
P = ParamSpec("P")


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Work:
    """Units of work inside one company. ``traced`` unless a visit of an agency is still to be written down today."""

    db: Database
    caller: Caller
    company: CompanyFacts
    actor: Actor
    traced: bool
    request_id: str
    now: datetime = field(default_factory=_now)
    claim: Claim | None = None

    @property
    def company_id(self) -> str:
        return self.company.id

    @property
    def organisation(self) -> str:
        """What the company is called."""
        return self.company.name

    @property
    def today(self) -> date:
        """Return the calendar day where the company is."""
        return self.company.day(self.now)

    def require(self, *permissions: Permission) -> None:
        """Raise Forbidden, naming the first permission that the actor has not."""
        contexts.require(self.actor, permissions)

    async def read(self, fn: Callable[Concatenate[Ctx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a short query."""
        return await self._handed_on(await self.db.read(self._scope, self._inside, fn, args, kwargs))

    async def read_slow(self, fn: Callable[Concatenate[Ctx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query that may take more than 2 ms."""
        return await self._handed_on(await self.db.read_slow(self._scope, self._inside, fn, args, kwargs))

    async def read_anew(self, fn: Callable[Concatenate[Ctx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a slow query with the actor judged again: for an answer that lasts for as long as its reader likes."""
        return await self._handed_on(await self.db.read_slow(self._scope, self._judged, fn, args, kwargs))

    async def write(self, fn: Callable[Concatenate[Ctx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a service function in a transaction; it is durable when this returns."""
        return await self._handed_on(
            await self.db.write(self._scope, self._judged, _claiming(self.claim, fn, self.now), args, kwargs)
        )

    async def _handed_on(self, result: T) -> T:
        """Hand on what an agency gets only when its visit of today is written down."""
        await self.visit()
        return result

    async def visit(self) -> None:
        """Write down that an agency looks in today, if this is still to be done."""
        if not self.traced:
            await self.db.write(self._scope, self._judged, visits.record, (), {})
            self.traced = True

    @property
    def _scope(self) -> Scope:
        return Scope(self.company.id)

    def _inside(self, session: Session, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        return fn(Ctx(session, self.actor, self.company, self.now, self.request_id), *args, **kwargs)

    def _judged(self, session: Session, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        self.actor = entry.actor_in_company(session, self.caller, self.company, self.now)
        return self._inside(session, fn, args, kwargs)


@dataclass(frozen=True, slots=True)
class Door:
    """The door of a company, and who stands there. Who has a single thing to do may ``read`` or ``write`` at once."""

    db: Database
    caller: Caller
    company_id: str
    request_id: str
    now: datetime = field(default_factory=_now)

    async def enter(self) -> Work:
        """Let them in; NotFound as in ``entry.actor_in_company``."""
        inside = await self.db.read(Scope(self.company_id), entry.enter, self.caller, self.company_id, self.now)
        return Work(self.db, self.caller, *inside, self.request_id, self.now)

    async def read(self, fn: Callable[Concatenate[Ctx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Enter for a short query."""
        return await (await self.enter()).read(fn, *args, **kwargs)

    async def read_slow(self, fn: Callable[Concatenate[Ctx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Enter for a query that may take more than 2 ms."""
        return await (await self.enter()).read_slow(fn, *args, **kwargs)

    async def write(self, fn: Callable[Concatenate[Ctx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Enter for a service function; it is durable when this returns."""
        return await (await self.enter()).write(fn, *args, **kwargs)


def context(session: Session, caller: Caller, company_id: str, request_id: str, now: datetime) -> Ctx:
    """Let somebody into the company of a transaction that is open already."""
    inside = entry.enter(session, caller, company_id, now)
    return Ctx(session, inside.actor, inside.company, now, request_id)


def founding(ctx: AgencyCtx, company: CompanyFacts) -> Ctx:
    """Return the context of an agency inside the company that it founds in this transaction."""
    return Ctx(ctx.session, ctx.actor, company, ctx.now, ctx.request_id)


@dataclass(slots=True)
class AgencyWork:
    """Units of work inside one agency, called ``organisation``. It never sees a company's rows."""

    db: Database
    caller: Caller
    agency_id: str
    organisation: str
    actor: Actor
    request_id: str
    now: datetime = field(default_factory=_now)
    claim: Claim | None = None

    def require(self, *permissions: Permission) -> None:
        """Raise Forbidden, naming the first permission that the actor has not."""
        contexts.require(self.actor, permissions)

    async def read(self, fn: Callable[Concatenate[AgencyCtx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a short query."""
        return await self.db.read(self._scope, self._inside, fn, args, kwargs)

    async def write(self, fn: Callable[Concatenate[AgencyCtx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a service function in a transaction; it is durable when this returns."""
        return await self.db.write(self._scope, self._judged, _claiming(self.claim, fn, self.now), args, kwargs)

    async def write_in_company(
        self, company_id: str, fn: Callable[Concatenate[AgencyCtx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a service function that founds a company: the agency acts, the rows are the company's."""
        return await self.db.write(Scope(company_id), self._judged, _claiming(self.claim, fn, self.now), args, kwargs)

    @property
    def _scope(self) -> Scope:
        return Scope(agency_id=self.agency_id)

    def _inside(self, session: Session, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        return fn(AgencyCtx(session, self.actor, self.agency_id, self.now, self.request_id), *args, **kwargs)

    def _judged(self, session: Session, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        self.actor = entry.enter_agency(session, self.caller, self.agency_id).actor
        return self._inside(session, fn, args, kwargs)


async def enter_agency(
    db: Database, caller: Caller, agency_id: str, request_id: str, now: datetime | None = None
) -> AgencyWork:
    """Let somebody into an agency; NotFound for those who do not belong to it."""
    inside = await db.read(Scope(agency_id=agency_id), entry.enter_agency, caller, agency_id)
    return AgencyWork(db, caller, *inside, request_id, now or _now())


def agency_context(session: Session, caller: Caller, agency_id: str, request_id: str, now: datetime) -> AgencyCtx:
    """Let somebody into the agency of a transaction that is open already."""
    return AgencyCtx(session, entry.enter_agency(session, caller, agency_id).actor, agency_id, now, request_id)


@dataclass(slots=True)
class AccountWork:
    """Units of work before any company: sign-in, one's own sessions, language, organisations."""

    db: Database
    account_id: str | None
    request_id: str
    now: datetime = field(default_factory=_now)

    async def read(self, fn: Callable[Concatenate[AccountCtx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a short query."""
        return await self.db.read(self._scope, self._inside, fn, args, kwargs)

    async def write(self, fn: Callable[Concatenate[AccountCtx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a service function in a transaction; it is durable when this returns."""
        return await self.db.write(self._scope, self._inside, fn, args, kwargs)

    @property
    def _scope(self) -> Scope:
        return Scope(account_id=self.account_id) if self.account_id else NO_COMPANY

    def _inside(self, session: Session, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        return fn(AccountCtx(session, self.account_id, self.now, self.request_id), *args, **kwargs)


def _claiming(claim: Claim | None, fn: Callable[..., T], now: datetime) -> Callable[..., T]:
    """Return ``fn`` so that it takes the key of the request, if that has one, in its transaction."""
    return claim.before(fn, now) if claim else fn
