"""Drafts, judged before the transaction that asks: taking a text apart can take seconds, and there all others wait."""

from app.errors import FieldError
from app.policies.queries.review import Judged, shortcomings
from app.web.bounded_pool import DRAFTS


async def judge(company_id: str, judged: Judged) -> list[FieldError]:
    """Return what keeps a version from approval; whoever asks about the same texts next finds it remembered."""
    return await DRAFTS.run(company_id, shortcomings, judged)
