"""Coming back from an absence: the days that were left are given back, and what was asked meanwhile is announced."""

from datetime import date

from sqlalchemy import select
from sqlmodel import col

from app.context import Ctx
from app.duties.rules.absence import due_after_absence
from app.duties.rules.kinds import DutyKind


def give_back(ctx: Ctx, kind: DutyKind, person_id: str, away_from: date, back_on: date) -> list[str]:
    """Move the due dates of what a person still owes; return the subjects of which they were never told.

    Reminders are counted anew from the new due date.
    """
    model = kind.model
    wanted = select(model).where(col(model.person_id) == person_id, col(model.state).in_(kind.pending))
    pending = ctx.session.scalars(wanted).all()
    for duty in pending:
        opened_on = duty.opened_at.astimezone(ctx.company.zone).date()
        duty.due_on = due_after_absence(duty.due_on, opened_on, away_from, back_on)
        duty.reminders_sent = 0
    return [getattr(duty, kind.subject) for duty in pending if duty.last_reminded_at is None]
