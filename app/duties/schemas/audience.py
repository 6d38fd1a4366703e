"""Whom something is for, as callers name it."""

from typing import Annotated, Any

from pydantic import Field

from app.schemas.base import GrantedRole, Id, Input, Language

_DESCRIPTION = "Whom it is for: any of these, and of each kind that is named; nothing named means everybody."


class AudienceIn(Input):
    team_ids: Annotated[list[Id], Field(max_length=500)] = Field(default_factory=list, description=_DESCRIPTION)
    site_ids: Annotated[list[Id], Field(max_length=500)] = Field(default_factory=list, description=_DESCRIPTION)
    roles: Annotated[list[GrantedRole], Field(max_length=3)] = Field(default_factory=list, description=_DESCRIPTION)
    languages: Annotated[list[Language], Field(max_length=2)] = Field(default_factory=list, description=_DESCRIPTION)

    def audience(self) -> list[dict[str, Any]]:
        """Return the audience as rows that name one thing each; none for everybody."""
        named: dict[str, list[Any]] = {
            "team_id": self.team_ids,
            "site_id": self.site_ids,
            "role": self.roles,
            "language": self.languages,
        }
        return [{kind: value} for kind, values in named.items() for value in dict.fromkeys(values)]
