"""What the person at work acknowledged."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col

from app.context import Ctx
from app.db.prepared import Prepared, in_company
from app.models import Acknowledgement, Policy, PolicyVersion

_OWN = Prepared(
    sa.select(
        col(Acknowledgement.id),
        col(Acknowledgement.version_id),
        col(Acknowledgement.at),
        col(Acknowledgement.language),
        col(Acknowledgement.method),
        col(PolicyVersion.policy_id),
        col(PolicyVersion.major),
        col(PolicyVersion.minor),
        col(Policy.name),
    )
    .where(
        in_company(Acknowledgement),
        in_company(PolicyVersion),
        in_company(Policy),
        col(Acknowledgement.person_id) == bindparam("person_id"),
        col(PolicyVersion.id) == col(Acknowledgement.version_id),
        col(Policy.id) == col(PolicyVersion.policy_id),
    )
    .order_by(col(Acknowledgement.at).desc())
)


def own(ctx: Ctx) -> Sequence[Any]:
    """Return everything the actor acknowledged, the newest first, each with the names of its policy and version."""
    person_id = ctx.require_person()
    return _OWN(ctx.session, person_id=person_id)
