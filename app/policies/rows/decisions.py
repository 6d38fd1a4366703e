"""Whom a decision concerns, those who may take it and those who wrote what it is about, and why it was a no."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.access import entry
from app.authz import AgencyRole, Permission
from app.context import Ctx
from app.models import Account, AgencyMember, AuditEvent
from app.policies.rows import authorship
from app.roster import people as roster
from app.rules import versions


def approvers(ctx: Ctx, version_id: str) -> list[Any]:
    """Return id, name, email and language of those who may approve a version and are not its only author."""
    wrote = authorship.people_who_wrote(ctx, version_id)
    able = roster.who_may(ctx, Permission.APPROVE_POLICIES)
    return [row for row in able if versions.may_approve(row.id, wrote, owners=())]


def authors(ctx: Ctx, version_id: str) -> list[Any]:
    """Return id, name, email and language of those who wrote on a version and may still do so.

    They are people of the company and of the agency that works for it.
    """
    wrote = authorship.authors(ctx, version_id)
    people = [row for row in roster.who_may(ctx, Permission.WRITE_POLICIES) if row.id in wrote]
    return people + _members(ctx, wrote)


def returned_because(ctx: Ctx, version_id: str) -> str:
    """Return the reason with which a version was last given back to its authors, empty if it never was."""
    wanted = select(col(AuditEvent.data)).where(
        col(AuditEvent.subject_id) == version_id, col(AuditEvent.action) == "policy_version:returned"
    )
    data = ctx.session.scalars(wanted.order_by(col(AuditEvent.id).desc()).limit(1)).first()
    return str(data["reason"]) if data else ""


def _members(ctx: Ctx, ids: set[str]) -> list[Any]:
    wanted = select(
        col(AgencyMember.id),
        col(AgencyMember.name),
        col(AgencyMember.agency_id),
        col(AgencyMember.role),
        col(Account.email),
        col(Account.language),
    ).where(
        col(AgencyMember.id).in_(ids),
        col(Account.id) == col(AgencyMember.account_id),
        col(Account.email).is_not(None),
    )
    return [row for row in ctx.session.execute(wanted) if _may_write(ctx, row.agency_id, row.role)]


def _may_write(ctx: Ctx, agency_id: str, role: AgencyRole) -> bool:
    return Permission.WRITE_POLICIES in entry.member_permissions(ctx.session, agency_id, role, ctx.today)
