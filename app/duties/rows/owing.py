"""Lists of people who still owe an answer, as HR works with them: found, sorted, and chosen from, for any duty."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, select, tuple_
from sqlmodel import col

from app.context import Ctx
from app.db import keyset
from app.db.keyset import Asked, Found, Order
from app.db.prepared import in_company
from app.duties.rules.kinds import DutyKind
from app.models import Person
from app.platform.chosen import names
from app.roster.lists import BY_SURNAME, in_team, orders
from app.roster.people import named_like
from app.roster.placement import team_name_of

Owed = Sequence[ColumnElement[bool]]
Key = tuple[Any, str]


def theirs(kind: DutyKind) -> ColumnElement[bool]:
    """Return the condition that a duty is a person's."""
    model = kind.model
    return and_(col(model.company_id) == col(Person.company_id), col(model.person_id) == col(Person.id))


def facts(ctx: Ctx, kind: DutyKind) -> Select[Any]:
    """Return the statement for duties with their people, to be narrowed.

    Rows hold the id of the duty (under ``kind.own_id``), person_id, name, has_email, team, due_on, overdue,
    reminders_sent and last_reminded_at.
    """
    model = kind.model
    return select(
        col(model.id).label(kind.own_id),
        col(Person.id).label("person_id"),
        col(Person.name),
        col(Person.email).is_not(None).label("has_email"),
        team_name_of(Person).label("team"),
        col(model.due_on),
        (col(model.due_on) < ctx.today).label("overdue"),
        col(model.reminders_sent),
        col(model.last_reminded_at),
    ).where(theirs(kind))


def in_part(people: Select[Any], limit: int, after: Key | None) -> Select[Any]:
    """Return the part of at most ``limit`` people by name from behind the key (name, person id)."""
    part = people.order_by(col(Person.name), col(Person.id)).limit(limit)
    return part if after is None else part.where(tuple_(col(Person.name), col(Person.id)) > after)


def find(ctx: Ctx, kind: DutyKind, wanted: Any, owed: Owed, first: Any, asked: Asked) -> Found:
    """Return a part of the people who owe what ``owed`` says and fit ``wanted``, an ``OwingFilter`` with a standing.

    Sorted by standing, those come first to whom ``first`` applies, then those who are late.
    """
    narrowed = _narrowed(ctx, kind, wanted, owed)
    through = _people(ctx, wanted).where(theirs(kind), *narrowed)
    each = _people(ctx, wanted).where(exists().where(theirs(kind), *narrowed).correlate(Person))
    return keyset.find(ctx.session, through, _orders(ctx, kind, first), asked, each)


def chosen(ctx: Ctx, kind: DutyKind, choice: Any, owed: Owed, row_id: Any = None) -> dict[str, str]:
    """Return the names of those chosen by the id of the duty, or by ``row_id``, by surname.

    ``choice`` is the filter with ``schemas.chosen.Chosen``. Those ticked stay chosen where they answered meanwhile.
    Conflict for none, and for too many.
    """
    if choice.everything:
        matching = _people(ctx, choice).where(theirs(kind), *_narrowed(ctx, kind, choice, owed))
    else:
        matching = select().where(theirs(kind), col(kind.model.id).in_(choice.ids))
    told = col(kind.model.id) if row_id is None else row_id
    return names(ctx, matching.with_only_columns(told.label("id"), col(Person.name)).order_by(*BY_SURNAME))


def _people(ctx: Ctx, wanted: Any) -> Select[Any]:
    matching = select(col(Person.id)).where(in_company(Person), *named_like(wanted.q), *in_team(wanted.team))
    if wanted.standing == "no_email":
        matching = matching.where(col(Person.email).is_(None))
    return matching.params(company_id=ctx.company_id)


def _narrowed(ctx: Ctx, kind: DutyKind, wanted: Any, owed: Owed) -> Owed:
    return [*owed, col(kind.model.due_on) < ctx.today] if wanted.standing == "overdue" else owed


def _orders(ctx: Ctx, kind: DutyKind, first: Any) -> dict[str, Order]:
    due_on = col(kind.model.due_on)
    rank = case((first, 0), (due_on < ctx.today, 1), else_=2)
    return {
        **orders(),
        "standing": Order((rank, *BY_SURNAME)),
        "due": Order((due_on, *BY_SURNAME)),
    }
