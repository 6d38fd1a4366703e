"""Engagements: what the owner of a company lets an agency do, and until when. The agency cannot change its own."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.errors import FieldError, Invalid, PreconditionFailed
from app.models import Engagement
from app.organisations.schemas.company import EngagementChange
from app.platform import audit
from app.platform.audit import Act
from app.roster import company as companies
from app.wording import N_


def change(ctx: Ctx, engagement_id: str, row_version: int, data: EngagementChange) -> Engagement:
    """Change scopes or days, or record the agreement; PreconditionFailed if somebody else did since ``row_version``."""
    ctx.require(Permission.MANAGE_ENGAGEMENTS)
    engagement = companies.engagement(ctx, engagement_id)
    changes: dict[str, Any] = data.model_dump(exclude_unset=True, exclude={"agreement"})
    if "agreement" in data.model_fields_set:
        changes["agreement_signed_on"] = data.agreement.signed_on if data.agreement else None
        changes["agreement_reference"] = data.agreement.reference if data.agreement else ""
    if "scopes" in changes:
        changes["scopes"] = sorted(set(changes["scopes"]))
    refuse_wrong_order(changes.get("starts_on", engagement.starts_on), changes.get("ends_on", engagement.ends_on))
    return _changed(ctx, engagement, row_version, changes)


def end(ctx: Ctx, engagement_id: str, row_version: int) -> Engagement:
    """Shut the agency out at once: the engagement is over since yesterday, also one that would begin today or later."""
    ctx.require(Permission.MANAGE_ENGAGEMENTS)
    engagement = companies.engagement(ctx, engagement_id)
    yesterday = ctx.today - timedelta(days=1)
    changes = {"starts_on": min(engagement.starts_on, yesterday), "ends_on": yesterday}
    return _changed(ctx, engagement, row_version, changes)


def refuse_wrong_order(starts_on: date, ends_on: date | None) -> None:
    """Raise Invalid if the last day is before the first."""
    if ends_on is not None and ends_on < starts_on:
        detail = N_("The last day is before the first day. Correct one of the two.")
        raise Invalid([FieldError("/ends_on", "ends_before_start", detail)])


def _changed(ctx: Ctx, engagement: Engagement, row_version: int, changes: dict[str, Any]) -> Engagement:
    before = {name: getattr(engagement, name) for name in changes}
    done = ctx.session.execute(
        update(Engagement)
        .where(
            col(Engagement.company_id) == ctx.company_id,
            col(Engagement.id) == engagement.id,
            col(Engagement.row_version) == row_version,
        )
        .values(row_version=row_version + 1, **changes)
        .execution_options(synchronize_session=False)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise PreconditionFailed
    ctx.session.refresh(engagement)
    audit.record(ctx, Act.ENGAGEMENT_CHANGED, engagement.id, before=_plain(before), after=_plain(changes))
    return engagement


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
