"""The life of a policy version, who may approve it, and what it is called."""

from enum import StrEnum

from app.rules.lifecycle import Lifecycle
from app.wording import N_, NC_, Worded


class VersionState(Worded):
    DRAFT = "draft", N_("Draft")
    IN_APPROVAL = "in_approval", N_("Waiting for approval")
    APPROVED = "approved", N_("Approved, not published")
    PUBLISHED = "published", N_("Published, not in force yet")
    IN_FORCE = "in_force", N_("In force")
    SUPERSEDED = "superseded", NC_("policy version", "Replaced")
    WITHDRAWN = "withdrawn", NC_("policy version", "Withdrawn")


class VersionEvent(StrEnum):
    SUBMIT = "submit"
    REQUEST_CHANGES = "request_changes"
    APPROVE = "approve"
    PUBLISH = "publish"
    TAKE_EFFECT = "take_effect"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"


IN_THE_MAKING = (VersionState.DRAFT, VersionState.IN_APPROVAL)
"""The text is still written and judged; a policy has one such version at most."""

ON_SHOW = (VersionState.PUBLISHED, VersionState.IN_FORCE)
"""A published version can be read; it is in force from its day on."""

# Publishing is a step of its own, also when the effective day has come: it goes into the evidence log and asks people
# to acknowledge. What is approved or published can still be withdrawn, and a newer version that takes effect first
# supersedes it.
LIFECYCLE = Lifecycle(
    {
        (VersionState.DRAFT, VersionEvent.SUBMIT): VersionState.IN_APPROVAL,
        (VersionState.IN_APPROVAL, VersionEvent.REQUEST_CHANGES): VersionState.DRAFT,
        (VersionState.IN_APPROVAL, VersionEvent.APPROVE): VersionState.APPROVED,
        (VersionState.APPROVED, VersionEvent.PUBLISH): VersionState.PUBLISHED,
        (VersionState.APPROVED, VersionEvent.SUPERSEDE): VersionState.SUPERSEDED,
        (VersionState.APPROVED, VersionEvent.WITHDRAW): VersionState.WITHDRAWN,
        (VersionState.PUBLISHED, VersionEvent.TAKE_EFFECT): VersionState.IN_FORCE,
        (VersionState.PUBLISHED, VersionEvent.SUPERSEDE): VersionState.SUPERSEDED,
        (VersionState.PUBLISHED, VersionEvent.WITHDRAW): VersionState.WITHDRAWN,
        (VersionState.IN_FORCE, VersionEvent.SUPERSEDE): VersionState.SUPERSEDED,
        (VersionState.IN_FORCE, VersionEvent.WITHDRAW): VersionState.WITHDRAWN,
    }
)
