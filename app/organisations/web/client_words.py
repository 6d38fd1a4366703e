"""What a client is waiting for, in the order in which things follow each other."""

from app.organisations.queries.clients import Client, Standing
from app.policies.rules.version import VersionState
from app.wording import N_

_IN_THE_MAKING = {
    None: (N_("The policy is not begun yet"), "wait"),
    VersionState.DRAFT: (N_("The policy is being written"), "wait"),
    VersionState.IN_APPROVAL: (N_("The policy waits for approval by the company"), "wait"),
    VersionState.APPROVED: (N_("The policy is approved and can be published"), "wait"),
    VersionState.WITHDRAWN: (N_("The policy was withdrawn"), "late"),
}


def blocking(client: Client, standing: Standing | None) -> tuple[str, str]:
    """Return what comes next for a client, as a message id and a kind of tag."""
    if standing is None:
        return _not_open(client)
    if not standing.people:
        return N_("The list of people is empty"), "wait"
    if standing.people == 1:
        return N_("The list of people holds only one"), "wait"
    if standing.version_state in _IN_THE_MAKING:
        return _IN_THE_MAKING[standing.version_state]
    return _reading(standing)


def _not_open(client: Client) -> tuple[str, str]:
    if not client.has_agreement:
        return N_("The data-processing agreement is missing"), "late"
    return N_("The engagement has not begun yet"), "plain"


def _reading(standing: Standing) -> tuple[str, str]:
    if standing.acknowledged is None:
        return N_("The policy is published"), "info"
    if standing.acknowledged < standing.asked:
        return N_("Not everybody has read the policy yet"), "info"
    return N_("Nothing"), "done"
