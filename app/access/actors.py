"""From what was found at a door to an Actor: the only place where one is made, by rules alone."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.authz import (
    AGENCY_ROLE_PERMISSIONS,
    AGENCY_ROLE_SCOPES,
    CLIENT_SCOPES,
    ROLE_PERMISSIONS,
    SCOPE_PERMISSIONS,
    Actor,
    ActorKind,
    AgencyRole,
    ApiClient,
    EngagementScope,
    Permission,
    Role,
    SignedIn,
    System,
)


def system(caller: System) -> Actor:
    """Return the service itself, which may do everything."""
    return Actor(ActorKind.SYSTEM, caller.name, frozenset(Permission))


def person(caller: SignedIn, rows: Iterable[Any], today: date) -> Actor | None:
    """Return the person of these rows, if they work in the company today and belong to it.

    There is a row for each employment and role: person_id, person_name, accepted, starts_on, ends_on, role.
    """
    working = [row for row in rows if runs(row, today)]
    # A printed code was handed over by the company itself, and opens nothing else.
    if not working or not (working[0].accepted or caller.locked):
        return None
    person_id = working[0].person_id
    roles = {Role.EMPLOYEE}
    if not caller.locked:  # who prints invitations must not be able to print themselves an owner's session
        roles.update(row.role for row in working if row.role and row.person_id == person_id)
    permissions = frozenset[Permission]().union(*(ROLE_PERMISSIONS[role] for role in roles))
    actor = _signed_in(caller, ActorKind.PERSON, person_id, working[0].person_name, permissions)
    return replace(actor, person_id=person_id, roles=frozenset(roles), sees_names=True)


def member(caller: SignedIn, rows: Sequence[Any]) -> Actor | None:
    """Return a member of an agency inside a company, from a row for each engagement that runs; None without one."""
    if not rows:
        return None
    permissions = opened_to([(row.role, row.scopes) for row in rows])
    actor = _signed_in(caller, ActorKind.AGENCY_MEMBER, rows[0].id, rows[0].name, permissions)
    return replace(actor, agency_id=rows[0].agency_id)


def opened_to(engaged: Iterable[tuple[AgencyRole, Iterable[str]]]) -> frozenset[Permission]:
    """Return what engagements with these scopes open to a member with this role in the agency of each."""
    return _permissions(
        scope for role, scopes in engaged for scope in map(EngagementScope, scopes) if scope in AGENCY_ROLE_SCOPES[role]
    )


def own_client(caller: ApiClient) -> Actor:
    """Return a client inside the company or agency that it belongs to."""
    return Actor(ActorKind.CLIENT, caller.client_id, _granted(caller), method="api")


def agency_client(caller: ApiClient, opened: Sequence[Iterable[str]]) -> Actor | None:
    """Return an agency's client inside a company, from the scopes of each engagement that runs; None without one."""
    if not opened:
        return None
    permissions = _permissions({EngagementScope(scope) for scopes in opened for scope in scopes})
    return replace(
        own_client(caller), permissions=_granted(caller) & permissions, agency_id=caller.agency_id, sees_names=False
    )


def agency_member(caller: SignedIn, row: Any) -> Actor:
    """Return a member inside their agency, from the row of the membership."""
    return _signed_in(caller, ActorKind.AGENCY_MEMBER, row.id, row.name, AGENCY_ROLE_PERMISSIONS[row.role])


def runs(row: Any, day: date) -> bool:
    """Tell in Python what ``periods.covers`` asks in SQL; the day is known here only, as the zone stands in the row."""
    return bool(row.starts_on is not None and row.starts_on <= day and (row.ends_on is None or day <= row.ends_on))


def _granted(caller: ApiClient) -> frozenset[Permission]:
    return frozenset(permission for permission in CLIENT_SCOPES if permission.value in caller.scopes)


def _permissions(opened: Iterable[EngagementScope]) -> frozenset[Permission]:
    return frozenset[Permission]().union(*(SCOPE_PERMISSIONS[scope] for scope in opened))


def _signed_in(caller: SignedIn, kind: ActorKind, own_id: str, name: str, permissions: frozenset[Permission]) -> Actor:
    return Actor(
        kind=kind,
        id=own_id,
        permissions=permissions,
        name=name,
        sees_names=False,
        method=caller.method,
        authenticated_at=caller.authenticated_at,
    )
