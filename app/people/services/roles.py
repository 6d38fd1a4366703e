"""Who may do what in the company: given and taken by its owners alone."""

from datetime import date, timedelta

from sqlalchemy import delete, func, select
from sqlmodel import col

from app.authz import Role
from app.context import Ctx
from app.db.upsert import insert_new
from app.errors import Conflict, Forbidden
from app.models import Employment, Passkey, RoleGrant, SignInSession
from app.people.rules.granting import may_grant
from app.people.services import joining
from app.platform import audit
from app.platform.audit import Act
from app.roster import company as companies
from app.roster import employment
from app.roster import people as roster
from app.wording import N_


def grant(ctx: Ctx, person_id: str, role: Role) -> None:
    """Give somebody who works here a role; they are asked what is asked of it. Twice is once."""
    _require_owner(ctx)
    person = roster.person(ctx, person_id)
    row = {"person_id": person_id, "role": role}
    if insert_new(ctx.session, RoleGrant, [row], ["company_id", "person_id", "role"]):
        if person.email is None and person.account_id:
            _close_printed_ways_in(ctx, person.account_id)
        audit.record(ctx, Act.ROLE_GRANTED, person_id, role=role.value)
        joining.ask_person(ctx, person_id)


def _close_printed_ways_in(ctx: Ctx, account_id: str) -> None:
    """Whoever printed the code could have kept a passkey: with a role, the way in is an e-mail address."""
    for model in (Passkey, SignInSession):
        ctx.session.execute(delete(model).where(col(model.account_id) == account_id))


def revoke(ctx: Ctx, person_id: str, role: Role) -> None:
    """Take a role away. Conflict ``last_owner`` if nobody would own the company any more."""
    _require_owner(ctx)
    roster.person(ctx, person_id)
    if role is Role.OWNER:
        refuse_last_owner(ctx, person_id, ctx.today)
    gone = ctx.session.execute(
        delete(RoleGrant).where(
            col(RoleGrant.company_id) == ctx.company_id,
            col(RoleGrant.person_id) == person_id,
            col(RoleGrant.role) == role,
        )
    )
    if gone.rowcount:  # type: ignore[attr-defined]
        audit.record(ctx, Act.ROLE_REVOKED, person_id, role=role.value)


def refuse_role_holder(ctx: Ctx, person_id: str) -> None:
    """Raise Forbidden ``owner_only`` for somebody who holds a role, unless an owner acts.

    Whoever could change the e-mail of an owner, or send them away, could make themselves one.
    """
    if may_grant(ctx.actor):
        return
    if ctx.session.scalars(select(col(RoleGrant.id)).where(col(RoleGrant.person_id) == person_id)).first():
        detail = N_("This person has a role: only an owner of the company changes their e-mail or when they work here.")
        raise Forbidden("owner_only", detail)


def refuse_last_owner(ctx: Ctx, person_id: str, last_day: date) -> None:
    """Raise Conflict ``last_owner`` if this person owns the company and nobody else will after this day."""
    companies.lock(ctx)  # so that two owners who remove each other at once go one after the other
    owners = set(ctx.session.scalars(select(col(RoleGrant.person_id)).where(col(RoleGrant.role) == Role.OWNER)))
    if person_id not in owners:
        return
    others = select(func.count(col(Employment.id))).where(
        col(Employment.person_id).in_(owners - {person_id}),
        employment.running(ctx.today),
        employment.not_over(max(last_day, ctx.today) + timedelta(days=1)),
    )
    if not ctx.session.execute(others).scalar_one():
        detail = N_("This is the only owner of the company. Make somebody else an owner first.")
        raise Conflict("last_owner", detail)


def _require_owner(ctx: Ctx) -> None:
    if not may_grant(ctx.actor):
        raise Forbidden("owner_only", N_("Only an owner of the company gives and takes roles. Ask one of them."))
