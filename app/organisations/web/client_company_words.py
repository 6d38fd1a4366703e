"""What a client is waiting for, in the order in which things follow each other."""

from app.organisations.queries.client_companies import ClientCompany, Inside
from app.wording import N_

NOTHING = (N_("Nothing"), "done")
_URGENCY = ("late", "wait", "info", "plain", "done")


def waits_for(client: ClientCompany, inside: Inside | None) -> tuple[str, str]:
    """Return what comes next for a client, as a message id and a kind of tag.

    Of the parts it is what the first of them waits for.
    """
    if inside is None:
        return _not_open(client)
    if not inside.people:
        return N_("The list of people is empty"), "wait"
    if inside.people == 1:
        return N_("The list of people holds only one"), "wait"
    return next((one.waits for one in inside.standings if one.waits[1] != "done"), NOTHING)


def urgency(kind: str) -> int:
    """Return the place of a kind of tag in a list sorted by what waits, the most pressing first."""
    return _URGENCY.index(kind)


def _not_open(client: ClientCompany) -> tuple[str, str]:
    if not client.has_agreement:
        return N_("The data-processing agreement is missing"), "late"
    return N_("The engagement has not begun yet"), "plain"
