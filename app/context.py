"""What every service and query gets: one unit of work, inside one company, for one actor, at one moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.authz import Actor, ActorKind, Permission
from app.errors import Forbidden, NotFound, OutOfScope

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What nearly every act needs to know of the company it happens in."""

    id: str
    name: str
    zone: ZoneInfo
    language: str

    def day(self, moment: datetime) -> date:
        """Return the calendar day that it is at this moment where the company is."""
        return moment.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Ctx:
    session: Session
    actor: Actor
    company: CompanyFacts
    now: datetime
    request_id: str

    @property
    def company_id(self) -> str:
        return self.company.id

    @property
    def today(self) -> date:
        """Return the calendar day where the company is."""
        return self.company.day(self.now)

    def require(self, *permissions: Permission) -> None:
        """Raise Forbidden, naming the first permission that the actor has not."""
        require(self.actor, permissions)

    def require_names(self, permission: Permission) -> None:
        """Raise Forbidden unless the actor may do this and see who it is about: an agency never may."""
        self.require(permission)
        if not self.actor.may_see_names(permission):
            raise Forbidden(permission=permission)

    def require_person(self) -> str:
        """Return the id of the person at work, or raise NotFound: what is their own is there for nobody else."""
        if self.actor.person_id is None:
            raise NotFound
        return self.actor.person_id


@dataclass(frozen=True, slots=True)
class AgencyCtx:
    """The same inside an agency: its own members, clients and engagements, never a company's rows."""

    session: Session
    actor: Actor
    agency_id: str
    now: datetime
    request_id: str

    def require(self, *permissions: Permission) -> None:
        """Raise Forbidden, naming the first permission that the actor has not."""
        require(self.actor, permissions)


@dataclass(frozen=True, slots=True)
class AccountCtx:
    """The same for what stands before any company: signing in, one's own sessions, language, passkeys."""

    session: Session
    account_id: str | None
    now: datetime
    request_id: str


def require(actor: Actor, permissions: Iterable[Permission]) -> None:
    for permission in permissions:
        if not actor.may(permission):
            if actor.kind is ActorKind.CLIENT:
                raise OutOfScope(permission=permission.value)
            raise Forbidden(permission=permission)


def one_or_404(ctx: Ctx, model: type[Row], row_id: str | None, *, locked: bool = False) -> Row:
    """Return one row of this company, or raise NotFound; ``locked`` as it stands now, until the transaction ends."""
    if row_id is None:
        raise NotFound
    found = ctx.session.get(model, (ctx.company_id, row_id), populate_existing=locked, with_for_update=locked or None)
    if found is None:
        raise NotFound
    return found
