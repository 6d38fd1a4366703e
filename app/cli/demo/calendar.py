"""When the people of the demo do not work: closing days and absences."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import col

from app.cli.demo.story import Staff, Story
from app.context import Ctx
from app.models import Assignment
from app.organisations.schemas.company import ClosingDaysIn
from app.organisations.services import closing_days
from app.people.schemas.people import AbsenceIn
from app.people.services import absences
from app.policies.rules.assignment import AssignmentState

_FIRST_DAYS_AWAY = (9, 4)


async def close_over_christmas(story: Story, staff: Staff, owner: str) -> None:
    """Note when the factory stands still."""
    year = story.today.year
    closed = ClosingDaysIn(name="Chiusura natalizia", starts_on=date(year, 12, 24), ends_on=date(year + 1, 1, 6))
    await story.person(staff, owner, story.moment(30, 11, 5)).write(closing_days.add, closed)


async def take_leave(story: Story, staff: Staff, hr: str, version_id: str) -> None:
    """Let two of the people who still have to read a version be away, one of them until further notice."""
    people = await story.operator(staff.company_id, story.now).read(_pending, version_id)
    for person_id, days_ago, ends_on in zip(
        people[:2], _FIRST_DAYS_AWAY, (story.today + timedelta(days=20), None), strict=True
    ):
        away = AbsenceIn(starts_on=story.moment(days_ago, 9, 0).date(), ends_on=ends_on)
        await story.person(staff, hr, story.moment(days_ago, 9, 50)).write(absences.record, person_id, away)


def _pending(ctx: Ctx, version_id: str) -> list[str]:
    wanted = select(col(Assignment.person_id)).where(
        col(Assignment.version_id) == version_id, col(Assignment.state) == AssignmentState.OPEN
    )
    return list(ctx.session.scalars(wanted.order_by(col(Assignment.person_id).desc())))
