"""The company, as every part reads it."""

from sqlalchemy import select
from sqlmodel import col

from app.context import Ctx, one_or_404
from app.models import Company, Engagement


def lock(ctx: Ctx) -> None:
    """Let one at a time do, until the end of the transaction, what concerns the company as a whole.

    Others may go on adding rows: their foreign keys hold the company too, and whoever holds a person waits for them.
    """
    own = select(col(Company.id)).where(col(Company.id) == ctx.company_id)
    ctx.session.execute(own.with_for_update(key_share=True))


def engagement(ctx: Ctx, engagement_id: str) -> Engagement:
    """Return one engagement of this company; NotFound if there is none."""
    return one_or_404(ctx, Engagement, engagement_id)
