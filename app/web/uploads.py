"""Files that come with a form, read no further than is needed to refuse them for their size."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from app.platform.files import MAXIMUM_BYTES, Upload


async def uploaded(file: UploadFile | None, most: int = MAXIMUM_BYTES) -> Upload | None:
    """Return a file with its bytes, None if none was chosen. One byte too many is enough to refuse it."""
    if file is None or not file.filename:
        return None
    return Upload(file.filename, await file.read(most + 1))


def upload(most: int) -> Callable[[Request], Awaitable[Upload | None]]:
    """Return a dependency: the one file of a page's form, if one was chosen.

    The route asks for its permission before the form is parsed: ``dependencies=[only(…)]``.
    """

    async def chosen(request: Request) -> Upload | None:
        found = None
        for file in (await request.form()).values():
            if isinstance(file, UploadFile):
                found = await uploaded(file, most) or found
                await file.close()
        return found

    return chosen


Uploaded = Annotated[Upload | None, Depends(upload(MAXIMUM_BYTES))]
