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


_EMPLOYEE = (("/", N_("Today"), "house"), ("/me", N_("My space"), "user-round"))
_COMPANY = (
    ("/company", N_("Acknowledgements"), "check", Permission.SUMMARISE_ACKNOWLEDGEMENTS),
    ("/company/policies", N_("Policies"), "file-text", Permission.READ_POLICIES),
    ("/company/approvals", N_("Approvals"), "inbox", Permission.APPROVE_POLICIES),
    ("/company/people", N_("People"), "users-round", Permission.READ_PEOPLE),
    ("/company/evidence", N_("Evidence"), "shield-check", Permission.READ_ACKNOWLEDGEMENTS),
    ("/company/engagements", N_("Agencies"), "handshake", Permission.MANAGE_ENGAGEMENTS),
    ("/company/clients", N_("API clients"), "key-round", Permission.MANAGE_CLIENTS),
    ("/company/settings", N_("Settings"), "settings", Permission.WRITE_COMPANY),
)
_AGENCY = (("/agency", N_("Clients"), "building-2"),)
_OWN_CLIENTS = ("/agency/api-clients", N_("API clients"), "key-round")


def navigation(actor: Actor | None, path: str, translate: Callable[[str], str]) -> list[NavItem]:
    """Return the items for this visitor; the longest address that the path lies under is current."""
    if actor is None:
        return []
    items = _items(actor, inside=path.startswith("/company"))
    place = path.replace("/company/versions/", "/company/policies/", 1)  # a version belongs to its policy
    under = [href for href, _, _ in items if place == href or (href != "/" and place.startswith(f"{href}/"))]
    current = max(under, key=len, default="")
    return [NavItem(href, translate(label), icon, href == current) for href, label, icon in items]


def _items(actor: Actor, *, inside: bool) -> list[tuple[str, str, str]]:
    """List everything inside the company's pages; elsewhere, where a thumb has to reach it, one way in."""
    if actor.kind is ActorKind.AGENCY_MEMBER and actor.may(Permission.MANAGE_CLIENTS):
        return [*_AGENCY, _OWN_CLIENTS]  # only at home, never inside a client
    company = [(href, label, icon) for href, label, icon, needed in _COMPANY if actor.may(needed)]
    if actor.kind is ActorKind.AGENCY_MEMBER:
        return [*_AGENCY, *company]
    way_in = [(href, N_("Company"), "building-2") for href, _, _ in company[:1]]
    return [*_EMPLOYEE, *(company if inside else way_in)]
