"""What changed between two policy texts, marked word by word inside the new one.

The result is the new HTML with `<ins>` around new words and `<del>` where old words stood. All elements of
the new text stay as they are: headings keep their ids, guarantees their frame. A removed block gets an
element of its own that is valid where it lands. A link that leads elsewhere counts as changed text, emphasis
does not. `lxml.html.diff` was tried first: it repeats ids, drops frames and leaves removed blocks unmarked.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from app.policies.rules.blocks import Block, Gap, Text, Word, taken_apart
from app.policies.rules.matching import Budget, Matcher

_HOMES = {"li": ("ul", "ol"), "td": ("tbody",), "th": ("thead",)}
_ELEMENT_IN = {"ul": "li", "ol": "li", "table": "td", "thead": "td", "tbody": "td", "tr": "td"}
_ROW_IN = {"table": "<tbody><tr>{}</tr></tbody>", "thead": "<tr>{}</tr>", "tbody": "<tr>{}</tr>"}
_CELLS = ("td", "th")
_ALIKE = 0.4
_MOST_COMPARISONS = 250_000
_STEPS_TO_COMPARE = 8
_MOST_STEPS = 4_000_000  # for all of two texts together
_Range = tuple[int, int]


@dataclass(frozen=True)
class _WordsChanged:
    """Old words that give way to words first..last of a new block; either may be empty."""

    removed: list[Word]
    block: Block
    added: _Range


@dataclass(frozen=True)
class _BlockRemoved:
    block: Block
    before: int
    """The index of the new block in front of which it stood."""


_Change = _WordsChanged | _BlockRemoved


class Marked(NamedTuple):
    """A text with its changes marked. A reworded passage is one place, a removed paragraph is one."""

    html: str
    places: int


def marked_changes(old_html: str, new_html: str) -> Marked:
    """Return the new HTML with what changed since the old one marked by `<ins>` and `<del>`, and count the places.

    Both texts are the HTML of `rules.text.html`, sanitised or not, but both the same way. The work is bounded: of texts
    made to cost more, what was not compared is marked as changed.
    """
    new = taken_apart(new_html)
    inserted: set[int] = set()
    removed: dict[int, str] = defaultdict(str)
    blocks_removed: dict[int, list[Block]] = defaultdict(list)
    changes = list(_changes(taken_apart(old_html), new, Budget(_MOST_STEPS)))
    for change in changes:
        if isinstance(change, _BlockRemoved):
            blocks_removed[change.before].append(change.block)
            continue
        first, last = change.added
        inserted.update(word.position for word in change.block.words[first:last])
        removed[_place(change)] += _removed_words(change)
    for before, blocks in blocks_removed.items():
        for gap, together in groupby(_settled(blocks, new.gaps[before]), key=itemgetter(0)):
            removed[gap.position] += _removed_blocks([block for _, block in together], gap.parent)
    return Marked(_put_together(new.items, inserted, removed), len(changes))


def _changes(old: Text, new: Text, budget: Budget) -> Iterator[_Change]:
    matcher = Matcher([block.key for block in old.blocks], [block.key for block in new.blocks], budget)
    for operation, first, last, start, end in matcher.get_opcodes():
        if operation != "equal":
            yield from _block_changes(old.blocks[first:last], new.blocks[start:end], start, budget)


def _block_changes(old: Sequence[Block], new: Sequence[Block], start: int, budget: Budget) -> Iterator[_Change]:
    """Compare two runs of blocks; the new one begins with block number `start` of its text."""
    done_old = done_new = 0
    for old_index, new_index in [*_pairs(old, new, budget), (len(old), len(new))]:
        for block in old[done_old:old_index]:
            yield _BlockRemoved(block, start + done_new)
        for block in new[done_new:new_index]:
            yield _WordsChanged([], block, (0, len(block.words)))
        if old_index < len(old):
            yield from _word_changes(old[old_index], new[new_index], budget)
        done_old, done_new = old_index + 1, new_index + 1


def _pairs(old: Sequence[Block], new: Sequence[Block], budget: Budget) -> list[_Range]:
    """Match blocks that say nearly the same, in order, with the greatest likeness in all."""
    comparisons = len(old) * len(new)
    if comparisons > _MOST_COMPARISONS or not budget.affords(comparisons * _STEPS_TO_COMPARE + _shared(old, new)):
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


def _shared(old: Sequence[Block], new: Sequence[Block]) -> int:
    """Return how many words are looked up when each old block is compared with each new one."""
    of_old, of_new = (sum(len(block.vocabulary) for block in blocks) for blocks in (old, new))
    return min(of_old * len(new), of_new * len(old))


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


def _likeness(old: Block, new: Block) -> float:
    """Give Dice's coefficient: 0 for nothing in common, 1 for the same words.

    Cells of a table are always a little alike, so that a new figure stands in the cell of the old one.
    """
    common = 2 * len(old.vocabulary & new.vocabulary) / (len(old.vocabulary) + len(new.vocabulary))
    return max(common, _ALIKE) if old.kind in _CELLS and new.kind in _CELLS else common


def _word_changes(old: Block, new: Block, budget: Budget) -> Iterator[_Change]:
    matcher = Matcher(old.key, new.key, budget)
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


def _would_touch(removed: Word, following: list[Word]) -> bool:
    return any(not word.spaced and word.text[0].isalnum() and removed.text[-1].isalnum() for word in following)


def _joined(words: Sequence[Word]) -> str:
    return words[0].text + "".join(" " * word.spaced + word.text for word in words[1:])


def _settled(blocks: list[Block], gaps: list[Gap]) -> Iterator[tuple[Gap, Block]]:
    """Choose where each removed block is shown: among its like if it can be, else as far out as it can be.

    The blocks keep their order, so each looks only from where the one before it went.
    """
    best_from = {homes: _best_from(gaps, homes) for homes in {_HOMES.get(block.kind, ()) for block in blocks}}
    place = 0
    for block in blocks:
        place = best_from[_HOMES.get(block.kind, ())][place]
        yield gaps[place], block


def _best_from(gaps: Sequence[Gap], homes: Sequence[str]) -> list[int]:
    """Return for each gap the best one from there on, as its index."""
    best = list(range(len(gaps)))
    for index in reversed(range(len(gaps) - 1)):
        here, later = ((gaps[i].parent not in homes, gaps[i].depth) for i in (index, best[index + 1]))
        best[index] = index if here <= later else best[index + 1]
    return best


def _removed_blocks(blocks: list[Block], parent: str) -> str:
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
