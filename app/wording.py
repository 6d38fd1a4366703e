"""Marks texts that a person will read, where no language is known yet."""

from enum import StrEnum
from typing import Self


class InContext(str):
    """A text whose translation depends on what it is said of: a version is "Pubblicata", a course "Pubblicato"."""

    __slots__ = ("context",)
    context: str


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    return text


def NC_(context: str, text: str) -> InContext:  # noqa: N802 - GLib's name for the same with a context
    marked = InContext(text)
    marked.context = context
    return marked


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - N_ for a text that counts
    return one, many


class Worded(StrEnum):
    """A value that people are shown: each member carries its English words, which are translated at the edge.

    A refusal that takes a member as a parameter says its words.
    """

    words: str

    def __new__(cls, value: str, *words: str) -> Self:  # looked up by its value alone, made with its words
        member = str.__new__(cls, value)
        member._value_ = value
        (member.words,) = words
        return member
