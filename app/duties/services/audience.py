"""Storing whom something is for."""

from typing import Any

from sqlmodel import col, select

from app.context import Ctx
from app.duties.schemas.audience import AudienceIn
from app.errors import FieldError, Invalid
from app.models import Site, Team
from app.wording import N_


def add(ctx: Ctx, model: Any, data: AudienceIn, **about: str) -> None:
    """Store an audience as rows of ``model`` that belong to ``about``; Invalid for unknown teams and sites."""
    _refuse_unknown_places(ctx, data)
    ctx.session.add_all(model(**about, **row) for row in data.audience())


def _refuse_unknown_places(ctx: Ctx, data: AudienceIn) -> None:
    for field, kind, ids in (("team_ids", Team, data.team_ids), ("site_ids", Site, data.site_ids)):
        known = set(ctx.session.scalars(select(col(kind.id)).where(col(kind.id).in_(ids))))
        for position, place_id in enumerate(ids):
            if place_id not in known:
                detail = N_("There is none of this id in the company. Take one from the list of teams or sites.")
                raise Invalid([FieldError(f"/{field}/{position}", "unknown_place", detail)])
