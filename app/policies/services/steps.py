"""The steps of a policy version."""

from app.models import PolicyVersion
from app.platform import transitions
from app.policies.rules.version import LIFECYCLE, VersionEvent


def move(version: PolicyVersion, event: VersionEvent) -> None:
    """Take one step, which makes what others read of it old; Conflict if its state does not allow it."""
    transitions.move(version, LIFECYCLE, event)
    version.row_version += 1


def refuse_impossible(version: PolicyVersion, event: VersionEvent) -> None:
    """Raise Conflict, before anything else is asked, if the state does not allow this step."""
    transitions.after(LIFECYCLE, version.state, event)
