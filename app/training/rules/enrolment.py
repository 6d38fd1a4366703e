"""The life of an enrolment: what a course asks of one person. Whether it is still valid is said by its certificate."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from app.rules.lifecycle import Lifecycle
from app.training.rules.course import Asks
from app.wording import N_, NC_, Worded


class EnrolmentState(Worded):
    ASSIGNED = "assigned", N_("still to begin")
    SELF_ENROLLED = "self_enrolled", N_("enrolled by choice")
    IN_PROGRESS = "in_progress", NC_("enrolment", "begun")
    PASSED = "passed", NC_("enrolment", "passed")
    EXEMPTED = "exempted", NC_("enrolment", "exempt")
    CANCELLED = "cancelled", NC_("enrolment", "not asked any more")


class Standing(Worded):
    """All that the employer and the agency learn of an enrolment: whether somebody has begun is the person's own."""

    PASSED = "passed", NC_("enrolment", "passed")
    NOT_YET = "not_yet", N_("not yet")
    EXPIRED = "expired", NC_("enrolment", "expired")
    EXEMPT = "exempt", NC_("enrolment", "exempt")
    NOT_ASKED = "not_asked", NC_("enrolment", "not asked any more")


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


class NumberedVersion(Protocol):
    """A version of a course that was published, and what it asks of those who passed an earlier one."""

    id: str
    number: int
    asks: Asks


def first_state(*, voluntary: bool) -> EnrolmentState:
    """Return the state of a new enrolment: chosen by the person, or asked of them."""
    return EnrolmentState.SELF_ENROLLED if voluntary else EnrolmentState.ASSIGNED


def due_on(today: date, due_days: int, starts_on: date) -> date:
    """Return the last day in time: so many days after today, or after the first day at work where that is later."""
    return max(today, starts_on) + timedelta(days=due_days)


def again_by(today: date, due_days: int, asks_by: date | None) -> date:
    """Return the last day for what is asked again: the one the version names, unless that is past already."""
    return asks_by if asks_by is not None and asks_by >= today else due_on(today, due_days, today)


def asked_again(versions: Iterable[NumberedVersion]) -> list[str]:
    """Return the versions of which a later one asks something of those who passed them, by their ids.

    A version that asks nothing does not undo what one before it asked.
    """
    published = list(versions)
    asking = max((one.number for one in published if one.asks is not Asks.KEEP), default=0)
    return [one.id for one in published if one.number < asking]
