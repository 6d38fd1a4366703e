"""What a notice or reminder needs to know: whom it concerns, when they work, and what it is about."""

from typing import Any

from sqlalchemy import Row, ScalarSelect, Select, case, exists, func, or_, select
from sqlmodel import col

from app.authz import Role
from app.context import Ctx
from app.models import (
    Acknowledgement,
    Assignment,
    Company,
    Employment,
    Person,
    PolicyText,
    PolicyVersion,
    RoleGrant,
)
from app.policies.queries.coverage_statements import team_of
from app.policies.rules.assignment import PENDING

# Whoever did not accept yet got the one mail that asks them (services/account_links.py), and gets no other.
_ADDRESS = case((col(Person.accepted), col(Person.email))).label("email")


def maximum_reminders(ctx: Ctx) -> int:
    """Return how often the company reminds a person of one version at most."""
    return int(
        ctx.session.execute(
            select(col(Company.maximum_reminders)).where(col(Company.id) == ctx.company_id)
        ).scalar_one()
    )


def pending(ctx: Ctx, version_id: str, following: str, limit: int, team_id: str | None = None) -> list[Row[Any]]:
    """Return up to ``limit`` of those who still have to answer, in order of their id, from behind ``following``.

    Rows hold id, person_id, state, due_on, reminders_sent, last_reminded_at, has_email and working_window, which is
    None for whoever does not work here today.
    """
    wanted = _assignments(ctx).where(
        col(Assignment.version_id) == version_id,
        col(Assignment.person_id) > following,
        col(Assignment.state).in_(PENDING),
    )
    if team_id is not None:
        wanted = wanted.where(team_of(col(Assignment.person_id), col(Assignment.company_id)) == team_id)
    return list(ctx.session.execute(wanted.order_by(col(Assignment.person_id)).limit(limit)))


def unannounced(ctx: Ctx, version_id: str, first: str, last: str) -> list[Row[Any]]:
    """Return the pending from person to person whom nobody has written to about this version; rows as above."""
    wanted = _assignments(ctx).where(
        col(Assignment.version_id) == version_id,
        col(Assignment.person_id).between(first, last),
        col(Assignment.state).in_(PENDING),
        col(Assignment.last_reminded_at).is_(None),
    )
    return list(ctx.session.execute(wanted))


def overdue(ctx: Ctx, version_id: str) -> int:
    """Return how many still have to answer though their last day in time has passed."""
    wanted = select(func.count()).where(
        col(Assignment.version_id) == version_id,
        col(Assignment.state).in_(PENDING),
        col(Assignment.due_on) < ctx.today,
    )
    return int(ctx.session.execute(wanted).scalar_one())


def of_assignment(ctx: Ctx, assignment_id: str) -> Any:
    """Return an assignment with whomever it concerns; None if they do not work here any more.

    The row holds name, email, language, state, due_on, note, reply, version_id and working_window.
    """
    wanted: Select[Any] = select(
        col(Person.name),
        _ADDRESS,
        col(Person.language),
        col(Assignment.state),
        col(Assignment.due_on),
        col(Assignment.note),
        col(Assignment.reply),
        col(Assignment.version_id),
        _window(ctx, Assignment).label("working_window"),
    ).where(
        col(Assignment.id) == assignment_id,
        col(Person.company_id) == col(Assignment.company_id),
        col(Person.id) == col(Assignment.person_id),
    )
    row = ctx.session.execute(wanted).first()
    return row if row is not None and row.working_window is not None else None


def of_acknowledgement(ctx: Ctx, acknowledgement_id: str) -> Any:
    """Return an acknowledgement with whoever made it."""
    wanted: Any = select(
        col(Person.name),
        _ADDRESS,
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


def personnel_office(ctx: Ctx) -> list[Any]:
    """Return name, email and language of those with the role hr who work here and have an address.

    Where nobody has it, the owners: in a small firm they hold all roles.
    """
    for role in (Role.HR, Role.OWNER):
        found: list[Any] = list(ctx.session.execute(_holders(ctx, role)))
        if found:
            return found
    return []


def _assignments(ctx: Ctx) -> Select[Any]:
    address = select(_ADDRESS).where(
        col(Person.company_id) == col(Assignment.company_id), col(Person.id) == col(Assignment.person_id)
    )
    return select(
        col(Assignment.id),
        col(Assignment.person_id),
        col(Assignment.state),
        col(Assignment.due_on),
        col(Assignment.reminders_sent),
        col(Assignment.last_reminded_at),
        address.scalar_subquery().is_not(None).label("has_email"),
        _window(ctx, Assignment).label("working_window"),
    )


def _window(ctx: Ctx, of: Any) -> ScalarSelect[Any]:
    """Return the subquery for the hours of today's employment, if there is one."""
    wanted = select(col(Employment.working_window)).where(
        col(Employment.company_id) == col(of.company_id), col(Employment.person_id) == col(of.person_id), *_works(ctx)
    )
    return (
        wanted.order_by(col(Employment.starts_on).desc(), col(Employment.id).desc())
        .limit(1)
        .correlate_except(Employment)
        .scalar_subquery()
    )


def _works(ctx: Ctx) -> list[Any]:
    return [
        col(Employment.starts_on) <= ctx.today,
        or_(col(Employment.ends_on).is_(None), col(Employment.ends_on) >= ctx.today),
    ]


def _holders(ctx: Ctx, role: Role) -> Select[str, str | None, str]:
    working = exists().where(
        col(Employment.company_id) == col(Person.company_id), col(Employment.person_id) == col(Person.id), *_works(ctx)
    )
    return select(col(Person.name), _ADDRESS, col(Person.language)).where(
        col(RoleGrant.role) == role,
        col(Person.company_id) == col(RoleGrant.company_id),
        col(Person.id) == col(RoleGrant.person_id),
        _ADDRESS.is_not(None),
        working,
    )
