"""Drafts, judged before the transaction that asks: taking a text apart can take seconds, and there all others wait."""

from collections.abc import Callable

from app.access.work import Work
from app.context import Ctx
from app.errors import FieldError
from app.policies.queries.review import Judged, shortcomings
from app.web.bounded_work import DRAFTS


async def judge(work: Work, judged: Callable[[Ctx, str], Judged], version_id: str) -> list[FieldError]:
    """Return what keeps a version from approval; whoever asks about the same texts next finds it remembered."""
    return await DRAFTS.run(shortcomings, await work.read(judged, version_id))
