from hypothesis import given
from hypothesis import strategies as st

from app.rules.small_groups import MINIMUM_GROUP, shown, shown_groups

TABLES = st.dictionaries(
    st.text(min_size=1, max_size=3),
    st.integers(0, 12).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))),
    max_size=8,
)


def test_an_aggregate_viewer_sees_no_count_of_a_group_of_fewer_than_five() -> None:
    assert shown(3, 4, aggregate_only=True) is None
    assert shown(3, 5, aggregate_only=True) == 3
    assert shown(0, 40, aggregate_only=True) == 0


def test_whoever_may_see_the_names_sees_every_count() -> None:
    assert shown(3, 4, aggregate_only=False) == 3


def test_a_single_hidden_group_takes_the_next_smallest_with_it() -> None:
    table = {"Sales": (20, 30), "Shop": (1, 2), "Office": (4, 9)}
    assert shown_groups(table) == {"Sales": 20, "Shop": None, "Office": None}


def test_hidden_groups_that_are_few_people_together_take_another_with_them() -> None:
    assert shown_groups({"A": (1, 1), "B": (0, 2), "C": (3, 6), "D": (7, 9)}) == {
        "A": None,
        "B": None,
        "C": None,
        "D": 7,
    }


def test_an_empty_group_does_not_cover_a_small_one() -> None:
    assert shown_groups({"A": (0, 0), "B": (2, 4), "C": (3, 6)}) == {"A": None, "B": None, "C": None}


def test_groups_large_enough_are_all_shown() -> None:
    assert shown_groups({"A": (5, 5), "B": (0, 8)}) == {"A": 5, "B": 0}
    assert shown_groups({}) == {}


@given(TABLES)
def test_no_small_group_can_be_worked_out_from_the_rest_of_the_table(
    table: dict[str, tuple[int, int]],
) -> None:
    result = shown_groups(table)
    hidden = [table[name][1] for name, count in result.items() if count is None and table[name][1]]
    assert all(count is None or table[name][1] >= MINIMUM_GROUP for name, count in result.items())
    nothing_shown = all(count is None for count in result.values())
    assert not hidden or nothing_shown or (len(hidden) > 1 and sum(hidden) >= MINIMUM_GROUP)
