"""Writing: a policy, a version of it, its texts. Only a draft can be written on."""

from typing import Any

from sqlalchemy import update

from app.authz import Permission
from app.context import Ctx
from app.db.upsert import insert_new
from app.errors import Conflict, FieldError, Invalid, PreconditionFailed
from app.models import Company, Policy, PolicyTeam, PolicyText, PolicyVersion, Team, VersionAuthor
from app.queries import guides
from app.queries import policy as policies
from app.rules.policy_version import VersionState
from app.schemas.policy import PolicyIn, TextIn, VersionChange, VersionIn
from app.services import audit
from app.services.audit import Act
from app.wording import N_

LANGUAGES = ("it", "en")
_TITLES = {"it": "Come parliamo di noi, e cosa resta tuo", "en": "How we speak of ourselves, and what stays yours"}


def create_policy(ctx: Ctx, data: PolicyIn) -> Policy:
    """Create a policy for everybody or for some teams."""
    ctx.require(Permission.WRITE_POLICIES)
    for position, team_id in enumerate(data.team_ids):
        if ctx.session.get(Team, (ctx.company_id, team_id)) is None:
            detail = N_("There is no such team. Take an id from the list of teams.")
            raise Invalid([FieldError(f"/team_ids/{position}", "unknown_team", detail)])
    policy = Policy(kind=data.kind, name=data.name, created_at=ctx.now)
    ctx.session.add(policy)
    ctx.session.flush()
    ctx.session.add_all(PolicyTeam(policy_id=policy.id, team_id=team_id) for team_id in dict.fromkeys(data.team_ids))
    audit.record(ctx, Act.POLICY_CREATED, policy.id, name=policy.name, kind=policy.kind.value)
    return policy


def create_version(ctx: Ctx, policy_id: str, data: VersionIn) -> PolicyVersion:
    """Start a draft with the texts of the last version, or with the guided template. One draft at a time."""
    ctx.require(Permission.WRITE_POLICIES)
    policy = policies.policy(ctx, policy_id)
    known = policies.versions(ctx, policy_id)
    if any(version.state in {VersionState.DRAFT, VersionState.IN_APPROVAL} for version in known):
        raise Conflict("draft_exists", N_("There is a version in the making already. Finish that one first."))
    version = PolicyVersion(policy_id=policy_id, created_at=ctx.now, **data.model_dump())
    ctx.session.add(version)
    ctx.session.flush()
    texts = _copied(ctx, known[0].id) if known else _guided(ctx, policy)
    ctx.session.add_all(PolicyText(version_id=version.id, **text) for text in texts)
    _sign_as_author(ctx, version.id)
    audit.record(ctx, Act.VERSION_CREATED, version.id, policy_id=policy_id)
    return version


def change_version(ctx: Ctx, version_id: str, row_version: int, data: VersionChange) -> PolicyVersion:
    """Change the facts of a draft; PreconditionFailed if somebody else did since ``row_version``."""
    version = _draft(ctx, version_id)
    changes = data.model_dump(exclude_unset=True, exclude_none=True)
    _touch(ctx, version, row_version, **changes)
    audit.record(ctx, Act.VERSION_CHANGED, version_id, **{k: str(v) for k, v in changes.items()})
    return version


def write_text(ctx: Ctx, version_id: str, language: str, row_version: int, data: TextIn) -> PolicyVersion:
    """Write the text of a draft in one language; PreconditionFailed if somebody else did since ``row_version``."""
    version = _draft(ctx, version_id)
    _touch(ctx, version, row_version)
    text = policies.texts(ctx, version_id).get(language) or PolicyText(version_id=version_id, language=language)
    for name, value in data.model_dump().items():
        setattr(text, name, value)
    ctx.session.add(text)
    _sign_as_author(ctx, version_id)
    audit.record(ctx, Act.VERSION_CHANGED, version_id, language=language)
    return version


def _draft(ctx: Ctx, version_id: str) -> PolicyVersion:
    ctx.require(Permission.WRITE_POLICIES)
    version = policies.version(ctx, version_id)
    if version.state is not VersionState.DRAFT:
        detail = N_("Only a draft can be written on. Ask for changes, or start a new version.")
        raise Conflict("not_a_draft", detail)
    return version


def _touch(ctx: Ctx, version: PolicyVersion, row_version: int, **changes: Any) -> None:
    """Compare and set: the row moves on by one only if it still is what the editor read."""
    statement = update(PolicyVersion).where(
        PolicyVersion.company_id == ctx.company_id,  # type: ignore[arg-type]
        PolicyVersion.id == version.id,  # type: ignore[arg-type]
        PolicyVersion.row_version == row_version,  # type: ignore[arg-type]
    )
    done = ctx.session.execute(statement.values(row_version=row_version + 1, **changes))
    if not done.rowcount:  # type: ignore[attr-defined]
        raise PreconditionFailed
    ctx.session.refresh(version)


def _sign_as_author(ctx: Ctx, version_id: str) -> None:
    row = {"version_id": version_id, "actor_id": ctx.actor.id}
    insert_new(ctx.session, VersionAuthor, [row], ["company_id", "version_id", "actor_id"])


def _copied(ctx: Ctx, version_id: str) -> list[dict[str, str]]:
    return [
        {"language": text.language, "title": text.title, "body": text.body, "statement": text.statement}
        for text in policies.texts(ctx, version_id).values()
    ]


def _guided(ctx: Ctx, policy: Policy) -> list[dict[str, str]]:
    company = ctx.session.get(Company, ctx.company_id)
    contact = company.contact if company and company.contact else ctx.company.name
    return [
        {
            "language": language,
            "title": _TITLES[language],
            "body": guides.guide(policy.kind.value, language, company=ctx.company.name, contact=contact),
            "statement": guides.statement(language, company=ctx.company.name, policy=policy.name),
        }
        for language in LANGUAGES
    ]
