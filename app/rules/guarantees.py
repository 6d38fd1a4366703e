"""What a policy promises to the people it binds: a policy protects the employee too, or it is not complete.

In the policy's Markdown a guarantee is a container block with real words in it:

    ::: guarantee voluntary
    Taking part is your free choice, and you can stop at any time.
    :::
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.container import container_plugin

_NAME = "guarantee"
_MINIMUM_WORDS = 5
_WORD = re.compile(r"[^\W\d_]+")


class Guarantee(StrEnum):
    VOLUNTARY = "voluntary"
    NO_REPRISAL = "no_reprisal"
    OWN_OPINIONS = "own_opinions"
    NO_MONITORING = "no_monitoring"
    PAID_TIME = "paid_time"


def parser() -> MarkdownIt:
    """Make a parser for policies: CommonMark with tables and guarantee blocks, without raw HTML and images.

    A guarantee block is shown as `<aside class="guarantee" data-guarantee="…">`. Images would load what nobody
    approved, and looking for them makes a text of brackets three times as slow.
    """
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    return markdown.use(container_plugin, _NAME, validate=_names_a_guarantee, render=_render)


def checklist(markdown: str) -> dict[Guarantee, bool]:
    """Say for each guarantee whether the policy gives it: a block of its own with at least five words."""
    given = {guarantee for guarantee, words in _blocks(markdown) if words >= _MINIMUM_WORDS}
    return {guarantee: guarantee in given for guarantee in Guarantee}


@lru_cache(maxsize=32)
def missing(markdown: str) -> tuple[Guarantee, ...]:
    """List the guarantees that the policy does not give, in their usual order.

    Remembered, as the same text is asked about at every look and every step on its way to publication.
    """
    return tuple(guarantee for guarantee, given in checklist(markdown).items() if not given)


def _blocks(markdown: str) -> Iterator[tuple[Guarantee, int]]:
    """Give each guarantee block with its number of words; those of a block inside it are not its own."""
    unclosed: list[tuple[Guarantee, int]] = []
    for token in _PARSER.parse(markdown):
        if token.type == f"container_{_NAME}_open":
            unclosed.append((_guarantee(token.info), 0))
        elif token.type == f"container_{_NAME}_close":
            yield unclosed.pop()
        elif token.type == "inline" and unclosed:
            guarantee, words = unclosed.pop()
            unclosed.append((guarantee, words + _words(token)))


def _words(inline: Token) -> int:
    return sum(len(_WORD.findall(child.content)) for child in inline.children or () if child.type == "text")


def _names_a_guarantee(params: str, _markup: str) -> bool:
    name, _, guarantee = params.strip().partition(" ")
    return name == _NAME and guarantee.strip() in list(Guarantee)


def _guarantee(params: str) -> Guarantee:
    return Guarantee(params.rsplit(maxsplit=1)[-1])


def _render(_self: RendererProtocol, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
    if tokens[index].nesting < 0:
        return "</aside>\n"
    return f'<aside class="{_NAME}" data-guarantee="{_guarantee(tokens[index].info)}">\n'


_PARSER = parser()
