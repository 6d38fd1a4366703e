"""Writing: a policy, a version of it, its texts. Only a draft can be written on."""

from typing import Any

from sqlalchemy import delete, update
from sqlmodel import col

from app.authz import Permission
from app.context import Ctx
from app.db.upsert import insert_new
from app.duties.services import audience
from app.errors import Conflict, NotFound, PreconditionFailed
from app.models import Policy, PolicyAudience, PolicyKind, PolicyText, PolicyVersion, VersionAuthor
from app.platform import audit
from app.platform.audit import Act
from app.policies.rows import policies
from app.policies.rules.version import IN_THE_MAKING, VersionState
from app.policies.schemas.policy import DraftIn, PolicyIn, TextIn, VersionChange, VersionIn
from app.policies.services import templates
from app.policies.services.templates import LANGUAGES
from app.wording import N_

_FACTS = {"effective_on", "material", "disciplinary", "grace_days"}


def create_policy(ctx: Ctx, data: PolicyIn) -> Policy:
    """Create a policy for everybody, or for the teams, sites, roles and languages that are named."""
    ctx.require(Permission.WRITE_POLICIES)
    policy = Policy(kind=data.kind, name=data.name, created_at=ctx.now)
    ctx.session.add(policy)
    ctx.session.flush()
    audience.add(ctx, PolicyAudience, data, policy_id=policy.id)
    audit.record(ctx, Act.POLICY_CREATED, policy.id, name=policy.name, kind=policy.kind.value)
    return policy


def start_policy(ctx: Ctx, data: PolicyIn) -> PolicyVersion:
    """Create a policy together with its first draft from the guided template."""
    return start_version(ctx, create_policy(ctx, data).id)


def start_version(ctx: Ctx, policy_id: str) -> PolicyVersion:
    """Start a draft with the usual facts: from today, and with disciplinary rules if people have to know it."""
    internal = policies.policy(ctx, policy_id).kind is PolicyKind.INTERNAL
    return create_version(ctx, policy_id, VersionIn(effective_on=ctx.today, material=True, disciplinary=internal))


def create_version(ctx: Ctx, policy_id: str, data: VersionIn) -> PolicyVersion:
    """Start a draft with the texts of the last version, or with the guided template. One draft at a time."""
    ctx.require(Permission.WRITE_POLICIES)
    policy = policies.hold(ctx, policy_id)
    known = policies.versions(ctx, policy_id)
    if any(version.state in IN_THE_MAKING for version in known):
        raise Conflict("draft_exists", N_("There is a version in the making already. Finish that one first."))
    version = PolicyVersion(policy_id=policy_id, created_at=ctx.now, **data.model_dump())
    ctx.session.add(version)
    ctx.session.flush()
    texts = templates.copied(ctx, known[0]) if known else templates.guided(ctx, policy)
    ctx.session.add_all(PolicyText(version_id=version.id, **text) for text in texts)
    _sign_as_author(ctx, version.id)
    audit.record(ctx, Act.VERSION_CREATED, version.id, policy_id=policy_id)
    return version


def change_version(ctx: Ctx, version_id: str, row_version: int, data: VersionChange) -> PolicyVersion:
    """Change the facts of a draft; PreconditionFailed if it changed since ``row_version``."""
    version = _draft(ctx, version_id)
    changes = data.model_dump(exclude_unset=True, exclude_none=True)
    _touch(ctx, version, row_version, **changes)
    audit.record(ctx, Act.VERSION_CHANGED, version_id, **{name: str(value) for name, value in changes.items()})
    return version


def write_text(ctx: Ctx, version_id: str, language: str, row_version: int, data: TextIn) -> PolicyVersion:
    """Write the text of a draft in one language; PreconditionFailed if it changed since ``row_version``."""
    version = _draft(ctx, version_id)
    _touch(ctx, version, row_version)
    _put_text(ctx, version_id, language, data.model_dump())
    return version


