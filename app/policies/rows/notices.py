"""What a mail about a policy needs to know: whom it concerns, when they work, and what it is about."""

from typing import Any

from sqlalchemy import Select, select
from sqlmodel import col

from app.context import Ctx
from app.duties.rules.kinds import DutyKind
from app.models import Acknowledgement, Assignment, Person, PolicyText, PolicyVersion
from app.policies.rows import asked
from app.policies.rules.assignment import PENDING
from app.roster.people import ADDRESS
from app.roster.placement import window_today

ASSIGNMENTS = DutyKind(Assignment, "version_id", frozenset(PENDING), asked.unanswered)


def of_assignment(ctx: Ctx, assignment_id: str) -> Any:
    """Return an assignment with whomever it concerns; None if they do not work here today or are absent.

    The row holds name, email, language, state, due_on, note, reply, version_id and working_window.
    """
    wanted: Select[Any] = select(
        col(Person.name),
        ADDRESS,
        col(Person.language),
        col(Assignment.state),
        col(Assignment.due_on),
        col(Assignment.note),
        col(Assignment.reply),
        col(Assignment.version_id),
        window_today(ctx, Assignment).label("working_window"),
    ).where(
        col(Assignment.id) == assignment_id,
        col(Person.company_id) == col(Assignment.company_id),
        col(Person.id) == col(Assignment.person_id),
    )
    row = ctx.session.execute(wanted).first()
    return row if row is not None and row.working_window is not None else None


def of_acknowledgement(ctx: Ctx, acknowledgement_id: str) -> Any:
    """Return an acknowledgement with the person who made it."""
    wanted: Any = select(
        col(Person.name),
        ADDRESS,
        col(Person.language).label("reads"),
        col(Acknowledgement.version_id),
        col(Acknowledgement.language),
    ).where(
        col(Acknowledgement.id) == acknowledgement_id,
        col(Person.company_id) == col(Acknowledgement.company_id),
        col(Person.id) == col(Acknowledgement.person_id),
    )
    return ctx.session.execute(wanted).first()


def text(ctx: Ctx, version_id: str, language: str) -> Any:
    """Return title, body, statement, policy_id, major and minor of a version, in this language or else another."""
    wanted = (
        select(
            col(PolicyText.title),
            col(PolicyText.body),
            col(PolicyText.statement),
            col(PolicyVersion.policy_id),
            col(PolicyVersion.major),
            col(PolicyVersion.minor),
        )
        .where(
            col(PolicyText.version_id) == version_id,
            col(PolicyVersion.company_id) == col(PolicyText.company_id),
            col(PolicyVersion.id) == col(PolicyText.version_id),
        )
        .order_by((col(PolicyText.language) == language).desc(), col(PolicyText.language))
    )
    return ctx.session.execute(wanted.limit(1)).one()
