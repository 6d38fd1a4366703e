"""Approval: what goes out is checked, frozen and hashed, by somebody other than its only author."""

from app.authz import Permission
from app.context import Ctx
from app.errors import FieldError, Forbidden, Invalid
from app.models import PolicyKind, PolicyText, PolicyVersion
from app.queries import policy as policies
from app.rules import policy_version as rules
from app.rules.fingerprint import content_sha256, statement_sha256
from app.rules.guarantees import missing
from app.rules.policy_version import Label, VersionEvent
from app.schemas.policy import ReturnIn
from app.services import audit
from app.services.audit import Act
from app.services.transitions import after
from app.wording import N_


def submit(ctx: Ctx, version_id: str) -> PolicyVersion:
    """Send a draft to approval; Invalid names what is still missing."""
    ctx.require(Permission.WRITE_POLICIES)
    version = policies.version(ctx, version_id)
    state = after(rules.LIFECYCLE, version.state, VersionEvent.SUBMIT)
    problems = shortcomings(ctx, version)
    if problems:
        raise Invalid(problems, "incomplete_policy", N_("The text is not ready for approval. Mend what is listed."))
    _move(version, state)
    version.submitted_at = ctx.now
    audit.record(ctx, Act.VERSION_SUBMITTED, version_id)
    return version


def request_changes(ctx: Ctx, version_id: str, data: ReturnIn) -> PolicyVersion:
    """Give a version back to its authors, with the reason."""
    ctx.require(Permission.APPROVE_POLICIES)
    version = policies.version(ctx, version_id)
    _move(version, after(rules.LIFECYCLE, version.state, VersionEvent.REQUEST_CHANGES))
    audit.record(ctx, Act.VERSION_RETURNED, version_id, reason=data.reason)
    return version


def approve(ctx: Ctx, version_id: str) -> PolicyVersion:
    """Freeze the bytes of a version, name it and hash it. From here on nobody can change it."""
    ctx.require(Permission.APPROVE_POLICIES)
    version = policies.version(ctx, version_id)
    state = after(rules.LIFECYCLE, version.state, VersionEvent.APPROVE)
    if not rules.may_approve(ctx.actor.id, policies.authors(ctx, version_id), policies.owners(ctx)):
        detail = N_("You wrote this version alone: somebody else has to approve it.")
        raise Forbidden("sole_author", detail)
    version.major, version.minor = rules.next_label(_previous_label(ctx, version), material=version.material)
    _freeze(ctx, version)
    _move(version, state)
    version.approved_at, version.approved_by = ctx.now, ctx.actor.id
    audit.record(ctx, Act.VERSION_APPROVED, version_id, label=version.label, content_sha256=version.content_sha256)
    return version


def shortcomings(ctx: Ctx, version: PolicyVersion) -> list[FieldError]:
    """Return what keeps a draft from approval; empty when it is ready."""
    texts = policies.texts(ctx, version.id)
    found = [error for text in texts.values() for error in _missing_words(text)]
    if policies.policy(ctx, version.policy_id).kind is PolicyKind.INTERNAL:
        found += [error for text in texts.values() for error in _missing_guarantees(text)]
    if version.material and _previous_label(ctx, version):
        detail = N_("Say in a few words what changed, for those who read the last version.")
        found += [
            FieldError(f"/texts/{text.language}/summary", "summary_missing", detail)
            for text in texts.values()
            if not text.summary.strip()
        ]
    return found


def shown_text(text: PolicyText) -> str:
    """Return the exact text of a language that is hashed: the title as a first heading, then the body."""
    return f"# {text.title}\n\n{text.body}"


def _missing_words(text: PolicyText) -> list[FieldError]:
    if text.body.strip() and text.statement.strip():
        return []
    return [FieldError(f"/texts/{text.language}", "text_missing", N_("The text or its statement is empty."))]


def _missing_guarantees(text: PolicyText) -> list[FieldError]:
    detail = N_("The guarantee «%(guarantee)s» is missing. Put it back from the template.")
    return [
        FieldError(f"/texts/{text.language}/body", f"guarantee_{name.value}", detail, {"guarantee": name.value})
        for name in missing(text.body)
    ]


def _previous_label(ctx: Ctx, version: PolicyVersion) -> Label | None:
    labels = [
        Label(known.major, known.minor)
        for known in policies.versions(ctx, version.policy_id)
        if known.major is not None and known.minor is not None
    ]
    return max(labels, default=None)


def _freeze(ctx: Ctx, version: PolicyVersion) -> None:
    texts = policies.texts(ctx, version.id)
    for text in texts.values():
        text.statement = text.statement.replace("{version}", version.label)
        text.statement_sha256 = statement_sha256(text.statement)
    version.content_sha256 = content_sha256({language: shown_text(text) for language, text in texts.items()})


def _move(version: PolicyVersion, state: rules.VersionState) -> None:
    version.state = state
    version.row_version += 1
