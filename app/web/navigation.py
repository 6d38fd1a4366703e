"""The ways around, by what the visitor may do. Each item names the permission it needs, if any."""

from collections.abc import Callable
from dataclasses import dataclass

from app.authz import Actor, ActorKind, Permission
from app.wording import N_


@dataclass(frozen=True, slots=True)
class NavItem:
    href: str
    label: str
    icon: str
    current: bool
    count: int | None = None


_EMPLOYEE = (("/", N_("Today"), "home"), ("/me", N_("My space"), "user"))
_COMPANY = (
    ("/company", N_("Acknowledgements"), "check", Permission.SUMMARISE_ACKNOWLEDGEMENTS),
    ("/company/policies", N_("Policies"), "file", Permission.READ_POLICIES),
    ("/company/people", N_("People"), "users", Permission.READ_PEOPLE),
    ("/company/clients", N_("API clients"), "key", Permission.MANAGE_CLIENTS),
)
_AGENCY = (("/agency", N_("Clients"), "building"),)


def navigation(actor: Actor | None, path: str, translate: Callable[[str], str]) -> list[NavItem]:
    """Return the items for this visitor; the longest address that the path lies under is current."""
    if actor is None:
        return []
    items = _items(actor)
    under = [href for href, _, _ in items if path == href or (href != "/" and path.startswith(f"{href}/"))]
    current = max(under, key=len, default="")
    return [NavItem(href, translate(label), icon, href == current) for href, label, icon in items]


def _items(actor: Actor) -> list[tuple[str, str, str]]:
    company = [(href, label, icon) for href, label, icon, needed in _COMPANY if actor.may(needed)]
    if actor.kind is ActorKind.AGENCY_MEMBER:
        return [*_AGENCY, *company]
    return [*_EMPLOYEE, *company]
