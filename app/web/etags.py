"""Entity tags: the row's version, so that two editors notice each other."""

from typing import Annotated

from fastapi import Depends, Header, Response

from app.errors import PreconditionFailed, PreconditionRequired


def etag(row_version: int) -> str:
    return f'"{row_version}"'


def tagged(response: Response, row_version: int) -> None:
    response.headers["etag"] = etag(row_version)


async def if_match(if_match: Annotated[str | None, Header(max_length=40)] = None) -> int:
    """Return the version the caller read; refuse a change without one."""
    if if_match is None:
        raise PreconditionRequired
    try:
        return int(if_match.strip().removeprefix("W/").strip('"'))
    except ValueError:
        raise PreconditionFailed from None


IfMatch = Annotated[int, Depends(if_match)]
