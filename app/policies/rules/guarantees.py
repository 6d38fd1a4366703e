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
from hashlib import sha256
from threading import Lock

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.container import container_plugin

_NAME = "guarantee"
_MINIMUM_WORDS = 5
_WORD = re.compile(r"[^\W\d_]+")
_PLACE = re.compile(r"\\\{[a-z]+\\\}")
_A_NAME = "[^.;:!?]{1,200}"  # no room for a sentence
_CODE = "\N{REPLACEMENT CHARACTER}"
_MOST_REMEMBERED = 1000


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
    given = {guarantee for guarantee, text in _blocks(markdown) if len(_WORD.findall(text)) >= _MINIMUM_WORDS}
    return {guarantee: guarantee in given for guarantee in Guarantee}


def reworded(markdown: str, guide: str) -> set[Guarantee]:
    """Return the guarantees given in other words than the guide's, in which `{name}` stands for any name.

    Nobody but a reader can tell whether such words promise the same: the editor and the approver are told which.
    """
    guided = _guided(guide)
    return {guarantee for guarantee, text in _blocks(markdown) if not _says(text, guided.get(guarantee, ""))}


@lru_cache(maxsize=8)
def _guided(guide: str) -> dict[Guarantee, str]:
    return dict(_blocks(guide))


def missing(markdown: str) -> tuple[Guarantee, ...]:
    """List the guarantees that the policy does not give, in their usual order.

    Remembered by the hash of the text, which may be long: the same one is asked about at every step on its way to
    publication, there in a transaction.
    """
    digest = sha256(markdown.encode(errors="surrogatepass")).digest()
    found = _MISSING.get(digest)
    if found is None:
        found = tuple(guarantee for guarantee, given in checklist(markdown).items() if not given)
        with _REMEMBERING:
            _MISSING[digest] = found
            if len(_MISSING) > _MOST_REMEMBERED:
                del _MISSING[next(iter(_MISSING))]
    return found


def _blocks(markdown: str) -> Iterator[tuple[Guarantee, str]]:
    """Give each guarantee block with its text; that of a block inside it is not its own."""
    unclosed: list[tuple[Guarantee, list[str]]] = []
    for token in _PARSER.parse(markdown):
        if token.type == f"container_{_NAME}_open":
            unclosed.append((_guarantee(token.info), []))
        elif token.type == f"container_{_NAME}_close":
            guarantee, parts = unclosed.pop()
            yield guarantee, " ".join(parts)
        elif token.content and unclosed:
            unclosed[-1][1].append(_text(token))


def _text(token: Token) -> str:
    """Return what a paragraph says. Code counts for no words, but leaves a mark."""
    return "".join(map(_piece, token.children)) if token.children else _CODE


def _piece(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return _CODE if token.type == "code_inline" else token.content


def _says(text: str, guided: str) -> bool:
    """Tell whether a text is the guided one, with any names in its places and however its lines are broken."""
    model, said = (" ".join(one.split()) for one in (guided, text))
    return re.fullmatch(_PLACE.sub(_A_NAME, re.escape(model)), said) is not None


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
_MISSING: dict[bytes, tuple[Guarantee, ...]] = {}
_REMEMBERING = Lock()
