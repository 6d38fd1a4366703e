"""Who is in an audience: people by team, site, role and language."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import col

from app.context import Ctx
from app.models import Employment, Person, RoleGrant
from app.roster import employment


def members(ctx: Ctx, rows: Any, about: ColumnElement[bool]) -> Any:
    """Return the statement for person_id and starts_on of everybody in an audience who works here, or will.

    Whoever starts later is among them: what is published before their first day is for them, too.
    """
    wanted = select(col(Employment.person_id), func.min(col(Employment.starts_on)).label("starts_on"))
    return wanted.where(works_in(ctx, rows, about)).group_by(col(Employment.person_id))


def works_in(ctx: Ctx, rows: Any, about: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that an ``Employment`` is not over, and its person in the audience."""
    return and_(employment.not_over(ctx.today), in_audience(rows, about))


def in_audience(rows: Any, about: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that the person of an ``Employment`` is in the audience that ``rows`` describe.

    ``rows`` is a table of ``models.audience.AudienceRow``, ``about`` the condition that tells its rows. Of teams,
    sites, roles and languages, each kind that is named must match; a kind that no row names leaves it open.
    """
    language = select(col(Person.language)).where(
        col(Person.company_id) == col(Employment.company_id), col(Person.id) == col(Employment.person_id)
    )
    holds_role = select(col(RoleGrant.id)).where(
        col(RoleGrant.company_id) == col(Employment.company_id),
        col(RoleGrant.person_id) == col(Employment.person_id),
        col(RoleGrant.role) == col(rows.role),
    )
    matching = {
        rows.team_id: rows.team_id == col(Employment.team_id),
        rows.site_id: rows.site_id == col(Employment.site_id),
        rows.role: holds_role.correlate_except(RoleGrant).exists(),
        rows.language: rows.language == language.correlate_except(Person).scalar_subquery(),
    }

    def has_row(*conditions: Any) -> ColumnElement[bool]:
        wanted = select(rows.id).where(rows.company_id == col(Employment.company_id), about, *conditions)
        return wanted.correlate_except(rows).exists()

    kinds = (or_(~has_row(named.is_not(None)), has_row(matches)) for named, matches in matching.items())
    return and_(*kinds)
