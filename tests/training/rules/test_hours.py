"""What passing is worth, and which month follows which."""

from dataclasses import dataclass
from datetime import date

import pytest

from app.training.rules.hours import following, month_of, pass_minutes


@dataclass(frozen=True, slots=True)
class Lesson:
    minutes: int
    counts_from: int


LESSONS = [Lesson(5, 1), Lesson(7, 2), Lesson(11, 3)]


@pytest.mark.parametrize(("passed_before", "minutes"), [(0, 23), (1, 18), (2, 11), (3, 0)])
def test_a_pass_is_worth_the_lessons_that_no_earlier_pass_was_credited_for(passed_before: int, minutes: int) -> None:
    assert pass_minutes(LESSONS, passed_before) == minutes


def test_a_month_is_named_by_its_first_day_and_december_leads_into_january() -> None:
    assert month_of(date(2026, 12, 31)) == date(2026, 12, 1)
    assert following(date(2026, 11, 1)) == date(2026, 12, 1)
    assert following(date(2026, 12, 1)) == date(2027, 1, 1)
