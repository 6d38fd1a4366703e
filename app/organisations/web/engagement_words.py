"""What the scopes of an engagement are called, and what they open."""

from fastapi import Request

from app.authz import EngagementScope
from app.web.render import translate
from app.wording import N_

SCOPES = {
    EngagementScope.TRAIN: (N_("Training"), N_("Prepare and hold courses.")),
    EngagementScope.PLAN: (N_("Planning"), N_("Plan campaigns and the editorial calendar.")),
    EngagementScope.PRODUCE: (N_("Texts and materials"), N_("Write policies, posts and materials; you approve them.")),
    EngagementScope.REPORT: (N_("Reports"), N_("See counts of groups of five people or more, never names.")),
}
"""By scope: its name, and what it is for."""


def scope_choices(request: Request) -> list[tuple[str, str, str]]:
    """Return (value, name, what it is for) of each scope, in the language of the request."""
    return [(scope.value, translate(request, name), translate(request, use)) for scope, (name, use) in SCOPES.items()]
