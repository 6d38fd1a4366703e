import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from app.policies.rules.marked_changes import marked_changes
from app.policies.rules.text import html

WORD = re.compile(r"\w+|[^\w\s]")


def marked(old: str, new: str) -> str:
    return marked_changes(html(old), html(new)).html.replace("\n", "")


def words(page: str, *, without: str = "") -> list[str]:
    """Read the words of a page as a person would, leaving out the text of one kind of mark."""
    root = lxml_html.fragment_fromstring(page, create_parent="div")
    for element in root.xpath(f"//{without}") if without else ():
        element.drop_tree()
    return WORD.findall(" ".join(root.itertext()))


def test_a_new_word_is_underlined_and_an_old_one_struck_out() -> None:
    assert marked("Be kind to people.", "Be very kind to all.") == (
        "<p>Be <ins>very</ins> kind to<del> people</del> <ins>all</ins>.</p>"
    )


def test_an_unchanged_text_has_no_marks() -> None:
    page = html("# A\n\n- b & c\n- d\n\n| e |\n|---|\n| f |")
    assert marked_changes(page, page) == (page, 0)


def test_a_removed_word_does_not_touch_its_neighbour() -> None:
    assert marked("Always be kind", "be kind") == "<p><del>Always </del>be kind</p>"
    assert marked("Be kind always", "Be kind") == "<p>Be kind<del> always</del></p>"
    assert marked("Be kind.", "Be kind!") == "<p>Be kind<del>.</del><ins>!</ins></p>"


def test_marks_never_cross_other_elements() -> None:
    assert marked("Be kind.", "Be *always very* kind.") == ("<p>Be <em><ins>always very</ins></em> kind.</p>")


def test_a_word_kept_inside_a_rewritten_passage_does_not_split_it() -> None:
    old, new = "Tell us who and when today, please.", "Tell us everything and nothing today, please."
    assert marked(old, new) == (
        "<p>Tell us<del> who and when</del> <ins>everything and nothing</ins> today, please.</p>"
    )
    assert marked_changes(html(old), html(new)).places == 1


def test_a_link_that_leads_elsewhere_is_a_change_and_emphasis_is_none() -> None:
    assert marked("See [here](/a) now please.", "See [here](/b) *now* please.") == (
        '<p>See<del> here</del> <a href="/b"><ins>here</ins></a> <em>now</em> please.</p>'
    )


def test_headings_keep_their_anchors_and_no_anchor_comes_twice() -> None:
    assert marked("# Our old rules", "# Our rules") == '<h1 id="s-our-rules">Our<del> old</del> rules</h1>'


def test_a_new_guarantee_is_marked_inside_its_frame_and_a_removed_one_outside_of_the_others() -> None:
    first = "::: guarantee voluntary\nTaking part is free.\n:::"
    second = "::: guarantee paid_time\nTraining counts as work.\n:::"
    frame = '<aside class="guarantee" data-guarantee="{}"><p>{}</p></aside>'
    free = frame.format("voluntary", "Taking part is free.")
    assert marked(first, f"{first}\n{second}") == free + frame.format(
        "paid_time", "<ins>Training counts as work.</ins>"
    )
    assert marked(f"{second}\n{first}", first) == f"<p><del>Training counts as work.</del></p>{free}"


def test_a_removed_item_is_struck_out_in_its_list() -> None:
    assert marked("- alpha\n- beta\n- gamma", "- alpha\n- gamma") == (
        "<ul><li>alpha</li><li><del>beta</del></li><li>gamma</li></ul>"
    )
    assert marked("- alpha\n- beta\n\nEnd", "- alpha\n\nEnd") == (
        "<ul><li>alpha</li><li><del>beta</del></li></ul><p>End</p>"
    )


def test_a_removed_row_is_struck_out_as_a_row_and_a_new_figure_stays_in_its_cell() -> None:
    head = "| Who | Days |\n|---|---|\n"
    assert marked(f"{head}| all | 5 |\n| sales | 9 |", f"{head}| all | 7 |") == (
        "<table><thead><tr><th>Who</th><th>Days</th></tr></thead><tbody>"
        "<tr><td>all</td><td><del>5</del><ins>7</ins></td></tr>"
        "<tr><td><del>sales</del></td><td><del>9</del></td></tr></tbody></table>"
    ).replace("<del>5</del>", "<del>5 </del>")


def test_removed_blocks_keep_their_order() -> None:
    page = marked("One thing here.\n\n- two\n- three\n\nFour things.\n\nEnd", "End")
    assert words(page) == ["One", "thing", "here", ".", "two", "three", "Four", "things", ".", "End"]


def test_a_replaced_paragraph_shows_the_old_one_before_the_new_one() -> None:
    assert marked("Ask your manager first.", "Nobody needs permission.") == (
        "<p><del>Ask your manager first.</del></p><p><ins>Nobody needs permission.</ins></p>"
    )
    assert marked_changes(html("Ask your manager first."), html("Nobody needs permission.")).places == 2


