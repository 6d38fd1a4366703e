"""What changed between two policy texts, marked word by word inside the new one.

The result is the new HTML with `<ins>` around new words and `<del>` where old words stood. All elements of
the new text stay as they are: headings keep their ids, guarantees their frame. A removed block gets an
element of its own that is valid where it lands. A link that leads elsewhere counts as changed text, emphasis
does not. `lxml.html.diff` was tried first: it repeats ids, drops frames and leaves removed blocks unmarked.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from itertools import groupby
from operator import itemgetter

_ITEM = re.compile(r"""<(?:"[^"]*"|'[^']*'|[^'">])*>|\s+|&\#?\w+;|\w+(?:['’-]\w+)*|.""", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_INLINE = frozenset({"a", "b", "br", "code", "em", "i", "s", "span", "strong", "sub", "sup"})
_NO_CONTENT = frozenset({"hr"})
_HOMES = {"li": ("ul", "ol"), "td": ("tbody",), "th": ("thead",)}
_ELEMENT_IN = {"ul": "li", "ol": "li", "table": "td", "thead": "td", "tbody": "td", "tr": "td"}
_ROW_IN = {"table": "<tbody><tr>{}</tr></tbody>", "thead": "<tr>{}</tr>", "tbody": "<tr>{}</tr>"}
_CELLS = ("td", "th")
_ALIKE = 0.4
_MOST_COMPARISONS = 250_000
_Range = tuple[int, int]


@dataclass(frozen=True)
class _Word:
    text: str
    link: str
    spaced: bool
    """Whether white space stands before it."""
    position: int

    @property
    def key(self) -> tuple[str, str]:
        return self.text, self.link


@dataclass
class _Block:
    """A run of words with no block element inside it."""

    kind: str
    row: int
    words: list[_Word] = field(default_factory=list)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(word.text.casefold() for word in self.words)

    @property
    def key(self) -> tuple[tuple[str, str], ...]:
        return tuple(word.key for word in self.words)


@dataclass(frozen=True)
class _Gap:
    """A place between blocks where an element may stand: before the item at `position`, inside `parent`."""

    position: int
    parent: str
    depth: int


@dataclass
class _Text:
    """An HTML text taken apart: its items, its blocks, and the gaps before each block and after the last."""

    items: list[str]
    blocks: list[_Block] = field(default_factory=list)
    gaps: dict[int, list[_Gap]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True)
class _WordsChanged:
    """Old words that give way to words first..last of a new block; either may be empty."""

    removed: list[_Word]
    block: _Block
    added: _Range


@dataclass(frozen=True)
class _BlockRemoved:
    block: _Block
    before: int
    """The index of the new block in front of which it stood."""


_Change = _WordsChanged | _BlockRemoved


def marked_changes(old_html: str, new_html: str) -> str:
    """Give the new HTML with what changed since the old one marked by `<ins>` and `<del>`.

    Both texts are the HTML of `policy_text.html`, sanitised or not, but both the same way.
    """
    new = _taken_apart(new_html)
    inserted: set[int] = set()
    removed: dict[int, str] = defaultdict(str)
    blocks_removed: dict[int, list[_Block]] = defaultdict(list)
    for change in _changes(_taken_apart(old_html), new):
        if isinstance(change, _BlockRemoved):
            blocks_removed[change.before].append(change.block)
            continue
        first, last = change.added
        inserted.update(word.position for word in change.block.words[first:last])
        removed[_place(change)] += _removed_words(change)
    for before, blocks in blocks_removed.items():
        for gap, together in groupby(_settled(blocks, new.gaps[before]), key=itemgetter(0)):
            removed[gap.position] += _removed_blocks([block for _, block in together], gap.parent)
    return _put_together(new.items, inserted, removed)


def change_count(old_html: str, new_html: str) -> int:
    """Count the places that `marked_changes` marks; a reworded passage is one, a removed paragraph is one."""
    return len(list(_changes(_taken_apart(old_html), _taken_apart(new_html))))


def _taken_apart(html: str) -> _Text:
    text = _Text(items=_ITEM.findall(html))
    open_elements: list[str] = []
    rows, link, spaced, block = 0, "", False, None
    text.gaps[0].append(_Gap(0, "", 0))
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
                block, spaced = _Block(open_elements[-1] if open_elements else "", rows), False
                text.blocks.append(block)
            block.words.append(_Word(item, link, spaced, position))
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


def _gap(position: int, open_elements: list[str]) -> _Gap:
    return _Gap(position, open_elements[-1] if open_elements else "", len(open_elements))


def _changes(old: _Text, new: _Text) -> Iterator[_Change]:
    matcher = SequenceMatcher(None, [block.key for block in old.blocks], [block.key for block in new.blocks])
    for operation, first, last, start, end in matcher.get_opcodes():
        if operation != "equal":
            yield from _block_changes(old.blocks[first:last], new.blocks[start:end], start)


