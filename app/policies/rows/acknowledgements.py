"""Reading who was asked and what they answered."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from app.context import Ctx, one_or_404
from app.db.prepared import Prepared, in_company
from app.errors import NotFound
from app.models import Acknowledgement, AcknowledgementMethod, Assignment, Person
from app.policies.rules.assignment import AssignmentState

_ASKED = Prepared(
    select(col(Assignment.id), col(Assignment.state), col(Person.name), col(Person.email)).where(
        in_company(Assignment),
        in_company(Person),
        col(Assignment.version_id) == bindparam("version_id"),
        col(Assignment.person_id) == bindparam("person_id"),
        col(Person.id) == bindparam("person_id"),
    )
)

_RECORDED = Prepared(
    sa.select(
        col(Acknowledgement.id),
        col(Acknowledgement.version_id),
        col(Acknowledgement.person_id),
        col(Acknowledgement.at),
        col(Acknowledgement.language),
        col(Acknowledgement.content_sha256),
        col(Acknowledgement.statement_sha256),
        col(Acknowledgement.method),
        col(Acknowledgement.sign_in_method),
    ).where(
        in_company(Acknowledgement),
        col(Acknowledgement.version_id) == bindparam("version_id"),
        col(Acknowledgement.person_id) == bindparam("person_id"),
    )
)


class Asked(NamedTuple):
    """What was asked of a person, and how the company knows them now."""

    id: str
    state: AssignmentState
    name: str
    email: str | None


def asked(ctx: Ctx, version_id: str, person_id: str) -> Asked:
    """Return what was asked of a person; NotFound if this version was not asked of them."""
    found = asked_or_none(ctx, version_id, person_id)
    if found is None:
        raise NotFound
    return found


def asked_or_none(ctx: Ctx, version_id: str, person_id: str) -> Asked | None:
    """Return what was asked of a person, or None if this version was not asked of them."""
    row = _ASKED.one(ctx.session, version_id=version_id, person_id=person_id)
    return Asked(*row) if row else None


def assignment(ctx: Ctx, assignment_id: str) -> Assignment:
    """Return one assignment of this company, or raise NotFound."""
    return one_or_404(ctx, Assignment, assignment_id)


def held(ctx: Ctx, assignment_id: str) -> Assignment:
    """Return one assignment, locked until the transaction ends: its state can only change by this one."""
    key = (ctx.company_id, assignment_id)
    found = ctx.session.get(Assignment, key, populate_existing=True, with_for_update=True)
    if found is None:
        raise NotFound
    return found


class Recorded(NamedTuple):
    """An acknowledgement as it was recorded."""

    id: str
    version_id: str
    person_id: str
    at: str
    language: str
    content_sha256: str
    statement_sha256: str
    method: AcknowledgementMethod
    sign_in_method: str


def of_person(ctx: Ctx, version_id: str, person_id: str) -> Recorded | None:
    """Return what a person acknowledged of a version, or None."""
    row = _RECORDED.one(ctx.session, version_id=version_id, person_id=person_id)
    return Recorded(*row) if row else None
