"""The list of those who still have to answer as HR works with it: found, sorted, counted, and chosen from."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, select
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.db import keyset
from app.db.keyset import Asked, Found, Order
from app.db.prepared import in_company
from app.models import Assignment, Person
from app.platform.chosen import names
from app.policies.queries import coverage_people
from app.policies.rows import published
from app.policies.rows.asked import owed
from app.policies.rules.assignment import PENDING, AssignmentState
from app.policies.rules.published import PublishedVersion, pick
from app.policies.schemas.coverage import ChosenPending, PendingFilter
from app.roster.lists import BY_SURNAME, in_team, orders, teams
from app.roster.people import named_like

_THEIRS = and_(col(Assignment.company_id) == col(Person.company_id), col(Assignment.person_id) == col(Person.id))


@dataclass(frozen=True, slots=True)
class PendingList:
    """One part of the list, about ``version``, with the teams and versions that its page offers."""

    version: PublishedVersion
    versions: list[PublishedVersion]
    found: Found
    people: list[Any]
    teams: list[tuple[str, str]]


def part(ctx: Ctx, wanted: PendingFilter, asked: Asked) -> PendingList:
    """Return a part of those who still have to answer; NotFound where nothing is published."""
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    versions = published.published(ctx)
    version = pick(versions, wanted.version)
    found = _found(ctx, version, wanted, asked)
    return PendingList(
        version=version,
        versions=versions,
        found=found,
        people=found.in_order(coverage_people.pending_among(ctx, version, found.ids), "person_id"),
        teams=teams(ctx),
    )


def chosen(ctx: Ctx, choice: ChosenPending) -> dict[str, str]:
    """Return the names of those chosen by the id of what is asked of them, by surname.

    Those ticked stay chosen where they answered meanwhile. Conflict for none, and for too many.
    """
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    return _chosen(ctx, choice, col(Assignment.id))


def chosen_people(ctx: Ctx, choice: ChosenPending) -> dict[str, str]:
    """Do the same by the id of the person."""
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    return _chosen(ctx, choice, col(Person.id))


def version(ctx: Ctx, version_id: str | None) -> PublishedVersion:
    """Return the version that a list or a choice is about: this one, else the present one."""
    ctx.require(Permission.READ_ACKNOWLEDGEMENTS)
    return pick(published.published(ctx), version_id)


def _chosen(ctx: Ctx, choice: ChosenPending, row_id: Any) -> dict[str, str]:
    if choice.everything:
        matching = _through_assignments(ctx, version(ctx, choice.version), choice)
    else:
        matching = select().where(_THEIRS, col(Assignment.id).in_(choice.ids))
    wanted = matching.with_only_columns(row_id.label("id"), col(Person.name))
    return names(ctx, wanted.order_by(*BY_SURNAME))


def _found(ctx: Ctx, version: PublishedVersion, wanted: PendingFilter, asked: Asked) -> Found:
    through = _through_assignments(ctx, version, wanted)
    each = _of_people(ctx, wanted).where(exists().where(_THEIRS, *_asked(ctx, version, wanted)).correlate(Person))
    return keyset.find(ctx.session, through, _orders(ctx), asked, each)


def _through_assignments(ctx: Ctx, version: PublishedVersion, wanted: PendingFilter) -> Select[Any]:
    return _of_people(ctx, wanted).where(_THEIRS, *_asked(ctx, version, wanted))


def _of_people(ctx: Ctx, wanted: PendingFilter) -> Select[Any]:
    matching = select(col(Person.id)).where(in_company(Person), *named_like(wanted.q), *in_team(wanted.team))
    if wanted.standing == "no_email":
        matching = matching.where(col(Person.email).is_(None))
    return matching.params(company_id=ctx.company_id)


def _asked(ctx: Ctx, version: PublishedVersion, wanted: PendingFilter) -> list[ColumnElement[bool]]:
    states = [AssignmentState.QUESTION] if wanted.standing == "question" else PENDING
    late = [col(Assignment.due_on) < ctx.today] if wanted.standing == "overdue" else []
    return [*owed(ctx, version.id, states), *late]


def _orders(ctx: Ctx) -> dict[str, Order]:
    """Return the ways to sort; by standing, what needs somebody comes first: a question, then who is late."""
    late = (col(Assignment.due_on) < ctx.today, 1)
    rank = case((col(Assignment.state) == AssignmentState.QUESTION, 0), late, else_=2)
    return {
        **orders(),
        "standing": Order((rank, *BY_SURNAME)),
        "due": Order((col(Assignment.due_on), *BY_SURNAME)),
    }
