"""The people who can still sign a version on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict
from app.models import Assignment, Person, Policy, PolicyText, PolicyVersion
from app.policies.rows import asked, policies
from app.policies.rules.assignment import UNANSWERED
from app.policies.rules.version import ON_SHOW
from app.roster.people import named_like
from app.wording import N_

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """A version that can be signed on paper, and the first of those who have not answered it, by name."""

    version: PolicyVersion
    policy: Policy
    languages: list[str]
    people: Sequence[Any]
    more: bool

    @property
    def language(self) -> str:
        """Return the language in which these people read the version; empty if it is not the same for all."""
        read = {one.language if one.language in self.languages else self.languages[0] for one in self.people}
        return read.pop() if len(read) == 1 else ""


def sheet(ctx: Ctx, version_id: str, search: str, chosen: str) -> Sheet:
    """Return who can still sign: those whose name holds ``search``, or the person ``chosen`` alone.

    Conflict if the version is not the one to read now.
    """
    ctx.require(Permission.RECORD_ACKNOWLEDGEMENTS)
    version = _on_show(ctx, version_id)
    wanted = _pending(ctx, version_id)
    if chosen:
        wanted = wanted.where(col(Person.id) == chosen)
    elif search:
        wanted = wanted.where(*named_like(search))
    people = ctx.session.execute(wanted.limit(_SHOWN + 1)).all()
    policy = policies.policy(ctx, version.policy_id)
    return Sheet(version, policy, list(policies.texts(ctx, version_id)), people[:_SHOWN], len(people) > _SHOWN)


def blank(ctx: Ctx, version_id: str, language: str) -> tuple[PolicyVersion, PolicyText]:
    """Return what stands on a sheet to sign in this language; Conflict if the version is not the one to read now."""
    ctx.require(Permission.RECORD_ACKNOWLEDGEMENTS)
    return _on_show(ctx, version_id), policies.text(ctx, version_id, language)


def name(ctx: Ctx, person_id: str) -> str:
    """Return the name of a person of this company."""
    ctx.require(Permission.READ_PEOPLE)
    return ctx.session.scalars(select(Person.name).where(Person.id == person_id)).one()


def _on_show(ctx: Ctx, version_id: str) -> PolicyVersion:
    version = policies.version(ctx, version_id)
    if version.state not in ON_SHOW:
        detail = N_("This version is not the one to read any more. Have the present one signed.")
        raise Conflict("not_on_show", detail)
    return version


def _pending(ctx: Ctx, version_id: str) -> Any:
    return (
        sa.select(col(Person.id), col(Person.name), col(Person.external_id), col(Person.language))
        .where(
            asked.unanswered(ctx, version_id, UNANSWERED),
            col(Person.company_id) == col(Assignment.company_id),
            col(Person.id) == col(Assignment.person_id),
        )
        .order_by(col(Person.name), col(Person.id))
    )
