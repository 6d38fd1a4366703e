import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policies.rules.guarantees import Guarantee, checklist, missing, reworded

WORDS = "You may stop at any time."
COMPLETE = "\n\n".join(f"::: guarantee {guarantee}\n{WORDS}\n:::" for guarantee in Guarantee)


def test_a_policy_without_guarantees_misses_all_five_in_their_order() -> None:
    assert missing("# Rules\n\nYou take part freely, of course you do.") == (
        Guarantee.VOLUNTARY,
        Guarantee.NO_REPRISAL,
        Guarantee.OWN_OPINIONS,
        Guarantee.NO_MONITORING,
        Guarantee.PAID_TIME,
    )


def test_a_policy_with_a_block_for_each_guarantee_misses_none() -> None:
    assert missing(f"# Rules\n\n{COMPLETE}\n") == ()
    assert all(checklist(COMPLETE).values())


def test_what_is_remembered_of_many_long_texts_does_not_hold_them() -> None:
    tracemalloc.start()
    try:
        for number in range(20):
            missing(f"{number} " + "x" * 100_000)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 200_000


def test_a_text_is_judged_the_same_after_more_texts_than_are_remembered() -> None:
    first = missing(COMPLETE)
    for number in range(1001):
        missing(f"{number}")
    assert missing(COMPLETE) == first == ()


@pytest.mark.parametrize(
    "words",
    ["", "Four words are few.", "1 2 3 4 5 6", "— — — — — —", "```\na b c d e f\n```", "___ ___ ___ ___ ___"],
)
def test_a_guarantee_without_real_words_does_not_count(words: str) -> None:
    assert Guarantee.VOLUNTARY in missing(f"::: guarantee voluntary\n{words}\n:::")


@pytest.mark.parametrize(
    "words",
    [
        "La partecipazione è sempre libera.",
        "- free\n- and\n- yours\n- to\n- choose",
        "*It* is **your** free [choice](/).",
    ],
)
def test_a_guarantee_of_five_words_counts_however_they_are_set(words: str) -> None:
    assert Guarantee.VOLUNTARY not in missing(f"::: guarantee voluntary\n{words}\n:::")


@pytest.mark.parametrize("opening", ["::: guarantee", "::: guarantee happiness", "::: promise voluntary", "```"])
def test_a_block_of_another_name_is_no_guarantee(opening: str) -> None:
    assert len(missing(f"{opening}\n{WORDS}\n:::")) == 5


def test_the_words_of_a_block_inside_another_are_not_the_outer_ones() -> None:
    policy = f":::: guarantee voluntary\nShort.\n\n::: guarantee paid_time\n{WORDS}\n:::\n::::"
    assert checklist(policy)[Guarantee.PAID_TIME]
    assert not checklist(policy)[Guarantee.VOLUNTARY]


def test_one_full_block_is_enough_beside_an_empty_one() -> None:
    policy = f"::: guarantee voluntary\n{WORDS}\n:::\n\n::: guarantee voluntary\n:::"
    assert checklist(policy)[Guarantee.VOLUNTARY]


@given(
    st.lists(st.sampled_from(["::: guarantee voluntary", ":::", "::::", "- ", "> ", WORDS, "", "    ", "|a|", "|-|"]))
)
def test_no_text_breaks_the_checklist(lines: list[str]) -> None:
    assert set(checklist("\n".join(lines))) == set(Guarantee)


GUIDE = "::: guarantee voluntary\nYou choose, and {contact} helps you.\n\nYou can stop at any time.\n:::"


@pytest.mark.parametrize(
    "words", [GUIDE, GUIDE.replace("{contact}", "**Ada** [Lupo]"), GUIDE.replace(", and", ",\nand")]
)
def test_the_guided_words_are_known_with_any_name_and_however_their_lines_are_broken(words: str) -> None:
    assert reworded(words, GUIDE) == set()


@pytest.mark.parametrize(
    "words",
    [
        "::: guarantee voluntary\nYou must take part, and we watch whether you do.\n:::",
        GUIDE.replace("\n\nYou can stop at any time.", ""),
        f"{GUIDE}\n\n::: guarantee voluntary\nBut on Mondays all of you must.\n:::",
        GUIDE.replace("voluntary", "paid_time"),
        GUIDE.replace("You can", "You can `not`"),
        GUIDE.replace("\n:::", "\n\n```\nBut not you.\n```\n:::"),
        GUIDE.replace("{contact}", "Ada decides. Nobody"),
        GUIDE.replace("{contact}", "Ada " * 60),
    ],
)
def test_a_guarantee_in_other_words_is_told_apart(words: str) -> None:
    assert len(reworded(words, GUIDE)) == 1