def save_draft(ctx: Ctx, version_id: str, language: str, data: DraftIn) -> PolicyVersion:
    """Write a page of the editor: the text in one language and the facts.

    PreconditionFailed if what stands is neither what the editor had before them nor what they send: saving the
    same twice is once, and an edit of the other language is no conflict.
    """
    version = _draft(ctx, version_id)
    text = policies.text(ctx, version_id, language)
    standing = policies.draft_fingerprint(version, text)
    if standing == policies.draft_fingerprint(data, data):
        return version
    if standing != data.seen:
        raise PreconditionFailed
    _touch(ctx, version, version.row_version, **data.model_dump(include=_FACTS))
    _put_text(ctx, version_id, language, data.model_dump(include=set(TextIn.model_fields)))
    return version


def add_text(ctx: Ctx, version_id: str, language: str) -> PolicyVersion:
    """Add a language to a draft, from the guided template; nothing happens if it has it already."""
    version = _draft(ctx, version_id)
    if language not in policies.texts(ctx, version_id):
        _touch(ctx, version, version.row_version)
        guided = templates.guided(ctx, policies.policy(ctx, version.policy_id))
        _put_text(ctx, version_id, language, next(text for text in guided if text["language"] == language))
    return version


def remove_text(ctx: Ctx, version_id: str, language: str, row_version: int) -> PolicyVersion:
    """Take a language out of a draft. Conflict for the last one: a version without a text says nothing."""
    version = _draft(ctx, version_id)
    texts = policies.texts(ctx, version_id)
    if language not in texts:
        raise NotFound
    if len(texts) == 1:
        raise Conflict("last_language", N_("This is the only language. Add another one before you remove it."))
    _touch(ctx, version, row_version)
    ctx.session.delete(texts[language])
    audit.record(ctx, Act.VERSION_CHANGED, version_id, removed_language=language)
    return version


def discard(ctx: Ctx, version_id: str) -> None:
    """Throw a draft away. Only one that nobody was ever asked to approve: what others judged is part of the record."""
    version = _draft(ctx, version_id)
    if version.submitted_at is not None:
        detail = N_("This draft was sent for approval once, so it stays on record. Change it and send it again.")
        raise Conflict("was_submitted", detail)
    audit.record(ctx, Act.VERSION_DISCARDED, version_id, policy_id=version.policy_id)
    for model in (PolicyText, VersionAuthor):
        own: Any = (col(model.company_id) == ctx.company_id, col(model.version_id) == version_id)
        ctx.session.execute(delete(model).where(*own))
    ctx.session.delete(version)


def _draft(ctx: Ctx, version_id: str) -> PolicyVersion:
    """Return a draft, held: it cannot be sent for approval while it is written on."""
    ctx.require(Permission.WRITE_POLICIES)
    version = policies.held(ctx, version_id)
    if version.state is not VersionState.DRAFT:
        detail = N_("Only a draft can be written on. Ask for changes, or start a new version.")
        raise Conflict("not_a_draft", detail)
    return version


def _touch(ctx: Ctx, version: PolicyVersion, row_version: int, **changes: Any) -> None:
    """Compare and set: the row moves on by one only if it still is what the editor read."""
    statement = update(PolicyVersion).where(
        col(PolicyVersion.company_id) == ctx.company_id,
        col(PolicyVersion.id) == version.id,
        col(PolicyVersion.row_version) == row_version,
    )
    done = ctx.session.execute(statement.values(row_version=row_version + 1, **changes))
    if not done.rowcount:  # type: ignore[attr-defined]
        raise PreconditionFailed
    ctx.session.refresh(version)


def _put_text(ctx: Ctx, version_id: str, language: str, words: dict[str, str]) -> None:
    if language not in LANGUAGES:
        raise NotFound
    text = policies.texts(ctx, version_id).get(language) or PolicyText(version_id=version_id, language=language)
    if all(getattr(text, name, None) == value for name, value in words.items()):
        return  # who sends the same words again has not written
    for name, value in words.items():
        setattr(text, name, value)
    ctx.session.add(text)
    _sign_as_author(ctx, version_id)
    audit.record(ctx, Act.VERSION_CHANGED, version_id, language=language)


def _sign_as_author(ctx: Ctx, version_id: str) -> None:
    row = {"version_id": version_id, "actor_id": ctx.actor.id, "actor_kind": ctx.actor.kind}
    insert_new(ctx.session, VersionAuthor, [row], ["company_id", "version_id", "actor_id"])
