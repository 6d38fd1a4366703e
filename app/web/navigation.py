"""The ways around, by what the visitor may do: grouped by the chain from policy to campaigns."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.authz import Actor, ActorKind, Permission
from app.roster.waiting import Waiting
from app.wording import N_


@dataclass(frozen=True, slots=True)
class NavItem:
    """One way. ``count`` is how many things wait there for the visitor."""

    href: str
    label: str
    icon: str
    current: bool
    count: int


@dataclass(frozen=True, slots=True)
class NavGroup:
    """Ways that belong together; ``step`` is their place in the chain, 0 for those outside it."""

    label: str
    step: int
    items: list[NavItem]


_Way = tuple[str, str, str]
_CompanyWay = tuple[str, str, str, Permission]

_EMPLOYEE: tuple[_Way, ...] = (
    ("/", N_("Today"), "house"),
    ("/courses", N_("Training"), "graduation-cap"),
    ("/me", N_("My space"), "user-round"),
)
_COMPANY: tuple[tuple[str, int, tuple[_CompanyWay, ...]], ...] = (
    ("", 0, (("/company", N_("To do"), "inbox", Permission.READ_COMPANY),)),
    (
        N_("Policy"),
        1,
        (
            ("/company/policies", N_("Policies"), "file-text", Permission.READ_POLICIES),
            ("/company/policies/coverage", N_("Acknowledgements"), "check", Permission.SUMMARISE_ACKNOWLEDGEMENTS),
            ("/company/policies/approvals", N_("Approvals"), "badge-check", Permission.APPROVE_POLICIES),
        ),
    ),
    (
        N_("Training"),
        2,
        (
            ("/company/courses", N_("Courses"), "graduation-cap", Permission.READ_TRAINING),
            ("/company/training", N_("Courses passed"), "check", Permission.READ_TRAINING),
            ("/company/hours", N_("Recognised hours"), "clock", Permission.READ_TRAINING),
        ),
    ),
    (
        N_("Company"),
        0,
        (
            ("/company/people", N_("People"), "users-round", Permission.READ_PEOPLE),
            ("/company/evidence", N_("Evidence"), "shield-check", Permission.READ_ACKNOWLEDGEMENTS),
            ("/company/engagements", N_("Agencies"), "handshake", Permission.MANAGE_ENGAGEMENTS),
            ("/company/clients", N_("API clients"), "key-round", Permission.MANAGE_CLIENTS),
            ("/company/settings", N_("Settings"), "settings", Permission.WRITE_COMPANY),
        ),
    ),
)
_AGENCY: tuple[_Way, ...] = (("/agency", N_("Clients"), "building-2"),)
_OWN_CLIENTS: _Way = ("/agency/api-clients", N_("API clients"), "key-round")

# Pages that belong to another item than their address says.
_BELONGS = {
    "/company/policies/pending": "/company/policies/coverage",
    "/company/policies/acknowledged": "/company/policies/coverage",
    "/company/policies/questions": "/company/policies/coverage",
    "/company/policies/assignments": "/company/policies/coverage",
}


def navigation(
    actor: Actor | None, path: str, translate: Callable[[str], str], waiting: Sequence[Waiting] = ()
) -> list[NavGroup]:
    """Return the groups for this visitor; the longest address that the path lies under is current."""
    if actor is None:
        return []
    groups = _groups(actor, inside=path.startswith("/company"))
    current = _current(path, [href for _, _, ways in groups for href, _, _ in ways])
    counts: Counter[str] = Counter()
    for one in waiting:
        counts[one.menu] += one.count

    def item(href: str, label: str, icon: str) -> NavItem:
        return NavItem(href, translate(label), icon, href == current, counts[href])

    return [NavGroup(label and translate(label), step, [item(*way) for way in ways]) for label, step, ways in groups]


def _current(path: str, addresses: list[str]) -> str:
    place = next((item for start, item in _BELONGS.items() if path.startswith(start)), path)
    under = [href for href in addresses if place == href or (href != "/" and place.startswith(f"{href}/"))]
    return max(under, key=len, default="")


def _groups(actor: Actor, *, inside: bool) -> list[tuple[str, int, list[_Way]]]:
    """List everything inside the company's pages; elsewhere, where a thumb has to reach it, one way in."""
    if actor.kind is ActorKind.AGENCY_MEMBER and actor.may(Permission.MANAGE_CLIENTS):
        return [("", 0, [*_AGENCY, _OWN_CLIENTS])]  # only at home, never inside a client
    company = [
        (label, step, [(href, name, icon) for href, name, icon, needed in ways if actor.may(needed)])
        for label, step, ways in _COMPANY
    ]
    company = [group for group in company if group[2]]
    if actor.kind is ActorKind.AGENCY_MEMBER:
        return [("", 0, [*_AGENCY]), *company]
    if inside:
        return [("", 0, [*_EMPLOYEE]), *company]
    way_in: list[_Way] = [(ways[0][0], N_("Company"), "building-2") for _, _, ways in company[:1]]
    return [("", 0, [*_EMPLOYEE, *way_in])]
