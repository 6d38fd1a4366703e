"""The life of a policy version, who may approve it, and what it is called."""

from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple, Self

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


def may_approve(approver: str, authors: Collection[str], owners: Collection[str]) -> bool:
    """Tell whether this person may approve what these people wrote.

    The arguments are ids of persons. Nobody approves alone what they alone wrote, except the owner of a firm
    that has one owner only.
    """
    is_sole_author = set(authors) == {approver}
    is_only_owner = set(owners) == {approver}
    return is_only_owner or not is_sole_author


class Label(NamedTuple):
    """The name of a version, as in 2.1."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"

    def after_material_change(self) -> Self:
        return self._replace(major=self.major + 1, minor=0)

    def after_minor_change(self) -> Self:
        return self._replace(minor=self.minor + 1)


def next_label(previous: Label | None, *, material: bool) -> Label:
    """Name the version that follows: 1.0 first, then 2.0 after a material change, 1.1 after a minor one."""
    if previous is None:
        return Label(1, 0)
    return previous.after_material_change() if material else previous.after_minor_change()
