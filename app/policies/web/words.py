"""What the pages call the states of a version, what was done to it, and what a policy promises."""

from app.authz import ActorKind
from app.models import PolicyKind, PolicyVersion
from app.platform.audit import Act
from app.policies.queries.overview import NextStep
from app.policies.rules.guarantees import Guarantee
from app.policies.rules.version import VersionState
from app.wording import N_, NC_

KINDS = {PolicyKind.INTERNAL: N_("For the people who work here"), PolicyKind.EXTERNAL: N_("For everybody outside")}
GUARANTEE_NAMES = {
    Guarantee.VOLUNTARY: N_("Taking part is voluntary"),
    Guarantee.NO_REPRISAL: N_("No consequences for saying no"),
    Guarantee.OWN_OPINIONS: N_("Own opinions and union rights"),
    Guarantee.NO_MONITORING: N_("No watching of profiles"),
    Guarantee.PAID_TIME: N_("Training in paid time"),
}
ACTS = {
    Act.VERSION_CREATED: N_("Started"),
    Act.VERSION_SUBMITTED: N_("Sent for approval"),
    Act.VERSION_RETURNED: N_("Returned for changes"),
    Act.VERSION_APPROVED: N_("Approved: the text is fixed from here on"),
    Act.VERSION_PUBLISHED: NC_("policy version", "Published"),
    Act.VERSION_SUPERSEDED: N_("Replaced by a newer version"),
    Act.VERSION_WITHDRAWN: N_("Taken back"),
}
ACTORS = {
    ActorKind.AGENCY_MEMBER: N_("the agency"),
    ActorKind.CLIENT: N_("a connected system"),
    ActorKind.SYSTEM: N_("the service"),
}
NEXT = {
    NextStep.WRITE: (N_("Nobody has a text to read. Start one from the template."), N_("Start a version")),
    NextStep.FINISH: (N_("A draft is waiting to be finished and sent for approval."), N_("Go on writing")),
    NextStep.APPROVE: (N_("A version is waiting for your approval."), N_("Look at it")),
    NextStep.PUBLISH: (N_("A version is approved. Nobody sees it before it is published."), N_("Publish it")),
    NextStep.POST: (N_("It holds disciplinary rules but is posted nowhere yet."), N_("Record where it hangs")),
    NextStep.WAIT_FOR_APPROVAL: (N_("Waiting for somebody else’s approval."), N_("Look at it")),
    NextStep.WAIT_FOR_DAY: (N_("It is published and comes into force on its day."), ""),
    NextStep.NOTHING: (N_("Nothing for you to do now."), ""),
}
_KINDS_OF_TAG = {
    VersionState.DRAFT: "plain",
    VersionState.IN_APPROVAL: "wait",
    VersionState.APPROVED: "info",
    VersionState.PUBLISHED: "info",
    VersionState.IN_FORCE: "done",
    VersionState.SUPERSEDED: "plain",
    VersionState.WITHDRAWN: "late",
}


def state_words(version: PolicyVersion) -> tuple[str, str]:
    """Return the state of a version in words, and the kind of its tag."""
    return version.state.words, _KINDS_OF_TAG[version.state]
