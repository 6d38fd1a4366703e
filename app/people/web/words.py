"""What roles, standings and the facts of a person are called."""

from app.authz import Role
from app.people.schemas.people import Status
from app.wording import N_

STATUSES: dict[Status, tuple[str, str]] = {
    "active": (N_("works here"), "done"),
    "upcoming": (N_("comes later"), "info"),
    "left": (N_("has left"), "plain"),
}
"""By standing: the words, and the kind of tag they are shown in."""

ROLES = {
    "owner": (Role.OWNER.words, N_("Everything, roles and agencies included.")),
    "hr": (Role.HR.words, N_("People, policies, and who has confirmed what.")),
    "marketing_lead": (Role.MARKETING_LEAD.words, N_("Policies, and how many have read them.")),
}
"""By role that can be given: its name, and what it opens."""

TITLES = {
    "name": N_("full name"),
    "email": N_("e-mail"),
    "external_id": N_("employee number"),
    "team": N_("team"),
    "site": N_("site"),
    "language": N_("language"),
    "starts_on": N_("from"),
    "ends_on": N_("to"),
    "working_window": N_("working hours"),
    "roles": N_("roles"),
}
"""By fact of a person: what its column is called in files, as the import understands it in each language."""
