"""Entity tags, so that two editors notice each other: the row's version, or the fingerprint of what it says."""

import re
from typing import Annotated

from fastapi import Depends, Header, Response

from app.errors import PreconditionFailed, PreconditionRequired

_TAG = re.compile("[0-9]{1,9}")


def etag(tag: int | str) -> str:
    return f'"{tag}"'


def tagged(response: Response, tag: int | str) -> None:
    response.headers["etag"] = etag(tag)


_Given = Annotated[str | None, Header(alias="if-match", max_length=80)]


async def row_version(if_match: _Given = None) -> int:
    """Return the row's version that the caller read; refuse a change without one."""
    tag = _TAG.fullmatch(await fingerprint(if_match))
    if tag is None:
        raise PreconditionFailed
    return int(tag[0])


async def fingerprint(if_match: _Given = None) -> str:
    """Return the fingerprint of what the caller read, whatever they sent as such; refuse a change without one."""
    if if_match is None:
        raise PreconditionRequired
    return if_match.strip().removeprefix("W/").strip('"')


IfMatch = Annotated[int, Depends(row_version)]
IfMatchFingerprint = Annotated[str, Depends(fingerprint)]
