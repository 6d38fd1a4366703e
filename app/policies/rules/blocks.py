"""An HTML text taken apart: its words in their blocks, and the places between them."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

_ITEM = re.compile(r"""<(?:"[^"]*"|'[^']*'|[^'">])*>|\s+|&\#?\w+;|\w+(?:['’-]\w+)*|.""", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_INLINE = frozenset({"a", "b", "br", "code", "em", "i", "s", "span", "strong", "sub", "sup"})
_NO_CONTENT = frozenset({"hr"})


@dataclass(frozen=True)
class Word:
    text: str
    link: str
    spaced: bool
    """Whether white space stands before it."""
    position: int

    @property
    def key(self) -> tuple[str, str]:
        return self.text, self.link


@dataclass
class Block:
    """A run of words with no block element inside it."""

    kind: str
    row: int
    words: list[Word] = field(default_factory=list)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(word.text.casefold() for word in self.words)

    @property
    def key(self) -> tuple[tuple[str, str], ...]:
        return tuple(word.key for word in self.words)


@dataclass(frozen=True)
class Gap:
    """A place between blocks where an element may stand: before the item at `position`, inside `parent`."""

    position: int
    parent: str
    depth: int


@dataclass
class Text:
    """An HTML text taken apart: its items, its blocks, and the gaps before each block and after the last."""

    items: list[str]
    blocks: list[Block] = field(default_factory=list)
    gaps: dict[int, list[Gap]] = field(default_factory=lambda: defaultdict(list))


def taken_apart(html: str) -> Text:
    """Take a text apart, so that its items in their order are the text again."""
    text = Text(items=_ITEM.findall(html))
    open_elements: list[str] = []
    rows, link, spaced, block = 0, "", False, None
    text.gaps[0].append(Gap(0, "", 0))
    for position, item in enumerate(text.items):
        closing, name = _tag(item)
        if name and name not in _INLINE:
            block = None
            rows += name == "tr" and not closing
            _follow(open_elements, name, closing=closing)
            text.gaps[len(text.blocks)].append(_gap(position + 1, open_elements))
        elif name == "a":
            link = "" if closing else item
        elif item.isspace() or name == "br":
            spaced = True
        elif not name:
            if block is None:
                block, spaced = Block(open_elements[-1] if open_elements else "", rows), False
                text.blocks.append(block)
            block.words.append(Word(item, link, spaced, position))
            spaced = False
    text.gaps[len(text.blocks)].append(_gap(len(text.items), open_elements))
    return text


def _tag(item: str) -> tuple[bool, str]:
    match = _TAG.match(item)
    return (match[1] == "/", match[2].lower()) if match else (False, "")


def _follow(open_elements: list[str], name: str, *, closing: bool) -> None:
    if closing and open_elements:
        open_elements.pop()
    elif not closing and name not in _NO_CONTENT:
        open_elements.append(name)


def _gap(position: int, open_elements: list[str]) -> Gap:
    return Gap(position, open_elements[-1] if open_elements else "", len(open_elements))
