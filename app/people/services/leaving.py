"""Leaving: on the day after the last one nothing is asked any more, and no way in is left. What was answered stays."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import delete, select
from sqlmodel import col

from app.accounts.services import links as account_links
from app.authz import Permission
from app.context import Ctx
from app.errors import FieldError, Invalid
from app.models import Employment, Person, RoleGrant
from app.people.rows import people
from app.people.schemas.people import PersonFacts
from app.people.services import joining, roles
from app.platform import audit, outbox
from app.platform.audit import Act
from app.platform.outbox import JobKind
from app.policies.services import asking
from app.roster import people as roster
from app.roster.employment import not_over
from app.training.services import enrolling
from app.wording import N_


def leave(ctx: Ctx, person_id: str, last_day: date) -> PersonFacts:
    """End an employment with this day. It takes effect when the day is over: at once if it is past.

    Conflict ``last_owner`` for the only owner of the company.
    """
    ctx.require(Permission.WRITE_PEOPLE)
    person = roster.person(ctx, person_id)
    employment = people.employment(ctx, person_id)
    roles.refuse_role_holder(ctx, person_id)
    refuse_wrong_order(employment.starts_on, last_day, "/last_day")
    roles.refuse_last_owner(ctx, person_id, last_day)
    comes_back = employment.ends_on is not None and employment.ends_on < ctx.today <= last_day
    employment.ends_on = last_day
    person.row_version += 1
    person.updated_at = ctx.now
    ctx.session.flush()
    audit.record(ctx, Act.PERSON_LEFT, person_id, last_day=last_day.isoformat())
    if comes_back:
        joining.ask(ctx, [employment])
    settle_when_due(ctx, person_id, last_day)
    return people.facts(ctx, person)


def settle_when_due(ctx: Ctx, person_id: str, last_day: date) -> None:
    """Settle what leaving means, now if the last day is past, else on the morning after it."""
    if last_day < ctx.today:
        settle(ctx, person_id)
        return
    outbox.add(ctx, JobKind.LEAVE, run_at=morning_after(ctx, last_day), person_id=person_id)


def morning_after(ctx: Ctx, last_day: date) -> datetime:
    """Return when the day after the last one begins where the company is."""
    return datetime.combine(last_day + timedelta(days=1), time(), ctx.company.zone)


def settle(ctx: Ctx, person_id: str) -> None:
    """Cancel what is asked, take roles away and end sessions of a person who left; nothing if they are still here."""
    settle_all(ctx, [person_id])


def settle_all(ctx: Ctx, person_ids: Sequence[str]) -> None:
    """Do the same for many at once, leaving out who still works here, or will."""
    still = select(col(Employment.person_id)).where(col(Employment.person_id).in_(person_ids), not_over(ctx.today))
    staying = set(ctx.session.scalars(still))
    gone = [person_id for person_id in person_ids if person_id not in staying]
    if not gone:
        return
    asking.release_leavers(ctx, gone)
    enrolling.release_leavers(ctx, gone)
    ctx.session.execute(
        delete(RoleGrant).where(col(RoleGrant.company_id) == ctx.company_id, col(RoleGrant.person_id).in_(gone))
    )
    accounts = select(col(Person.account_id)).where(col(Person.id).in_(gone), col(Person.account_id).is_not(None))
    account_links.end_sessions(ctx, list(ctx.session.scalars(accounts)))


def refuse_wrong_order(starts_on: date, ends_on: date | None, pointer: str) -> None:
    """Raise Invalid if the last day is before the first."""
    if ends_on is not None and ends_on < starts_on:
        detail = N_("The last day is before the first day. Correct one of the two.")
        raise Invalid([FieldError(pointer, "ends_before_start", detail)])
