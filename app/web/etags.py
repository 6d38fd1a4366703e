"""Entity tags: the row's version, so that two editors notice each other."""

import re
from typing import Annotated

from fastapi import Depends, Header, Response

from app.errors import PreconditionFailed, PreconditionRequired

_TAG = re.compile(r'(?:W/)?"?([0-9]{1,9})"?')


def etag(row_version: int) -> str:
    return f'"{row_version}"'


def tagged(response: Response, row_version: int) -> None:
    response.headers["etag"] = etag(row_version)


async def if_match(if_match: Annotated[str | None, Header(max_length=40)] = None) -> int:
    """Return the version the caller read; refuse a change without one."""
    if if_match is None:
        raise PreconditionRequired
    tag = _TAG.fullmatch(if_match.strip())
    if tag is None:
        raise PreconditionFailed
    return int(tag[1])


IfMatch = Annotated[int, Depends(if_match)]
