"""Erasing a person: everything the company keeps about them goes, and the evidence of everybody else stays valid.

What the log itself holds of them names nobody. The salt goes with the text, so nothing in it can be tied to them any
more; their own receipt carries its salt and keeps working. Trace and leaves keep ids that lead nowhere then.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import col

from app.accounts.services import links as account_links
from app.authz import Permission
from app.context import Ctx, one_or_404
from app.errors import Conflict, FieldError, Invalid
from app.merkle_log.rows import log
from app.merkle_log.rules.leaf_type import LeafType
from app.merkle_log.services import evidence
from app.models import (
    Absence,
    Employment,
    Invitation,
    InvitationCode,
    Person,
    RoleGrant,
)
from app.people.services import import_files, roles
from app.platform import audit, idempotency, outbox
from app.platform.audit import Act
from app.platform.outbox import JobKind
from app.policies.services import forgetting as policies_forgetting
from app.roster import employment
from app.training.services import forgetting as training_forgetting
from app.wording import N_

# What this part keeps of a person beside their own row.
_KEPT: Sequence[Any] = (RoleGrant, Invitation, Absence, Employment)


def erase(ctx: Ctx, person_id: str, name: str | None = None) -> list[int]:
    """Erase a person who left and return the leaves whose evidence is gone; each gets a leaf that says so.

    Conflict ``not_left`` for whoever works here, or will. Invalid if ``name``, typed to confirm, is not theirs.
    """
    ctx.require(Permission.WRITE_PEOPLE)
    person = _held(ctx, person_id)
    roles.refuse_role_holder(ctx, person_id)
    _refuse_unless_left(ctx, person_id)
    if name is not None and name.casefold() != person.name.casefold():
        detail = N_("This is not the name of the person. Write it as it stands at the top of the page.")
        raise Invalid([FieldError("/confirmed_name", "other_name", detail)])
    erased = [row.idx for row in log.about(ctx, person_id)]
    _forget(ctx, person)
    audit.record(ctx, Act.PERSON_ERASED, person_id, leaves=erased)
    for index in erased:
        evidence.append(ctx, LeafType.ERASURE, {"index": index})
    return erased


def _held(ctx: Ctx, person_id: str) -> Person:
    """Return the person, locked, so that nothing is recorded of them meanwhile."""
    return one_or_404(ctx, Person, person_id, locked=True)


def _refuse_unless_left(ctx: Ctx, person_id: str) -> None:
    still = select(col(Employment.id)).where(col(Employment.person_id) == person_id, employment.not_over(ctx.today))
    if ctx.session.scalars(still).first():
        detail = N_("This person still works here. Note their last day first; when it is over, they can be erased.")
        raise Conflict("not_left", detail)


def _forget(ctx: Ctx, person: Person) -> None:
    """Delete what each part keeps of a person, a line each; the log's evidence last, as it proves what they say."""
    policies_forgetting.forget(ctx, person.id)
    training_forgetting.forget(ctx, person.id)
    evidence.forget(ctx, person.id)
    if person.account_id:
        account_links.end_sessions(ctx, [person.account_id])
        outbox.add(ctx, JobKind.FORGET_ACCOUNT, account_id=person.account_id)
    idempotency.forget_answers(ctx.session, ctx.company_id)
    import_files.forget_all(ctx)
    _forget_person(ctx, person)


def _forget_person(ctx: Ctx, person: Person) -> None:
    codes = select(col(Invitation.code_hash)).where(col(Invitation.person_id) == person.id)
    hashes = list(ctx.session.scalars(codes))
    ctx.session.execute(delete(InvitationCode).where(col(InvitationCode.code_hash).in_(hashes)))
    for model in _KEPT:
        _delete(ctx, model, col(model.person_id) == person.id)
    _delete(ctx, Person, col(Person.id) == person.id)


def _delete(ctx: Ctx, model: Any, which: Any) -> None:
    ctx.session.execute(delete(model).where(col(model.company_id) == ctx.company_id, which))