def _block_changes(old: Sequence[_Block], new: Sequence[_Block], start: int) -> Iterator[_Change]:
    """Compare two runs of blocks; the new one begins with block number `start` of its text."""
    done_old = done_new = 0
    for old_index, new_index in [*_pairs(old, new), (len(old), len(new))]:
        for block in old[done_old:old_index]:
            yield _BlockRemoved(block, start + done_new)
        for block in new[done_new:new_index]:
            yield _WordsChanged([], block, (0, len(block.words)))
        if old_index < len(old):
            yield from _word_changes(old[old_index], new[new_index])
        done_old, done_new = old_index + 1, new_index + 1


def _pairs(old: Sequence[_Block], new: Sequence[_Block]) -> list[_Range]:
    """Match blocks that say nearly the same, in order, with the greatest likeness in all."""
    if len(old) * len(new) > _MOST_COMPARISONS:
        return []
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    paired: set[_Range] = set()
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1])
            likeness = _likeness(old[i], new[j])
            if likeness >= _ALIKE and likeness + best[i + 1][j + 1] >= best[i][j]:
                best[i][j] = likeness + best[i + 1][j + 1]
                paired.add((i, j))
    return list(_walk(best, paired))


def _walk(best: list[list[float]], paired: set[_Range]) -> Iterator[_Range]:
    i = j = 0
    while i < len(best) - 1 and j < len(best[0]) - 1:
        if (i, j) in paired:
            yield i, j
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1


def _likeness(old: _Block, new: _Block) -> float:
    """Give Dice's coefficient: 0 for nothing in common, 1 for the same words.

    Cells of a table are always a little alike, so that a new figure stands in the cell of the old one.
    """
    common = 2 * len(old.vocabulary & new.vocabulary) / (len(old.vocabulary) + len(new.vocabulary))
    return max(common, _ALIKE) if old.kind in _CELLS and new.kind in _CELLS else common


def _word_changes(old: _Block, new: _Block) -> Iterator[_Change]:
    matcher = SequenceMatcher(None, old.key, new.key)
    first = start = 0
    for match in matcher.get_matching_blocks():
        is_island = match.size == 1 and 0 < match.b < len(new.words) - 1
        if is_island and first < match.a and start < match.b:
            continue  # one word kept in the middle of a rewritten passage reads worse than the whole passage
        if first < match.a or start < match.b:
            yield _WordsChanged(old.words[first : match.a], new, (start, match.b))
        first, start = match.a + match.size, match.b + match.size


def _place(change: _WordsChanged) -> int:
    first = change.added[0]
    words = change.block.words
    return words[first - 1].position + 1 if first else words[0].position


def _removed_words(change: _WordsChanged) -> str:
    if not change.removed:
        return ""
    first = change.added[0]
    text = _joined(change.removed)
    before = " " if first and change.removed[0].spaced else ""
    after = " " if _would_touch(change.removed[-1], change.block.words[first : first + 1]) else ""
    return f"<del>{before}{text}{after}</del>"


def _would_touch(removed: _Word, following: list[_Word]) -> bool:
    return any(not word.spaced and word.text[0].isalnum() and removed.text[-1].isalnum() for word in following)


def _joined(words: Sequence[_Word]) -> str:
    return words[0].text + "".join(" " * word.spaced + word.text for word in words[1:])


def _settled(blocks: list[_Block], gaps: list[_Gap]) -> Iterator[tuple[_Gap, _Block]]:
    """Choose where each removed block is shown: among its like if it can be, else as far out as it can be.

    The blocks keep their order, so each looks only from where the one before it went.
    """
    for block in blocks:
        homes = _HOMES.get(block.kind, ())
        best = min(gaps, key=lambda gap: (gap.parent not in homes, gap.depth))
        gaps = gaps[gaps.index(best) :]
        yield best, block


def _removed_blocks(blocks: list[_Block], parent: str) -> str:
    element = _ELEMENT_IN.get(parent, "p")
    rows = groupby(blocks, key=lambda block: block.row)
    return "".join(
        _ROW_IN.get(parent, "{}").format(
            "".join(f"<{element}><del>{_joined(block.words)}</del></{element}>" for block in row)
        )
        for _, row in rows
    )


def _put_together(items: list[str], inserted: set[int], removed: dict[int, str]) -> str:
    parts: list[str] = []
    is_open = False
    for position, item in enumerate([*items, ""]):
        goes_on = position in inserted or (item.isspace() and position + 1 in inserted)
        if is_open and (position in removed or not goes_on):
            parts.append("</ins>")
            is_open = False
        parts.append(removed.get(position, ""))
        if position in inserted and not is_open:
            parts.append("<ins>")
            is_open = True
        parts.append(item)
    return "".join(parts)
