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
    REOPEN = "reopen"


PENDING = (AssignmentState.OPEN, AssignmentState.QUESTION)
"""An answer is still owed. A refusal is an answer: HR sees it, nobody is reminded."""

UNANSWERED = (*PENDING, AssignmentState.DECLINED)
"""The version was not confirmed yet; a newer one asks instead."""

TO_RESOLVE = (AssignmentState.QUESTION, AssignmentState.DECLINED)
"""HR has something to say."""

READ = (AssignmentState.ACKNOWLEDGED, AssignmentState.RECORDED_ON_PAPER)
"""The version was confirmed, on a page, by an API client or on paper."""

SETTLED = (*READ, AssignmentState.EXCUSED)
"""The person is not asked again for another version of the same line (2.0, 2.1, …)."""

CLOSED = (AssignmentState.CANCELLED, AssignmentState.SUPERSEDED)
"""The person is not asked any more."""

_UNCONFIRMED = (*UNANSWERED, AssignmentState.EXCUSED)
_CONFIRMING = {
    AssignmentEvent.ACKNOWLEDGE: AssignmentState.ACKNOWLEDGED,
    AssignmentEvent.RECORD_ON_PAPER: AssignmentState.RECORDED_ON_PAPER,
}
_CLOSING = {
    AssignmentEvent.CANCEL: AssignmentState.CANCELLED,
    AssignmentEvent.SUPERSEDE: AssignmentState.SUPERSEDED,
}

# People who asked, declined or were excused can still acknowledge. Acknowledged and recorded on paper are final:
# a newer version asks again by a new assignment and never rewrites what happened. What was closed opens again when
# the person comes back, or when the version that replaced it is withdrawn.
LIFECYCLE = Lifecycle(
    {
        **{(state, event): _CONFIRMING[event] for state, event in product(_UNCONFIRMED, _CONFIRMING)},
        **{(state, event): _CLOSING[event] for state, event in product(UNANSWERED, _CLOSING)},
        **{(state, AssignmentEvent.REOPEN): AssignmentState.OPEN for state in CLOSED},
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
    """Return the last day to acknowledge without being late.

    Grace (whole days, 0 or more) runs from the day the version takes effect, or from the day the person joins
    if that is later.
    """
    return max(effective_on, joined_on) + timedelta(days=grace_days)
