"""What versions of anything share: what they are called, and who may approve what others wrote."""

from collections.abc import Collection
from typing import NamedTuple, Self


def may_approve(
    approver: str, authors: Collection[str], owners: Collection[str], *, by_api_client: bool = False
) -> bool:
    """Tell whether an approver gives the second pair of eyes to what these people wrote.

    ``authors`` and ``owners`` are ids of people: API clients do not count. Nobody approves alone what they alone wrote,
    except the owner of a firm that has one owner only. An API client approves only what two people have worked on.
    """
    if by_api_client:
        return len(set(authors)) > 1
    return set(owners) == {approver} or set(authors) != {approver}


class Label(NamedTuple):
    """The name of a version, as in 2.1."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"

    def after_material_change(self) -> Self:
        return self._replace(major=self.major + 1, minor=0)

    def after_minor_change(self) -> Self:
        return self._replace(minor=self.minor + 1)


def next_label(previous: Label | None, *, material: bool) -> Label:
    """Name the version that follows: 1.0 first, then 2.0 after a material change, 1.1 after a minor one."""
    if previous is None:
        return Label(1, 0)
    return previous.after_material_change() if material else previous.after_minor_change()
