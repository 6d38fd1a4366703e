from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.instants import NotAnInstant, canonical, parse

MOMENTS = st.datetimes(
    min_value=datetime(1, 1, 3),  # noqa: DTZ001 -- hypothesis adds the zone
    max_value=datetime(9999, 12, 29),  # noqa: DTZ001
    timezones=st.timezones(),
)


def test_a_moment_is_written_in_utc_with_six_decimals() -> None:
    rome = timezone(timedelta(hours=1))
    assert canonical(datetime(2026, 11, 23, 19, 22, 57, 123, tzinfo=rome)) == "2026-11-23T18:22:57.000123Z"
    assert canonical(datetime(2026, 1, 2, tzinfo=UTC)) == "2026-01-02T00:00:00.000000Z"
    assert canonical(datetime(7, 1, 2, tzinfo=UTC)) == "0007-01-02T00:00:00.000000Z"


@given(MOMENTS)
def test_what_is_written_reads_back_as_the_same_moment(at: datetime) -> None:
    assert parse(canonical(at)) == at.astimezone(UTC)
    assert canonical(parse(canonical(at))) == canonical(at)


@given(MOMENTS, MOMENTS)
def test_texts_sort_as_their_moments(one: datetime, other: datetime) -> None:
    assert (canonical(one) < canonical(other)) == (one.astimezone(UTC) < other.astimezone(UTC))


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(NotAnInstant) as refusal:
        canonical(datetime(2026, 1, 2))  # noqa: DTZ001 -- the mistake under test
    assert refusal.value.code == "not_an_instant"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-23",
        "2026-11-23T18:22:57Z",
        "2026-11-23T18:22:57.123Z",
        "2026-11-23T18:22:57.000123+00:00",
        "2026-11-23t18:22:57.000123Z",
        "2026-11-23T18:22:57.000123Z\n",
        "2026-02-30T18:22:57.000123Z",
        "2026-11-23T25:22:57.000123Z",
        "٢٠٢٦-11-23T18:22:57.000123Z",
    ],
)
def test_another_spelling_is_no_instant(text: str) -> None:
    with pytest.raises(NotAnInstant):
        parse(text)
