"""Units of work for somebody: the one way from whoever asks to a service function.

A caller is one line: ``return await work.write(service.verb, body)``. The seam opens the transaction, the caller
becomes an Actor inside it, the plain synchronous function runs, the commit follows, and only then the answer.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from app.access import entry
from app.access import visited as visits
from app.access import visits as agency_visits
from app.authz import Actor, Caller
from app.context import AccountCtx, AgencyCtx, CompanyFacts, Ctx
from app.db import NO_COMPANY, Database, Scope
from app.platform.idempotency import Claim

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
    claim: Claim | None = None
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
        fn = _claiming(self.claim, fn, self.now)
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
    claim: Claim | None = None

    async def read(self, fn: Callable[Concatenate[AgencyCtx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a short query."""
        return await self.db.read(Scope(agency_id=self.agency_id), self._enter, fn, args, kwargs)

    async def write(self, fn: Callable[Concatenate[AgencyCtx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a service function in a transaction; it is durable when this returns."""
        fn = _claiming(self.claim, fn, self.now)
        return await self.db.write(Scope(agency_id=self.agency_id), self._enter, fn, args, kwargs)

    async def write_in_company(
        self, company_id: str, fn: Callable[Concatenate[AgencyCtx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a service function that founds a company: the agency acts, the rows are the company's."""
        fn = _claiming(self.claim, fn, self.now)
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


def _claiming(claim: Claim | None, fn: Callable[..., T], now: datetime) -> Callable[..., T]:
    """Return ``fn`` so that it takes the key of the request, if that has one, in its transaction."""
    return claim.before(fn, now) if claim else fn
