"""Drafts, checked before the transaction: parsing a text can take seconds, and writers wait for each other."""

from app.policies.queries.review import Checked, Judged, checked
from app.web.bounded_pool import DRAFTS


async def judge(company_id: str, judged: Judged) -> Checked:
    """Return what keeps exactly these texts from approval, for the service that submits or approves them."""
    return await DRAFTS.run(company_id, checked, judged)
