"""A policy's Markdown as people read it: page, contents, minutes to read, and what changed."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import ceil
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from app.policies.rules import guarantees
from app.policies.rules.marked_changes import marked_changes
from app.rules.normal_form import normalised

__all__ = ["Heading", "html", "marked_changes", "reading_minutes", "taken_apart", "whole_text"]

_WORDS_PER_MINUTE = 200
_WORD = re.compile(r"\w+(?:['’.-]\w+)*")
_NOT_IN_ANCHOR = re.compile(r"[^a-z0-9]+")
_LONGEST_ANCHOR = 200
_LONGEST_ADDRESSES = 500_000  # of all links together; a whole text has 200,000 characters
_TEXT_TOKENS = ("text", "code_inline")


@dataclass(frozen=True)
class Heading:
    """A line of the table of contents; the level is 1 to 6, the anchor is the heading's id in the page."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True)
class Parts:
    """What is shown of a policy: its page, not sanitised, its headings from first to last, whole minutes to read it."""

    html: str
    contents: list[Heading]
    minutes: int


def taken_apart(markdown: str) -> Parts:
    """Take the policy apart, once for everything."""
    parser = _parser()
    env: dict[str, Any] = {}
    tokens = parser.parse(markdown, env)
    return Parts(str(parser.renderer.render(tokens, parser.options, env)), _contents(tokens), _minutes(tokens))


def html(markdown: str) -> str:
    """Return the policy as HTML. It is not sanitised: the caller does that before it is shown."""
    return str(_parser().render(markdown))


def whole_text(title: str, body: str) -> str:
    """Return the exact text of a language that is hashed: the title as a first heading, then the body."""
    return f"# {title}\n\n{body}"


def reading_minutes(markdown: str) -> int:
    """Estimate whole minutes to read the policy at 200 words a minute, never less than one."""
    return _minutes(_parser().parse(markdown))


@cache
def _parser() -> MarkdownIt:
    """Make the parser. Every heading gets an id made of its text, so a link to it survives edits elsewhere."""
    markdown = guarantees.parser()
    markdown.core.ruler.push("anchors", _add_anchors)
    markdown.core.ruler.push("links", _bound_links)
    return markdown


def _contents(tokens: Sequence[Token]) -> list[Heading]:
    return [
        Heading(int(token.tag[1:]), _plain_text(inline), str(token.attrs["id"]))
        for token, inline in pairwise(tokens)
        if token.type == "heading_open"
    ]


def _minutes(tokens: Sequence[Token]) -> int:
    inlines = (token for token in tokens if token.type == "inline")
    words = sum(len(_WORD.findall(_plain_text(inline))) for inline in inlines)
    return max(1, ceil(words / _WORDS_PER_MINUTE))


def _plain_text(inline: Token) -> str:
    return "".join(
        child.content if child.type in _TEXT_TOKENS else " " * (child.type in ("softbreak", "hardbreak"))
        for child in inline.children or ()
    ).strip()


def _add_anchors(state: StateCore) -> None:
    """Give each heading its id. The plugin for it counts from 1 at every heading of one name, this counts on."""
    given: set[str] = set()
    times: Counter[str] = Counter()
    for token, inline in pairwise(state.tokens):
        if token.type == "heading_open":
            anchor = wanted = _anchor(_plain_text(inline))
            while anchor in given:
                times[wanted] += 1
                anchor = f"{wanted}-{times[wanted]}"
            given.add(anchor)
            token.attrSet("id", anchor)


def _bound_links(state: StateCore) -> None:
    """Let links lead nowhere after so many characters of addresses.

    References repeat an address that is written once: so 100 KB would unfold into 400 MB. cmark bounds them likewise.
    """
    left = _LONGEST_ADDRESSES
    for token in state.tokens:
        for link in token.children or ():
            left -= sum(len(str(value)) for value in link.attrs.values())
            if left < 0:
                link.attrs.clear()


def _anchor(title: str) -> str:
    """Make an id of plain letters; the prefix keeps it apart from the ids of the page around it."""
    plain = normalised("NFKD", title, _LONGEST_ANCHOR).encode("ascii", "ignore").decode().lower()
    return "s-" + (_NOT_IN_ANCHOR.sub("-", plain).strip("-") or "section")
