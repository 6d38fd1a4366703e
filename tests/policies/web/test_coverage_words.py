from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.policies.rules.assignment import AssignmentState
from app.policies.web.coverage_words import standing

ROME = ZoneInfo("Europe/Rome")
DONE = {"answered_at": datetime(2026, 11, 28, 23, 30, tzinfo=UTC)}  # half past midnight in Rome


def row(state: AssignmentState, **facts: Any) -> SimpleNamespace:
    return SimpleNamespace(state=state, due_on=date(2026, 12, 7), **{"overdue": False, **facts})


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (None, "not asked"),
        (row(AssignmentState.OPEN), "to read by 7 Dec"),
        (row(AssignmentState.OPEN, overdue=True), "was due on 7 Dec"),
        (row(AssignmentState.ACKNOWLEDGED, **DONE), "read on 29 Nov"),
        (row(AssignmentState.RECORDED_ON_PAPER, **DONE), "signed on paper, 29 Nov"),
        (row(AssignmentState.EXCUSED), "excused"),
    ],
)
def test_where_a_person_stands_is_said_in_words_with_the_day_of_the_company(
    asked: SimpleNamespace | None, words: str
) -> None:
    assert standing("en", ROME, asked)[0] == words
