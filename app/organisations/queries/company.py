"""The company itself and its engagements, from inside."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.models import Agency, Company, Engagement
from app.roster.company import engagement


def company(ctx: Ctx) -> Company:
    """Return the company itself."""
    ctx.require(Permission.READ_COMPANY)
    return ctx.session.get_one(Company, ctx.company_id)


def to_change(ctx: Ctx) -> Company:
    """Return the company to those who may change its settings."""
    ctx.require(Permission.WRITE_COMPANY)
    return company(ctx)


def engagements(ctx: Ctx, after: tuple[object, str] | None, limit: int) -> Sequence[tuple[Engagement, str]]:
    """Return at most ``limit`` engagements with the names of their agencies, the oldest first.

    For the company alone: what it agreed with one agency is no other agency's business.
    """
    ctx.require(Permission.MANAGE_ENGAGEMENTS)
    statement = select(Engagement, col(Agency.name)).where(col(Agency.id) == col(Engagement.agency_id))
    if after is not None:
        statement = statement.where(col(Engagement.id) > after[1])
    return [(row[0], row[1]) for row in ctx.session.execute(statement.order_by(col(Engagement.id)).limit(limit))]


def one_engagement(ctx: Ctx, engagement_id: str) -> tuple[Engagement, str]:
    """Return one engagement with the name of its agency; NotFound if there is none."""
    ctx.require(Permission.MANAGE_ENGAGEMENTS)
    found = engagement(ctx, engagement_id)
    return found, ctx.session.scalars(select(col(Agency.name)).where(col(Agency.id) == found.agency_id)).one()
