"""What one unit of work may see: one company, or the explicit paths of an account, an agency or the service."""

import re
from dataclasses import dataclass

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Scope:
    """Exactly one of the ids is set; none is set for tables that stand outside companies.

    ``account_id`` opens only the person rows of that account, ``agency_id`` only its engagements.
    """

    company_id: str | None = None
    account_id: str | None = None
    agency_id: str | None = None

    def __post_init__(self) -> None:
        given = [value for value in (self.company_id, self.account_id, self.agency_id) if value is not None]
        if len(given) > 1 or not all(_ID.fullmatch(value) for value in given):
            raise ValueError("a scope takes one id at most, in canonical form")


NO_COMPANY = Scope()


def is_id(text: str) -> bool:
    """Tell whether ``text`` has the form of an id; anything else names nothing."""
    return _ID.fullmatch(text) is not None
