"""Reading a company and its engagements, from inside."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx, one_or_404
from app.models import Agency, Company, Engagement


def company(ctx: Ctx) -> Company:
    """Return the company itself."""
    ctx.require(Permission.READ_COMPANY)
    return ctx.session.get_one(Company, ctx.company_id)


def lock(ctx: Ctx) -> None:
    """Let one at a time do, until the end of the transaction, what concerns the company as a whole.

    Others may go on adding rows: their foreign keys hold the company too, and whoever holds a person waits for them.
    """
    own = select(col(Company.id)).where(col(Company.id) == ctx.company_id)
    ctx.session.execute(own.with_for_update(key_share=True))


def engagement(ctx: Ctx, engagement_id: str) -> Engagement:
    """Return one engagement of this company; NotFound if there is none."""
    return one_or_404(ctx, Engagement, engagement_id)


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
