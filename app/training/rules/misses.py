"""Which questions many people miss, told so that nobody's answer can be worked out from it.

Each person counts once for a question, by the first attempt that they finished. People are counted in the order in
which they finished and only in whole groups of five, so that two looks at the page differ by five people or by none.
What is told is a range, each end of which is open: even where all of a group missed a question, it says "most", which
is also said where one of them did not. The ranges of two questions, or of two versions, are of no common group.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Protocol

from app.rules.small_groups import MINIMUM_GROUP
from app.training.rules.attempt import Answers, Frozen, answered_right
from app.wording import N_, Worded

_RANGES = 4


class Missed(Worded):
    """How many of those who answered a question missed it."""

    FEW = "few", N_("few miss it")
    SOME = "some", N_("some miss it")
    MANY = "many", N_("many miss it")
    MOST = "most", N_("most miss it")


class FinishedAttempt(Protocol):
    """What one person answered to which questions in an attempt that is over."""

    enrolment_id: str
    questions: Sequence[Frozen]
    answers: Answers


def missed_by(attempts: Iterable[FinishedAttempt]) -> dict[str, list[bool]]:
    """Return for each question, by its id, who missed it at their first attempt, in the order of finishing."""
    found: dict[str, list[bool]] = defaultdict(list)
    seen: set[tuple[str, str]] = set()
    for attempt in attempts:
        for question in attempt.questions:
            who = (question["id"], attempt.enrolment_id)
            if who not in seen:
                seen.add(who)
                found[question["id"]].append(not answered_right(question, attempt.answers.get(question["id"], ())))
    return dict(found)


def told(missed: Sequence[bool]) -> Missed | None:
    """Return how many missed a question, as a range of quarters; None where fewer than five have answered it."""
    counted = missed[: len(missed) // MINIMUM_GROUP * MINIMUM_GROUP]
    if not counted:
        return None
    return list(Missed)[min(sum(counted) * _RANGES // len(counted), _RANGES - 1)]
