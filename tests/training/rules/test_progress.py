from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from app.training.rules.progress import newest, progress


@dataclass
class OneLesson:
    key: str
    minutes: int = 5
    counts_from: int = 1


lessons = st.lists(
    st.builds(OneLesson, st.sampled_from("abcdefgh"), st.integers(1, 60), st.integers(1, 5)),
    max_size=8,
    unique_by=lambda lesson: lesson.key,
)
done = st.dictionaries(st.sampled_from("abcdefghxyz"), st.integers(0, 6))


def test_the_next_lesson_is_the_first_that_is_not_done() -> None:
    so_far = progress([OneLesson("a", 4), OneLesson("b", 6), OneLesson("c", 5)], {"a": 1, "c": 1})
    assert (so_far.lessons_done, so_far.minutes_done, so_far.minutes, so_far.next_key) == (2, 9, 15, "b")
    assert so_far.percent == 60


def test_a_lesson_that_changed_must_be_done_again_where_the_version_asks_for_it() -> None:
    changed = [OneLesson("a", counts_from=1), OneLesson("b", counts_from=2)]
    assert progress(changed, {"a": 1, "b": 1}).next_key == "b"
    assert progress(changed, {"a": 1, "b": 2}).percent == 100


def test_lessons_added_after_somebody_had_finished_never_make_more_than_everything() -> None:
    """Frappe LMS #890: more than 100 % after a lesson was added, as the share was stored and counted up."""
    before = {"a": 1, "b": 1, "taken out": 1}
    assert progress([OneLesson("a"), OneLesson("b")], before).percent == 100
    assert progress([OneLesson("a"), OneLesson("b"), OneLesson("new", counts_from=2)], before).percent == 66


def test_a_course_of_very_long_lessons_is_finished_only_with_the_last_one() -> None:
    assert progress([OneLesson("a", 999), OneLesson("b", 1)], {"a": 1}).percent == 99


@given(lessons, done)
def test_progress_is_a_share_of_the_whole_and_100_means_everything(them: list[OneLesson], when: dict[str, int]) -> None:
    so_far = progress(them, when)
    assert 0 <= so_far.percent <= 100
    assert (so_far.percent == 100) == (so_far.lessons_done == so_far.lessons)
    assert so_far.done <= {lesson.key for lesson in them}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 5))), st.randoms())
def test_the_order_in_which_records_arrive_makes_no_difference(records: list[tuple[str, int]], chance: object) -> None:
    shuffled = sorted(records, key=lambda _: chance.random())  # type: ignore[attr-defined]
    assert newest(shuffled) == newest(records) == newest([*records, *records])
