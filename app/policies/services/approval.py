"""Approval: what goes out is checked, frozen and hashed, by a person other than its only author."""

from app.authz import Permission
from app.context import Ctx
from app.errors import Conflict, Forbidden, Invalid, PreconditionFailed
from app.models import PolicyVersion
from app.platform import audit, outbox
from app.platform.audit import Act
from app.platform.outbox import JobKind
from app.policies.queries.review import Checked, checked, judged
from app.policies.rows import policies
from app.policies.rows.authorship import is_sole_author
from app.policies.rows.policies import previous_label
from app.policies.rules.text import whole_text
from app.policies.rules.version import VersionEvent
from app.policies.schemas.policy import ReturnIn
from app.policies.services.steps import move, refuse_impossible
from app.policies.services.templates import named
from app.rules import versions
from app.rules.fingerprint import content_sha256, statement_sha256
from app.wording import N_


def submit(ctx: Ctx, version_id: str, before: Checked | None = None) -> PolicyVersion:
    """Send a draft to approval; Invalid names what is still missing.

    ``before`` is the check made before the transaction: Conflict ``checked_text_changed`` if a text changed since.
    Without it the texts are checked here.
    """
    ctx.require(Permission.WRITE_POLICIES)
    version = policies.held(ctx, version_id)
    refuse_impossible(version, VersionEvent.SUBMIT)
    _refuse_incomplete(ctx, version_id, before)
    move(version, VersionEvent.SUBMIT)
    version.submitted_at = ctx.now
    audit.record(ctx, Act.VERSION_SUBMITTED, version_id)
    _tell(ctx, JobKind.SUBMITTED_MAIL, version)
    return version


def request_changes(ctx: Ctx, version_id: str, data: ReturnIn) -> PolicyVersion:
    """Give a version back to its authors, with the reason."""
    ctx.require(Permission.APPROVE_POLICIES)
    version = policies.held(ctx, version_id)
    move(version, VersionEvent.REQUEST_CHANGES)
    audit.record(ctx, Act.VERSION_RETURNED, version_id, reason=data.reason)
    _tell(ctx, JobKind.RETURNED_MAIL, version)
    return version


def approve(ctx: Ctx, version_id: str, row_version: int | None = None, before: Checked | None = None) -> PolicyVersion:
    """Freeze the bytes of a version, name it and hash it. From here on nobody can change it.

    PreconditionFailed if it is no longer the one that the approver looked at (``row_version``); ``before`` as in
    `submit`.
    """
    ctx.require(Permission.APPROVE_POLICIES)
    version = policies.held(ctx, version_id)
    refuse_impossible(version, VersionEvent.APPROVE)
    if row_version not in {None, version.row_version}:
        raise PreconditionFailed
    if is_sole_author(ctx, version_id):
        detail = N_("You wrote this version alone: somebody else has to approve it.")
        raise Forbidden("sole_author", detail)
    _refuse_incomplete(ctx, version_id, before)
    version.major, version.minor = versions.next_label(previous_label(ctx, version), material=version.material)
    _freeze(ctx, version)
    move(version, VersionEvent.APPROVE)
    version.approved_at, version.approved_by = ctx.now, ctx.actor.id
    audit.record(ctx, Act.VERSION_APPROVED, version_id, label=version.label, content_sha256=version.content_sha256)
    _tell(ctx, JobKind.APPROVED_MAIL, version)
    return version


def _refuse_incomplete(ctx: Ctx, version_id: str, before: Checked | None) -> None:
    """Refuse texts that are not ready, and texts other than those checked: the policy is locked by now."""
    present = judged(ctx, version_id)
    found = before or checked(present)
    if found.fingerprint != present.fingerprint:
        changed = N_("Somebody changed the text while it was being checked. Read the new text, then try again.")
        raise Conflict("checked_text_changed", changed)
    if found.shortcomings:
        detail = N_("The text is not ready for approval. Correct what is listed.")
        raise Invalid(found.shortcomings, "incomplete_policy", detail)


def _freeze(ctx: Ctx, version: PolicyVersion) -> None:
    texts = policies.texts(ctx, version.id)
    for text in texts.values():
        text.statement = named(text.statement, version.label)
        text.statement_sha256 = statement_sha256(text.statement)
    version.content_sha256 = content_sha256(
        {language: whole_text(text.title, text.body) for language, text in texts.items()}
    )


def _tell(ctx: Ctx, kind: JobKind, version: PolicyVersion) -> None:
    """Ask for the mails about a step; ``submission`` is the moment at which the version was sent to approval."""
    outbox.add(ctx, kind, version_id=version.id, submission=str(version.submitted_at), by=ctx.actor.id)
