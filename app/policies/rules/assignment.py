"""The life of a request to acknowledge a policy version, and the day by which it is due."""

from datetime import date, timedelta
from enum import StrEnum
from itertools import product

from app.rules.lifecycle import Lifecycle
from app.wording import N_, NC_, Worded


class AssignmentState(Worded):
    OPEN = "open", N_("still to read")
    ACKNOWLEDGED = "acknowledged", N_("read")
    QUESTION = "question", N_("has a question")
    DECLINED = "declined", N_("does not agree")
    RECORDED_ON_PAPER = "recorded_on_paper", N_("read, signed on paper")
    EXCUSED = "excused", N_("excused")
    CANCELLED = "cancelled", N_("not asked any more")
    SUPERSEDED = "superseded", NC_("assignment", "Replaced")


class AssignmentEvent(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    RECORD_ON_PAPER = "record_on_paper"
    ASK = "ask"
    ANSWER = "answer"
    DECLINE = "decline"
    EXCUSE = "excuse"
    CANCEL = "cancel"
    SUPERSEDE = "supersede"


PENDING = frozenset({AssignmentState.OPEN, AssignmentState.QUESTION})
"""Whoever still owes an answer. A refusal is an answer: HR sees it, nobody is reminded."""

_UNSETTLED = (
    AssignmentState.OPEN,
    AssignmentState.QUESTION,
    AssignmentState.DECLINED,
    AssignmentState.EXCUSED,
)
_SETTLING = {
    AssignmentEvent.ACKNOWLEDGE: AssignmentState.ACKNOWLEDGED,
    AssignmentEvent.RECORD_ON_PAPER: AssignmentState.RECORDED_ON_PAPER,
    AssignmentEvent.CANCEL: AssignmentState.CANCELLED,
    AssignmentEvent.SUPERSEDE: AssignmentState.SUPERSEDED,
}

# Whoever asked, declined or was excused can still acknowledge. Acknowledged and recorded on paper are final:
# a newer version asks again by a new assignment and never rewrites what happened.
LIFECYCLE = Lifecycle(
    {
        **{(state, event): _SETTLING[event] for state, event in product(_UNSETTLED, _SETTLING)},
        (AssignmentState.OPEN, AssignmentEvent.ASK): AssignmentState.QUESTION,
        (AssignmentState.OPEN, AssignmentEvent.DECLINE): AssignmentState.DECLINED,
        (AssignmentState.OPEN, AssignmentEvent.EXCUSE): AssignmentState.EXCUSED,
        (AssignmentState.QUESTION, AssignmentEvent.ASK): AssignmentState.QUESTION,
        (AssignmentState.QUESTION, AssignmentEvent.ANSWER): AssignmentState.OPEN,
        (AssignmentState.QUESTION, AssignmentEvent.DECLINE): AssignmentState.DECLINED,
        (AssignmentState.QUESTION, AssignmentEvent.EXCUSE): AssignmentState.EXCUSED,
        (AssignmentState.DECLINED, AssignmentEvent.ASK): AssignmentState.QUESTION,
        (AssignmentState.DECLINED, AssignmentEvent.EXCUSE): AssignmentState.EXCUSED,
    }
)


def due_on(effective_on: date, grace_days: int, joined_on: date) -> date:
    """Give the last day to acknowledge without being late.

    Grace (whole days, 0 or more) runs from the day the version takes effect, or from the day the person joins
    if that is later.
    """
    return max(effective_on, joined_on) + timedelta(days=grace_days)