def test_everything_can_be_new_or_gone() -> None:
    assert marked("", "All *new*") == "<p><ins>All</ins> <em><ins>new</ins></em></p>"
    assert marked("All gone", "") == "<p><del>All gone</del></p>"
    assert marked("All gone", "---") == "<p><del>All gone</del></p><hr />"
    assert marked_changes("", "").html == ""


def test_texts_without_elements_are_compared_too() -> None:
    assert marked_changes("old words here", "new words here</p>").html == (
        "<del>old </del><ins>new</ins> words here</p>"
    )


PIECES = st.sampled_from(
    [
        *("# Rules", "## Own *opinions*", "Be kind to all people.", "Be very kind, always.", "- one\n- two"),
        *(
            "- one\n- two and half\n\n  more",
            "> Ask & tell",
            "| a | b |\n|---|---|\n| 1 | 2 |",
            "1. first\n   - sub",
        ),
        *(
            "| a | b |\n|---|---|\n| 1 | 3 |\n| 4 | |",
            'See [here](/a "x>y").',
            "`code` ![alt](/i.png)",
            "---",
        ),
        *(
            "::: guarantee voluntary\nTaking part is your free choice.\n:::",
            "```\nlet x = 1 < 2\n```",
            "two  \nlines",
        ),
        "::: guarantee paid_time\n- Training\n- is paid\n:::",
    ]
)
POLICIES = st.lists(PIECES, max_size=7).map(lambda pieces: html("\n\n".join(pieces)))


@given(POLICIES, POLICIES)
def test_without_what_is_struck_out_the_page_reads_as_the_new_text(old: str, new: str) -> None:
    page = marked_changes(old, new).html
    assert words(page, without="del") == words(new)
    assert words(page, without="ins") == words(old)


@given(POLICIES, POLICIES)
def test_without_its_marks_the_page_is_the_new_page(old: str, new: str) -> None:
    page = marked_changes(old, new).html
    unmarked = re.sub(r"<del>.*?</del>", "", page, flags=re.DOTALL).replace("<ins>", "").replace("</ins>", "")
    for empty in ("<p></p>", "<td></td>", "<tr></tr>", "<li></li>", "<tbody></tbody>"):
        unmarked, new = unmarked.replace(empty, ""), new.replace(empty, "")
    assert unmarked == new
    assert page.count("id=") == new.count("id=")


@given(POLICIES, POLICIES)
def test_there_are_marks_exactly_when_something_changed(old: str, new: str) -> None:
    page, count = marked_changes(old, new)
    assert (count == 0) == ("<ins>" not in page and "<del>" not in page)


@given(POLICIES, POLICIES, st.integers(0, 60))
def test_wherever_the_comparison_is_given_up_the_page_is_still_right(old: str, new: str, steps: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.policies.rules.marked_changes._MOST_STEPS", steps)
        page, places = marked_changes(old, new)
    assert words(page, without="del") == words(new)
    assert words(page, without="ins") == words(old)
    assert (places == 0) == ("<ins>" not in page and "<del>" not in page)


def alternating(new: str) -> str:
    return " ".join(f"{number} {new}{number}" for number in range(14_000))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(f"<p>{alternating('x')}</p>", f"<p>{alternating('y')}</p>", id="every other word is new"),
        pytest.param(
            "".join(f"<p>{word}</p>" for word in alternating("x").split()),
            "".join(f"<p>{word}</p>" for word in alternating("y").split()),
            id="every other paragraph is new",
        ),
        pytest.param(
            "<p>a</p>" + "<p>b</p>" * 15_000,
            f"<p>a</p><ul>{'<li></li>' * 30_000}</ul>",
            id="much was removed where it could stand in many places",
        ),
    ],
)
def test_texts_made_to_be_compared_for_minutes_are_compared_in_a_moment(old: str, new: str) -> None:
    began = process_time()
    page = marked_changes(old, new).html
    assert process_time() - began < 10  # some 1.5 s; without bounds more than 100
    assert words(page, without="del") == words(new)


def test_what_costs_too_much_to_compare_costs_the_rest_nothing() -> None:
    def page(end: str, new: str) -> str:
        return f"<p>{alternating(new)}</p><p>Be kind to {end}.</p>"

    assert marked_changes(page("people", "x"), page("all", "y")).html.endswith(
        "<p>Be kind to<del> people</del> <ins>all</ins>.</p>"
    )


@pytest.mark.parametrize("paragraphs", [100, 600])
def test_a_long_policy_written_anew_is_compared_in_a_moment(paragraphs: int) -> None:
    old = "".join(f"<p>The old rule {number} says so and so.</p>" for number in range(paragraphs))
    new = "".join(f"<p>Another text {-number} is not like that.</p>" for number in range(paragraphs))
    began = process_time()
    page = marked_changes(old, new).html
    assert process_time() - began < 2
    assert words(page, without="del") == words(new)
