"""Whom something is for: columns that the audience tables of all pillars share."""

from typing import Any

import sqlalchemy as sa

from app.authz import Role
from app.models.base import TenantOwned, column, within_company
from app.models.types import ID, words_of

_EXACTLY_ONE = " + ".join(
    f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in ("team_id", "site_id", "role", "language")
)


def audience_of(name: str, table: str) -> tuple[Any, ...]:
    """Return the table arguments of an audience of ``table``, whose id stands in the column ``name``."""
    return (
        within_company(name, table),
        within_company("team_id", "team"),
        within_company("site_id", "site"),
        sa.CheckConstraint(f"{_EXACTLY_ONE} = 1", name="names_one_thing"),
        sa.Index(None, "company_id", name),
    )


class AudienceRow(TenantOwned):
    """One team, site, role or language. Of one kind any matches, of several kinds each must; no row: everybody."""

    team_id: str | None = column(ID, None, nullable=True)
    site_id: str | None = column(ID, None, nullable=True)
    role: Role | None = column(words_of(Role), None, nullable=True)
    language: str | None = column(sa.String(2), None, nullable=True)
