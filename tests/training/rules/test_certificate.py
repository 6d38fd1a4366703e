"""How long a certificate is valid."""

from datetime import date

import pytest

from app.training.rules.certificate import expires_on


@pytest.mark.parametrize(
    ("issued_on", "months", "last"),
    [
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 8, 31), 18, date(2028, 2, 29)),
        (date(2026, 11, 15), 1, date(2026, 12, 15)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_a_certificate_is_valid_until_the_same_day_of_a_later_month(issued_on: date, months: int, last: date) -> None:
    assert expires_on(issued_on, months) == last


def test_a_certificate_of_a_course_without_an_end_does_not_expire() -> None:
    assert expires_on(date(2026, 12, 1), None) is None
