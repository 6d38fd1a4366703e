"""Reading policies, versions and texts."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from app.context import Ctx, one_or_404
from app.db.prepared import Prepared, in_company
from app.errors import NotFound
from app.models import (
    Person,
    Policy,
    PolicyKind,
    PolicyText,
    PolicyVersion,
)
from app.policies.rules.version import ON_SHOW, VersionState
from app.rules.fingerprint import sha256_hex
from app.rules.versions import Label

_SHOWN = Prepared(
    sa.select(
        col(PolicyVersion.policy_id),
        col(PolicyVersion.state),
        col(PolicyVersion.published_at),
        col(PolicyVersion.content_sha256),
        col(PolicyText.statement_sha256),
    ).where(
        in_company(PolicyVersion),
        in_company(PolicyText),
        col(PolicyVersion.id) == bindparam("version_id"),
        col(PolicyText.version_id) == col(PolicyVersion.id),
        col(PolicyText.language) == bindparam("language"),
    )
)


def policies(ctx: Ctx) -> Sequence[Policy]:
    """Return all policies of the company, the oldest first."""
    return ctx.session.scalars(select(Policy).order_by(col(Policy.id))).all()


def has_policies(ctx: Ctx) -> bool:
    """Tell whether an internal policy has been started."""
    wanted = select(col(Policy.id)).where(col(Policy.kind) == PolicyKind.INTERNAL)
    return ctx.session.execute(wanted.limit(1)).first() is not None


def policy(ctx: Ctx, policy_id: str) -> Policy:
    """Return one policy of this company, or raise NotFound."""
    return one_or_404(ctx, Policy, policy_id)


def version(ctx: Ctx, version_id: str) -> PolicyVersion:
    """Return one version of this company, or raise NotFound."""
    return one_or_404(ctx, PolicyVersion, version_id)


def held(ctx: Ctx, version_id: str) -> PolicyVersion:
    """Return one version with its policy locked: until the transaction ends nobody else moves a version of it."""
    hold(ctx, version(ctx, version_id).policy_id)
    return ctx.session.get_one(PolicyVersion, (ctx.company_id, version_id), populate_existing=True)


def hold(ctx: Ctx, policy_id: str) -> Policy:
    """Return one policy, locked until the transaction ends, or raise NotFound."""
    return one_or_404(ctx, Policy, policy_id, locked=True)


def versions(ctx: Ctx, policy_id: str) -> Sequence[PolicyVersion]:
    """Return the versions of a policy, the newest first."""
    wanted = select(PolicyVersion).where(PolicyVersion.policy_id == policy_id)
    return ctx.session.scalars(wanted.order_by(col(PolicyVersion.id).desc())).all()


def previous_label(ctx: Ctx, version: PolicyVersion) -> Label | None:
    """Return the highest label given in this policy so far; one that was given is never given again."""
    labels = [
        Label(known.major, known.minor)
        for known in versions(ctx, version.policy_id)
        if known.major is not None and known.minor is not None
    ]
    return max(labels, default=None)


def texts(ctx: Ctx, version_id: str) -> dict[str, PolicyText]:
    """Return the texts of a version by language, that of the company first."""
    wanted = select(PolicyText).where(PolicyText.version_id == version_id).order_by(PolicyText.language)
    return own_language_first(ctx, ctx.session.scalars(wanted))


def own_language_first(ctx: Ctx, rows: Iterable[Any]) -> dict[str, Any]:
    """Return rows that have a language by it, that of the company first, the others in the order given."""
    return {row.language: row for row in sorted(rows, key=lambda row: row.language != ctx.company.language)}


def text(ctx: Ctx, version_id: str, language: str) -> PolicyText:
    """Return the text of a version in one language, or raise NotFound."""
    found = texts(ctx, version_id).get(language)
    if found is None:
        raise NotFound
    return found


def draft_fingerprint(facts: Any, words: Any) -> str:
    """Return a fingerprint of what the editor shows of a draft: its facts, and its words in one language."""
    shown_facts = [str(getattr(facts, name)) for name in ("effective_on", "material", "disciplinary", "grace_days")]
    shown_words = [getattr(words, name) for name in ("title", "body", "statement", "summary")]
    return sha256_hex(json.dumps([shown_facts, shown_words]))


def shown(ctx: Ctx, version_id: str, language: str) -> Any:
    """Return what is on show of a version in one language, with its hashes; NotFound if nothing is published."""
    row = _SHOWN.one(ctx.session, version_id=version_id, language=language)
    if row is None or row.published_at is None:
        raise NotFound
    return row


def latest_published(ctx: Ctx, policy_id: str) -> PolicyVersion | None:
    """Return the version that people are asked to read now."""
    wanted = select(PolicyVersion).where(PolicyVersion.policy_id == policy_id, col(PolicyVersion.state).in_(ON_SHOW))
    return ctx.session.scalars(
        wanted.order_by(col(PolicyVersion.major).desc(), col(PolicyVersion.minor).desc())
    ).first()


def in_force(ctx: Ctx, policy_id: str) -> PolicyVersion | None:
    """Return the version that holds today, if any does."""
    wanted = select(PolicyVersion).where(
        PolicyVersion.policy_id == policy_id, PolicyVersion.state == VersionState.IN_FORCE
    )
    return ctx.session.scalars(wanted).first()


def current_internal(ctx: Ctx) -> list[PolicyVersion]:
    """Return, for every internal policy, the version that people are asked to read now."""
    internal = ctx.session.scalars(select(Policy.id).where(Policy.kind == PolicyKind.INTERNAL))
    found = (latest_published(ctx, policy_id) for policy_id in internal.all())
    return [version for version in found if version is not None]


def actor_names(ctx: Ctx, actor_ids: Collection[str]) -> dict[str, str]:
    """Return the names of those actors who are people of the company, by id; the agency and machines have none here."""
    wanted = select(Person.id, Person.name).where(col(Person.id).in_(list(actor_ids)))
    return {row.id: row.name for row in ctx.session.execute(wanted)}
