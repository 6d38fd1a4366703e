"""What an approver looks at: exactly what goes out, what it replaces, and what still stands in the way."""

from dataclasses import dataclass

from app.authz import Permission
from app.context import Ctx
from app.errors import FieldError
from app.models import Policy, PolicyKind, PolicyText, PolicyVersion
from app.policies.rows import authorship, policies
from app.policies.rows.authorship import is_sole_author
from app.policies.rows.policies import previous_label
from app.policies.rules.guarantees import Guarantee, missing
from app.rules import versions
from app.rules.fingerprint import parts_sha256
from app.wording import N_

_MISSING: dict[Guarantee, str] = {
    Guarantee.VOLUNTARY: N_("It does not say that taking part is voluntary. Put that guarantee back."),
    Guarantee.NO_REPRISAL: N_("It does not say that a no has no consequences. Put that guarantee back."),
    Guarantee.OWN_OPINIONS: N_("It does not protect own opinions and union rights. Put that guarantee back."),
    Guarantee.NO_MONITORING: N_("It does not exclude the watching of profiles. Put that guarantee back."),
    Guarantee.PAID_TIME: N_("It does not say that training is paid time. Put that guarantee back."),
}

_WORDS = ("title", "body", "statement", "summary")


@dataclass(frozen=True, slots=True)
class Judged:
    """What decides whether a version is ready: its texts, and what is asked of each of them."""

    texts: list[PolicyText]
    with_guarantees: bool
    with_summary: bool

    @property
    def fingerprint(self) -> str:
        """Return 64 hex digits that change with each text, and with what is asked of them."""
        asked = {"asked": f"{self.with_guarantees} {self.with_summary}"}
        words = {f"{one.language}/{name}": getattr(one, name) for one in self.texts for name in _WORDS}
        return parts_sha256(asked | words)


@dataclass(frozen=True, slots=True)
class Checked:
    """What keeps exactly the texts with this fingerprint from approval; no shortcomings when they are ready."""

    fingerprint: str
    shortcomings: list[FieldError]


@dataclass(frozen=True, slots=True)
class Review:
    """A version with all that is needed to judge it. ``label`` is the one it has or will get."""

    policy: Policy
    version: PolicyVersion
    label: str
    texts: dict[str, PolicyText]
    before: PolicyVersion | None
    texts_before: dict[str, PolicyText]
    judged: Judged
    authors: list[str]
    may_approve: bool
    sole_author: bool


def review(ctx: Ctx, version_id: str) -> Review:
    """Return what an approver looks at; everybody who may read policies may look."""
    ctx.require(Permission.READ_POLICIES)
    version = policies.version(ctx, version_id)
    before = policies.in_force(ctx, version.policy_id)
    if before is not None and before.id == version.id:
        before = None
    return Review(
        policy=policies.policy(ctx, version.policy_id),
        version=version,
        label=version.label or str(versions.next_label(previous_label(ctx, version), material=version.material)),
        texts=policies.texts(ctx, version_id),
        before=before,
        texts_before=policies.texts(ctx, before.id) if before else {},
        judged=judged(ctx, version_id),
        authors=_author_names(ctx, version_id),
        may_approve=ctx.actor.may(Permission.APPROVE_POLICIES),
        sole_author=is_sole_author(ctx, version_id),
    )


def _author_names(ctx: Ctx, version_id: str) -> list[str]:
    if not ctx.actor.sees_names:
        return []
    return sorted(policies.actor_names(ctx, authorship.authors(ctx, version_id)).values())


def judged(ctx: Ctx, version_id: str) -> Judged:
    """Return what `shortcomings` judges; everybody who may read policies may ask."""
    ctx.require(Permission.READ_POLICIES)
    version = policies.version(ctx, version_id)
    return Judged(
        texts=list(policies.texts(ctx, version_id).values()),
        with_guarantees=policies.policy(ctx, version.policy_id).kind is PolicyKind.INTERNAL,
        with_summary=version.material and previous_label(ctx, version) is not None,
    )


def checked(version: Judged) -> Checked:
    """Parse the texts of a version and return what keeps it from approval.

    Parsing can take seconds, so pages and API do it before the transaction (web/drafts.py).
    """
    return Checked(version.fingerprint, shortcomings(version))


def shortcomings(version: Judged) -> list[FieldError]:
    """Return what keeps a version from approval; empty when it is ready."""
    found = [error for text in version.texts for error in _missing_words(text)]
    if version.with_guarantees:
        found += [error for text in version.texts for error in _missing_guarantees(text)]
    if version.with_summary:
        found += [error for text in version.texts for error in _missing_summary(text)]
    return found


def _missing_words(text: PolicyText) -> list[FieldError]:
    if text.body.strip() and text.statement.strip():
        return []
    detail = N_("The text or its statement is empty. Write it.")
    return [FieldError(f"/texts/{text.language}/body", "text_missing", detail)]


def _missing_guarantees(text: PolicyText) -> list[FieldError]:
    return [
        FieldError(f"/texts/{text.language}/body", f"guarantee_{name.value}", _MISSING[name])
        for name in missing(text.body)
    ]


def _missing_summary(text: PolicyText) -> list[FieldError]:
    if text.summary.strip():
        return []
    detail = N_("Say in a few words what changed, for those who read the last version.")
    return [FieldError(f"/texts/{text.language}/summary", "summary_missing", detail)]
