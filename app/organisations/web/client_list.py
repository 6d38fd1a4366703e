"""The list of an agency's clients: one line each, sorted by what waits or by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from app.db.keyset import Found, Sort
from app.organisations.queries.client_companies import ClientCompany, Inside
from app.organisations.web.client_company_words import urgency
from app.rules.folding import folded


@dataclass(frozen=True, slots=True)
class Line:
    """One client: the engagement, where the company stands if it is open, and the page to go to, if any."""

    client: ClientCompany
    inside: Inside | None
    door: str
    waits: tuple[str, str]

    @property
    def name(self) -> str:
        return folded(self.client.name)

    @property
    def urgency(self) -> int:
        return urgency(self.waits[1])


_ORDERS = {"waits": attrgetter("urgency", "name"), "name": attrgetter("name", "urgency")}


def found(lines: Sequence[Line], sort: Sort) -> Found:
    """Return all of these clients in the order asked for: an agency has few enough to see them at once."""
    wanted = sort if sort.order in _ORDERS else Sort("waits")
    ordered = sorted(lines, key=_ORDERS[wanted.order], reverse=wanted.descending)
    return Found([line.client.company_id for line in ordered], None, len(ordered), wanted, tuple(_ORDERS))
