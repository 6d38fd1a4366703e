"""Coming back from an absence to courses that are still to be finished."""

from datetime import date

from app.context import Ctx
from app.duties.services import returning
from app.platform import outbox
from app.platform.outbox import JobKind
from app.training.rows.enrolments import ENROLMENTS


def give_back(ctx: Ctx, person_id: str, away_from: date, back_on: date) -> None:
    """Give back the days that were left for each course, and tell of those asked meanwhile."""
    for course_id in returning.give_back(ctx, ENROLMENTS, person_id, away_from, back_on):
        outbox.add(ctx, JobKind.ANNOUNCE_COURSE, course_id=course_id, first=person_id, last=person_id)
