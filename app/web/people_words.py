"""What roles and standings are called."""

from app.schemas.people import Status
from app.wording import N_

STATUSES: dict[Status, tuple[str, str]] = {
    "active": (N_("works here"), "done"),
    "upcoming": (N_("comes later"), "info"),
    "left": (N_("has left"), "plain"),
}
"""By standing: the words, and the kind of tag they are shown in."""

ROLES = {
    "owner": (N_("Owner"), N_("Everything, roles and agencies included.")),
    "hr": (N_("HR"), N_("People, policies, and who has confirmed what.")),
    "marketing_lead": (N_("Marketing lead"), N_("Policies, and how many have read them.")),
}
"""By role that can be given: its name, and what it opens."""
