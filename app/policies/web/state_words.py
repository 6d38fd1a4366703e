"""What people call the states of versions and of what is asked of somebody, on pages and in refusals."""

from app.policies.rules.assignment import AssignmentState
from app.policies.rules.version import VersionState
from app.wording import N_

STATE_WORDS: dict[str, str] = {
    AssignmentState.OPEN: N_("still to read"),
    AssignmentState.QUESTION: N_("has a question"),
    AssignmentState.DECLINED: N_("does not agree"),
    AssignmentState.ACKNOWLEDGED: N_("read"),
    AssignmentState.RECORDED_ON_PAPER: N_("read, signed on paper"),
    AssignmentState.EXCUSED: N_("excused"),
    AssignmentState.CANCELLED: N_("not asked any more"),
    VersionState.DRAFT: N_("Draft"),
    VersionState.IN_APPROVAL: N_("Waiting for approval"),
    VersionState.SCHEDULED: N_("Approved, not published"),
    VersionState.IN_FORCE: N_("In force"),
    VersionState.SUPERSEDED: N_("Replaced"),  # of an assignment as well, whose state has the same name
    VersionState.WITHDRAWN: N_("Withdrawn"),
}
