"""Coming back from an absence to policies that are still to be read."""

from datetime import date

from app.context import Ctx
from app.duties.services import returning
from app.platform import outbox
from app.platform.outbox import JobKind
from app.policies.rows.notices import ASSIGNMENTS


def give_back(ctx: Ctx, person_id: str, away_from: date, back_on: date) -> None:
    """Give back the days that were left to read each version, and tell of those published meanwhile."""
    for version_id in returning.give_back(ctx, ASSIGNMENTS, person_id, away_from, back_on):
        outbox.add(ctx, JobKind.ANNOUNCE, version_id=version_id, first=person_id, last=person_id)
