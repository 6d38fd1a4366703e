"""The only rows that are read for visitors without an account: public policies in force."""

from dataclasses import dataclass
from datetime import date

from app.context import Ctx
from app.errors import NotFound
from app.models import PolicyKind, PolicyText
from app.policies.rows import policies


@dataclass(frozen=True, slots=True)
class PublicPolicy:
    company: str
    name: str
    label: str
    effective_on: date
    texts: dict[str, PolicyText]


def in_force(ctx: Ctx, policy_id: str) -> PublicPolicy:
    """Return an external policy in force; NotFound for internal ones and for everything not in force today."""
    policy = policies.policy(ctx, policy_id)
    version = policies.in_force(ctx, policy_id)
    if policy.kind is not PolicyKind.EXTERNAL or version is None:
        raise NotFound
    texts = policies.texts(ctx, version.id)
    return PublicPolicy(ctx.company.name, policy.name, version.label, version.effective_on, texts)
