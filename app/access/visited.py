"""Who of which agency looked into the company, and on which days."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from sqlmodel import col

from app.authz import Actor, Permission
from app.context import Ctx
from app.db.prepared import Prepared, in_company
from app.models import AgencyVisit

SHOWN_DAYS = 30
_OF_TODAY = Prepared(
    select(col(AgencyVisit.id)).where(
        in_company(AgencyVisit),
        col(AgencyVisit.day) == bindparam("day"),
        col(AgencyVisit.actor_id) == bindparam("actor_id"),
    )
)


def is_recorded(session: Session, actor: Actor, day: date) -> bool:
    """Tell whether the actor's visit of this day is written down."""
    return _OF_TODAY.one(session, day=day, actor_id=actor.id) is not None


def recent(ctx: Ctx) -> Mapping[str, Mapping[date, list[str]]]:
    """Return for each agency's id the days of the last thirty on which it looked in, the latest first, with names."""
    ctx.require(Permission.MANAGE_ENGAGEMENTS)
    statement = (
        select(col(AgencyVisit.agency_id), col(AgencyVisit.day), col(AgencyVisit.name))
        .where(col(AgencyVisit.day) > ctx.today - timedelta(days=SHOWN_DAYS))
        .order_by(col(AgencyVisit.day).desc(), col(AgencyVisit.name))
    )
    found: dict[str, dict[date, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in ctx.session.execute(statement):
        found[row.agency_id][row.day].append(row.name)
    return found
