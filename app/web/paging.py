"""Lists in parts: keyset cursors that only this service can make and read, and the answer of a list."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from app.errors import Malformed
from app.settings import Settings
from app.wording import N_

Item = TypeVar("Item")
Row = TypeVar("Row")
# The last row of a part: what it is sorted by and, to break ties, its id.
Key = tuple[Any, ...]

_LONGEST_CURSOR = 2000


class BadCursor(Malformed):
    code = "bad_cursor"
    detail = N_("This cursor was not made here or belongs to another list. Start again without a cursor.")


class Listed(BaseModel, Generic[Item]):
    """The documented shape of every list: ``response_model=Listed[PolicyOut]``."""

    items: list[Item] = Field(max_length=200)
    next_cursor: str | None = Field(
        max_length=_LONGEST_CURSOR, description="Send it as `cursor` for what follows; null at the end"
    )


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which part of a list is asked for: at most ``limit`` rows, those after the key ``after``.

    A query selects ``limit + 1`` rows, ``cut`` takes the surplus off, ``listed`` makes the answer.
    """

    limit: int
    after: Key | None
    request: Request

    def cut(self, rows: Sequence[Row], key: Callable[[Row], Key]) -> tuple[list[Row], Key | None]:
        """Return the rows of this part and, if a surplus row says that there are more, the key of the last one."""
        part = list(rows[: self.limit])
        return part, key(part[-1]) if len(rows) > self.limit else None

    def listed(self, items: bytes | Sequence[Any], next_key: Key | None) -> Response:
        """Return ``{"items": […], "next_cursor": …}`` with ``Link: <…>; rel="next"`` (RFC 8288).

        ``items`` is a JSON array already written, or dictionaries, dataclasses and pydantic models to write.
        """
        body = {
            "items": orjson.Fragment(items) if isinstance(items, bytes) else items,
            "next_cursor": self.cursor(next_key),
        }
        link = {"link": f'<{self.next_href(next_key)}>; rel="next"'} if next_key else {}
        written = orjson.dumps(body, default=_written, option=orjson.OPT_UTC_Z)
        return Response(written, media_type="application/json", headers=link)

    def next_href(self, next_key: Key | None, sort: str = "") -> str:
        """Return the address of the next part, with the filters of this one; empty at the end. For pages, too."""
        if next_key is None:
            return ""
        sorted_so = self.request.url.include_query_params(sort=sort) if sort else self.request.url
        following = sorted_so.include_query_params(cursor=self.cursor(next_key, sort))
        return f"{following.path}?{following.query}"

    def cursor(self, key: Key | None, sort: str = "") -> str | None:
        """Return the opaque cursor that stands for what follows ``key`` in a list sorted so."""
        if key is None:
            return None
        return _encoded(_cipher(self.request).encrypt(orjson.dumps(key), _list_of(self.request, sort)))


async def paging(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=200, description="How many at most.")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=_LONGEST_CURSOR, description="`next_cursor` of the part before, unchanged.")
    ] = None,
) -> PageRequest:
    return PageRequest(limit, _read(request, cursor) if cursor else None, request)


Paging = Annotated[PageRequest, Depends(paging)]


def _read(request: Request, cursor: str) -> Key:
    try:
        packed = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        if _encoded(packed) != cursor:
            raise BadCursor
        sort = request.query_params.get("sort", "")
        return tuple(orjson.loads(_cipher(request).decrypt(packed, _list_of(request, sort))))
    except (ValueError, InvalidTag):
        raise BadCursor from None


def _encoded(packed: bytes) -> str:
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _cipher(request: Request) -> AESSIV:
    """Return what hides the key of a row, which can be a name: addresses end up in logs and histories (RFC 5297).

    The same key gives the same cursor, so that an unchanged list has an unchanged ETag.
    """
    settings: Settings = request.app.state.settings
    return AESSIV(hmac.digest(settings.secret_key.get_secret_value().encode(), b"cursor", hashlib.sha256))


def _list_of(request: Request, sort: str) -> list[bytes]:
    """Return what a cursor is bound to: the list it was made for, whose path holds the tenant, and its order."""
    return [request.url.path.encode(), sort.encode()]


def _written(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return orjson.Fragment(value.model_dump_json())
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
