"""Lists as tools: what an address asks of a list, and what the page around its rows shows (templates/ui/list.html)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request

from app.db.keyset import MANY, Asked, Found, Sort
from app.web.paging import PageRequest, Paging
from app.web.render import translate
from app.wording import N_


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: its title, and the orders its heading leads to, each with the words for it.

    An order that begins with ``-`` is first shown backwards, as the newest before the oldest.
    """

    title: str
    orders: tuple[tuple[str, str], ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A way to sort the list. ``direction`` is how it is sorted now, if it is sorted by this."""

    words: str
    href: str
    direction: str


@dataclass(frozen=True, slots=True)
class Head:
    """A heading: ``sorted`` is a value of aria-sort, empty for a column that the list is not sorted by."""

    title: str
    kind: str
    links: list[Link]

    @property
    def sorted(self) -> str:
        return next((link.direction for link in self.links if link.direction), "")


@dataclass(frozen=True, slots=True)
class ListView:
    """What the parts of a list's page need. ``filters`` are those that are set, ``sorts`` all ways to sort."""

    path: str
    heads: list[Head]
    count: int
    sort: str
    sorts: list[tuple[str, str]]
    filters: dict[str, str]
    next_href: str
    first_href: str

    @property
    def many(self) -> int:
        """Return above which number nothing is counted, 0 while all are."""
        return MANY if self.count > MANY else 0


async def asked(paging: Paging, sort: Annotated[str, Query(max_length=20)] = "") -> Asked:
    return Asked(Sort.parse(sort), paging.after, paging.limit)


ListAsked = Annotated[Asked, Depends(asked)]


def view(
    request: Request, paging: PageRequest, found: Found, columns: Sequence[Column], filters: Mapping[str, str]
) -> ListView:
    """Return the list as its page shows it, with titles in the language of the request."""
    first = request.url.remove_query_params("cursor")
    return ListView(
        path=request.url.path,
        heads=[_head(request, column, found) for column in columns],
        count=found.count,
        sort=str(found.sort),
        sorts=_sorts(request, columns, found),
        filters={name: value for name, value in filters.items() if value},
        next_href=paging.next_href(found.next_key, str(found.sort)),
        first_href=f"{first.path}?{first.query}" if paging.after else "",
    )


def _head(request: Request, column: Column, found: Found) -> Head:
    links = [_link(request, order, words, found.sort) for order, words in _offered(column, found)]
    return Head(translate(request, column.title), column.kind, links)


def _link(request: Request, order: str, words: str, now: Sort) -> Link:
    wanted = Sort.parse(order)
    current = wanted.order == now.order
    if current:
        wanted = Sort(now.order, not now.descending)
    address = request.url.include_query_params(sort=str(wanted)).remove_query_params("cursor")
    direction = ("descending" if now.descending else "ascending") if current else ""
    return Link(translate(request, words), f"{address.path}?{address.query}", direction)


def _sorts(request: Request, columns: Sequence[Column], found: Found) -> list[tuple[str, str]]:
    """Return the orders to choose from, beside the present one, which may be the other way round."""
    all_orders = [(order, words) for column in columns for order, words in _offered(column, found)]
    choices = [(order, translate(request, words)) for order, words in all_orders]
    now = next((order, words) for order, words in choices if Sort.parse(order).order == found.sort.order)
    if now[0] != str(found.sort):
        choices.append((str(found.sort), f"{now[1]} ↓"))
    return [(order, translate(request, N_("Sort: %(order)s"), order=words)) for order, words in choices]


def _offered(column: Column, found: Found) -> list[tuple[str, str]]:
    return [(order, words) for order, words in column.orders if Sort.parse(order).order in found.orders]
