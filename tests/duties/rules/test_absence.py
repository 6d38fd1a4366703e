from datetime import date

import pytest

from app.duties.rules.absence import due_after_absence


@pytest.mark.parametrize(
    ("due", "opened", "back_due"),
    [
        ("2026-03-20", "2026-03-01", "2026-04-11"),  # ten days were left
        ("2026-03-12", "2026-03-01", "2026-04-06"),  # two were left: at least five
        ("2026-03-01", "2026-02-01", "2026-04-06"),  # late already: five all the same
        ("2026-04-04", "2026-03-20", "2026-04-16"),  # asked during the absence, with fifteen days
    ],
)
def test_the_days_that_were_left_are_given_back(due: str, opened: str, back_due: str) -> None:
    away_from, back_on = date(2026, 3, 10), date(2026, 4, 1)
    given = due_after_absence(date.fromisoformat(due), date.fromisoformat(opened), away_from, back_on)
    assert given == date.fromisoformat(back_due)
