"""Marks texts that a person will read, where no language is known yet."""

from enum import StrEnum
from typing import Self


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    return text


class Worded(StrEnum):
    """A value that people are shown: each member carries its English words, which are translated at the edge."""

    words: str

    def __new__(cls, value: str, words: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.words = words
        return member
