import re
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policies.rules.text import Heading, html, marked_changes, reading_minutes, taken_apart


def test_a_guarantee_is_shown_in_a_frame_of_its_own() -> None:
    assert html("::: guarantee voluntary\nTaking part is free.\n:::") == (
        '<aside class="guarantee" data-guarantee="voluntary">\n<p>Taking part is free.</p>\n</aside>\n'
    )


def test_tables_are_shown() -> None:
    assert "<td>LinkedIn</td>" in html("| Channel |\n|---|\n| LinkedIn |")


@pytest.mark.parametrize(
    "markdown",
    ["<script>alert(1)</script>", "a <b onclick=x>b</b>", "[x](javascript:alert(1))", "<!-- x -->"],
)
def test_raw_html_and_script_links_are_plain_text(markdown: str) -> None:
    assert not re.search(r"<(script|b|a|!--)", html(markdown))


def test_headings_get_anchors_that_do_not_clash_with_each_other_or_the_page() -> None:
    policy = "# Perché sì: *regole*\n\n## main\n\n## Main\n\n## ???\n\ntext"
    assert taken_apart(policy).contents == [
        Heading(1, "Perché sì: regole", "s-perche-si-regole"),
        Heading(2, "main", "s-main"),
        Heading(2, "Main", "s-main-1"),
        Heading(2, "???", "s-section"),
    ]
    assert '<h2 id="s-main-1">Main</h2>' in html(policy)


def test_the_anchor_of_a_heading_stays_when_text_around_it_changes() -> None:
    before, after = taken_apart("# A\n\n## Own opinions"), taken_apart("# B\n\nNew.\n\n## Own opinions")
    assert before.contents[1].anchor == after.contents[1].anchor


def test_an_anchor_that_is_taken_is_not_given_again() -> None:
    anchors = [heading.anchor for heading in taken_apart("# A 1\n\n# A\n\n# A\n\n# A\n\n# A 1").contents]
    assert anchors == ["s-a-1", "s-a", "s-a-2", "s-a-3", "s-a-1-1"]


def test_many_headings_of_one_name_cost_no_more_than_as_many_of_different_names() -> None:
    def cost(markdown: str) -> float:
        before = thread_time()
        html(markdown)
        return thread_time() - before

    different = cost("".join(f"# a{number}\n" for number in range(3000)))
    assert cost("# a\n" * 3000) < 3 * different


def test_a_heading_over_two_lines_reads_as_one() -> None:
    assert taken_apart("Own\n`opinions`\n===").contents[0].text == "Own opinions"


def test_an_image_is_a_link_to_it() -> None:
    assert html("![Logo](https://aurora.example/logo.png)") == (
        '<p>!<a href="https://aurora.example/logo.png">Logo</a></p>\n'
    )


def test_a_reference_repeated_without_end_does_not_unfold_without_end() -> None:
    address = "x" * 10_000
    page = html(f"[a]: {address}\n\n" + "[a] " * 10_000)
    assert page.count(f'<a href="{address}">') == 50
    assert page.count("<a>") == 10_000 - 50


def test_a_policy_without_headings_has_no_contents() -> None:
    assert taken_apart("Be kind.").contents == []


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (1, 1), (200, 1), (201, 2), (1000, 5)])
def test_reading_takes_a_minute_for_each_two_hundred_words(words: int, minutes: int) -> None:
    assert reading_minutes("parola " * words) == minutes


@given(st.text())
def test_no_text_breaks_the_page(markdown: str) -> None:
    parts = taken_apart(markdown)
    assert (parts.html, parts.minutes) == (html(markdown), reading_minutes(markdown))
    assert parts.minutes >= 1
    assert all(heading.anchor in parts.html for heading in parts.contents)


def test_changes_are_marked_and_counted_from_here_too() -> None:
    marked = marked_changes(html("Old"), html("New"))
    assert (marked.html.count("<ins>"), marked.places) == (1, 2)
