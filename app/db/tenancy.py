"""The second wall between tenants: every ORM statement is narrowed to the scope of its session.

It does not see Core table selects or raw SQL: those have the SQL guard (sql_guard.py), row-level security on
PostgreSQL and a lint rule against them outside this package.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption
from sqlmodel import SQLModel

from app.db.scope import Scope
from app.models import Engagement, Person
from app.models.base import CompanyOwned


class TenantError(RuntimeError):
    """Code reached for a company's rows without being in that company. Always a defect, never a user's fault."""


class ScopedSession(Session):
    """A session that serves one scope, for one unit of work: what it has loaded must not reach another one."""

    def __init__(self, bind: Any, scope: Scope) -> None:
        super().__init__(bind=bind, autoflush=True, expire_on_commit=False)
        self._scope = scope

    @property
    def scope(self) -> Scope:
        return self._scope

    def _pass_the_guard_by(self, *_: Any, **__: Any) -> Any:
        raise TenantError("rows written in bulk are not looked at: use insert_new or a statement")

    bulk_save_objects = bulk_insert_mappings = bulk_update_mappings = _pass_the_guard_by


def tenant_tables() -> list[type[CompanyOwned]]:
    """Return every mapped class that belongs to a company."""
    return [mapper.class_ for mapper in SQLModel._sa_registry.mappers if _owned(mapper)]  # noqa: SLF001 - no public way


def _owned(mapper: Any) -> bool:
    return issubclass(mapper.class_, CompanyOwned)


# The columns a scope is held to, under names of their own: pydantic keeps ``company_id`` off a class without a
# table, but the criteria below are analysed on the base class first. In the scope of an account or an agency
# every other table is held to a company that has that id: there is none, so it shows no row.
_WAYS_IN: dict[str, dict[type, str]] = {
    "of_company": {},
    "of_account": {Person: "account_id"},
    "of_agency": {Engagement: "agency_id"},
}
for _way, _columns in _WAYS_IN.items():
    type.__setattr__(CompanyOwned, _way, sa.column("company_id"))
    for _table in tenant_tables():
        type.__setattr__(_table, _way, getattr(_table, _columns.get(_table, "company_id")))


def _criteria(scope: Scope) -> ExecutableOption:
    company_id, account_id, agency_id = scope.company_id, scope.account_id, scope.agency_id
    if account_id:
        return with_loader_criteria(CompanyOwned, lambda cls: cls.of_account == account_id, include_aliases=True)
    if agency_id:
        return with_loader_criteria(CompanyOwned, lambda cls: cls.of_agency == agency_id, include_aliases=True)
    return with_loader_criteria(CompanyOwned, lambda cls: cls.of_company == company_id, include_aliases=True)


def _openly(scope: Scope) -> tuple[type, ...]:
    """Return the tenant tables that a scope without a company may read."""
    if scope.account_id:
        return (Person,)
    return (Engagement,) if scope.agency_id else ()


@event.listens_for(ScopedSession, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    session = state.session
    if not isinstance(session, ScopedSession) or state.is_column_load or state.is_relationship_load:
        return
    scope = session.scope
    if scope.company_id is None:
        reached = [m.class_ for m in state.all_mappers if _owned(m) and m.class_ not in _openly(scope)]
        if reached:
            raise TenantError(f"no company is bound, but {reached} was asked for")
    if (state.is_insert or state.is_update) and state.bind_mapper and _owned(state.bind_mapper):
        _refuse_foreign(state, state.bind_mapper.class_.__name__, scope)
    state.statement = state.statement.options(_criteria(scope))


def _refuse_foreign(state: ORMExecuteState, name: str, scope: Scope) -> None:
    """Look at rows given as parameters, which no criterion narrows; an insert must give them so."""
    given: Any = state.parameters if isinstance(state.parameters, list) else [state.parameters or {}]
    unsaid = None if state.is_insert else scope.company_id
    if any(row.get("company_id", unsaid) != scope.company_id for row in given):
        raise TenantError(f"a {name} of another company, or of none, would be written")


@event.listens_for(ScopedSession, "before_flush")
def _own(session: ScopedSession, _context: Any, _instances: Any) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, CompanyOwned):
            continue
        if session.scope.company_id is None:
            raise TenantError(f"no company is bound, but a {type(row).__name__} would be written")
        row.company_id = row.company_id or session.scope.company_id
        if row.company_id != session.scope.company_id:
            raise TenantError(f"a {type(row).__name__} of another company would be written")
