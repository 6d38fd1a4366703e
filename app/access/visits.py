"""The trace that an agency leaves in a company it looks into: one row for each day and each of its members."""

from sqlalchemy import select
from sqlmodel import col

from app.authz import ActorKind
from app.context import Ctx
from app.db.upsert import insert_new
from app.models import AgencyVisit, OAuthClient


def record(ctx: Ctx) -> None:
    """Write down that the actor, who is of an agency, looks in today; once is enough."""
    visit = {
        "agency_id": ctx.actor.agency_id,
        "actor_kind": ctx.actor.kind.value,
        "actor_id": ctx.actor.id,
        "name": _name(ctx),
        "day": ctx.today,
    }
    insert_new(ctx.session, AgencyVisit, [visit], ["company_id", "day", "actor_id"])


def _name(ctx: Ctx) -> str:
    if ctx.actor.kind is ActorKind.CLIENT:
        return ctx.session.scalars(select(col(OAuthClient.name)).where(col(OAuthClient.id) == ctx.actor.id)).one()
    return ctx.actor.name
