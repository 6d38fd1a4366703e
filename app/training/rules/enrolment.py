"""The life of an enrolment: what a course asks of one person. Whether it is still valid is said by its certificate."""

from enum import StrEnum

from app.rules.lifecycle import Lifecycle
from app.wording import N_, NC_, Worded


class EnrolmentState(Worded):
    ASSIGNED = "assigned", N_("still to begin")
    SELF_ENROLLED = "self_enrolled", N_("enrolled by choice")
    IN_PROGRESS = "in_progress", NC_("enrolment", "begun")
    PASSED = "passed", NC_("enrolment", "passed")
    EXEMPTED = "exempted", NC_("enrolment", "exempt")
    CANCELLED = "cancelled", NC_("enrolment", "not asked any more")


class EnrolmentEvent(StrEnum):
    ASSIGN = "assign"
    BEGIN = "begin"
    PASS = "pass"  # noqa: S105 - an event
    EXEMPT = "exempt"
    CANCEL = "cancel"
    REOPEN = "reopen"
    RENEW = "renew"


PENDING = (EnrolmentState.ASSIGNED, EnrolmentState.IN_PROGRESS)
"""The course still has to be finished. Who enrolled by choice is reminded of nothing: see ``Enrolment.voluntary``."""

UNFINISHED = (*PENDING, EnrolmentState.SELF_ENROLLED)
"""The person can go on with the course."""

DONE = (EnrolmentState.PASSED, EnrolmentState.EXEMPTED)
"""Nothing is asked of the person until a renewal or a new version asks again."""

# A person passes once; a renewal, a refresher or a retake asks again, by the same row, so that nobody is enrolled
# twice. What happened stays in the list of events, and each pass has a certificate of its own.
LIFECYCLE = Lifecycle(
    {
        (EnrolmentState.SELF_ENROLLED, EnrolmentEvent.ASSIGN): EnrolmentState.ASSIGNED,
        (EnrolmentState.ASSIGNED, EnrolmentEvent.BEGIN): EnrolmentState.IN_PROGRESS,
        (EnrolmentState.SELF_ENROLLED, EnrolmentEvent.BEGIN): EnrolmentState.IN_PROGRESS,
        **{(state, EnrolmentEvent.PASS): EnrolmentState.PASSED for state in UNFINISHED},
        **{(state, EnrolmentEvent.EXEMPT): EnrolmentState.EXEMPTED for state in UNFINISHED},
        **{(state, EnrolmentEvent.CANCEL): EnrolmentState.CANCELLED for state in UNFINISHED},
        (EnrolmentState.CANCELLED, EnrolmentEvent.REOPEN): EnrolmentState.ASSIGNED,
        **{(state, EnrolmentEvent.RENEW): EnrolmentState.ASSIGNED for state in DONE},
    }
)
