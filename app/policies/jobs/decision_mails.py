"""The mails about a decision on a version: that it waits for one, and which one was taken.

Each is about one submission: a text sent to approval again has mails of its own. The person who took the step
that a mail tells of is not told.
"""

from collections.abc import Callable, Collection
from typing import Any

from app.context import Ctx
from app.jobs.mail import Addressed
from app.policies.jobs.mails import to_each
from app.policies.rows import decisions, policies
from app.policies.rows import decisions as decision_notices
from app.policies.rules.version import VersionState

_OVER = frozenset({VersionState.SUPERSEDED, VersionState.WITHDRAWN})


def submitted(ctx: Ctx, version_id: str, **step: str) -> dict[str, Addressed]:
    """Address those who may approve: a version waits for their decision. Nobody, if it does no more."""
    return _told(ctx, version_id, {VersionState.IN_APPROVAL}, decision_notices.approvers, **step)


def returned(ctx: Ctx, version_id: str, **step: str) -> dict[str, Addressed]:
    """Address the authors: changes are asked for. Nobody, if they sent it to approval again."""
    reason = decisions.returned_because(ctx, version_id)
    return _told(ctx, version_id, {VersionState.DRAFT}, decision_notices.authors, **step, reason=reason)


def approved(ctx: Ctx, version_id: str, **step: str) -> dict[str, Addressed]:
    """Address the authors: their version is approved. Nobody, if it was withdrawn or replaced by another one."""
    return _told(ctx, version_id, {*VersionState} - _OVER, decision_notices.authors, **step)


def _told(
    ctx: Ctx,
    version_id: str,
    states: Collection[VersionState],
    readers: Callable[[Ctx, str], list[Any]],
    *,
    submission: str,
    by: str,
    **facts: Any,
) -> dict[str, Addressed]:
    version = policies.version(ctx, version_id)
    if version.state not in states or str(version.submitted_at) != submission:
        return {}
    others = [reader for reader in readers(ctx, version_id) if reader.id != by]
    known = {"version_id": version_id, "policy_id": version.policy_id, "label": version.label}
    return to_each(ctx, others, version_id, **known, published=version.published_at is not None, **facts)
